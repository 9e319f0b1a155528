"""What the checks look at: a draft and the files rendered from it, as a reader would see them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser

from countersign.core.contracts import CheckResult, Draft
from countersign.governance.policy import Policy
from countersign.reports.outline import Spot, read_strings

_UNSEEN = {"style", "script", "template", "noscript"}
_READ_ALOUD = {"alt", "title", "aria-label", "placeholder", "content"}
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


class Rendered:
    """A draft with its HTML and Markdown, and how many proposals of the same agent wait already."""

    def __init__(self, draft: Draft, *, html: str, markdown: str, waiting: int = 0) -> None:
        self.draft = draft
        self.html = html
        self.markdown = markdown
        self.waiting = waiting

    @cached_property
    def visible_text(self) -> str:
        """What a person reads or hears of both files: text and spoken attributes, no styles or scripts."""
        reader = _Reader()
        reader.feed(self.html)
        reader.close()
        return "\n".join([*reader.seen, self.markdown])

    @cached_property
    def tags(self) -> tuple[tuple[str, dict[str, str]], ...]:
        """Every tag of the HTML with its attributes."""
        reader = _Reader()
        reader.feed(self.html)
        reader.close()
        return tuple(reader.tags)

    def sentences(self) -> Iterator[Spot]:
        """Every sentence of the draft's prose with its place; figures are still tokens."""
        for spot in read_strings(self.draft):
            for sentence in _SENTENCE_END.split(spot.text):
                if sentence.strip():
                    yield Spot(spot.where, text=sentence.strip())


@dataclass(frozen=True)
class Rule:
    """One rule of one check: its id in policies.yaml and what breaking it means by default."""

    id: str
    default: str

    def broken(self, policy: Policy, *, reason: str, span: str = "") -> Iterator[CheckResult]:
        """The result of breaking this rule under a policy; none where the company switched it off."""
        verdict = policy.verdict(self.id, default="block" if self.default == "block" else "flag")
        if verdict != "off":
            yield CheckResult(
                check=self.id.split(".")[0],
                verdict=verdict,
                reason=reason,
                span=span[:200],
                rule=self.id,
                policy_version=policy.version,
            )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._unseen_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag in _UNSEEN:
            self._unseen_depth += 1
        self.seen.extend(value for name, value in given.items() if name in _READ_ALOUD and tag != "meta")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._unseen_depth:
            self._unseen_depth -= 1

    def handle_data(self, data: str) -> None:
        if not self._unseen_depth and data.strip():
            self.seen.append(data)
