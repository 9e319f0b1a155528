"""Prose with tokens becomes text with figures, names and periods; one filler for every renderer."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from countersign.core.contracts import Draft, Fact, Window
from countersign.core.periods import describe_window
from countersign.reports.evidence import EvidenceIndex
from countersign.reports.figures import DraftError, Style, write_figure
from countersign.reports.token_syntax import Token, parse
from countersign.reports.wording import describe_length

__all__ = [
    "DraftError",
    "Figure",
    "Filler",
    "Name",
    "Period",
    "Segment",
    "Stated",
    "Text",
    "fill",
    "fill_plain",
]


@dataclass(frozen=True)
class Text:
    """Words as they were typed."""

    text: str


@dataclass(frozen=True)
class Figure:
    """A figure as it is written, the fact behind it and the number of its evidence."""

    fact: Fact
    text: str
    evidence: int


@dataclass(frozen=True)
class Name:
    """A name out of the data; renderers escape it."""

    text: str


@dataclass(frozen=True)
class Period:
    """A window in words."""

    text: str


@dataclass(frozen=True)
class Stated:
    """A number that a person typed: it has no evidence, and says whose it is."""

    text: str
    person: str


Segment = Text | Figure | Name | Period | Stated


class Filler:
    """Fills the prose of one draft; build it once per rendering.

    Raises:
        DraftError: a malformed token anywhere, or an alias that leads to no fact.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.index = EvidenceIndex(draft)
        self._stated = stated_pattern(draft)

    def figure(self, alias: str, *, style: Style = "value") -> Figure:
        """The figure behind an alias, written in a style."""
        fact = self.index.fact(alias)
        return Figure(fact=fact, text=write_figure(fact, style=style), evidence=self.index.number(fact))

    def fill(self, text: str) -> list[Segment]:
        """Prose as segments, in order.

        Raises:
            DraftError: an alias that is not bound, a malformed token, unbalanced braces.
        """
        segments: list[Segment] = []
        for piece in parse(text):
            if isinstance(piece, Token):
                segments.append(self._segment(piece))
            else:
                segments.extend(self._words(piece.text))
        return segments

    def plain(self, text: str) -> str:
        """Prose as one line of text, figures written out, no evidence."""
        return "".join(segment.text for segment in self.fill(text))

    def _segment(self, token: Token) -> Segment:
        if token.kind == "fact":
            return self.figure(token.alias, style=token.style)
        if token.kind == "name" and token.alias in self.draft.names:
            return Name(clean_name(self.draft.names[token.alias]))
        if token.kind == "period" and token.alias in self.draft.periods:
            return Period(self._period(self.draft.periods[token.alias], is_length=token.is_length))
        raise DraftError(
            f"A token asks for a {token.kind} that the draft does not hold.",
            found=f"{{{{{token.kind}:{token.alias}}}}}",
            fix=f"add {token.alias!r} to the draft's {token.kind}s, or use an alias that exists",
        )

    def _period(self, window: Window, *, is_length: bool) -> str:
        """A window in words: its days, without the year that the report stands in; or how long it is."""
        if is_length:
            return describe_length(window)
        shown = describe_window(window)
        year = f" {window.start.year}"
        own = self.draft.period
        is_own_year = own is not None and own.start.year == window.start.year
        return shown.removesuffix(year) if is_own_year and shown.count(year) == 1 else shown

    def _words(self, words: str) -> Sequence[Segment]:
        if self._stated is None:
            return [Text(words)]
        segments: list[Segment] = []
        for number, part in enumerate(self._stated.split(words)):
            if part:
                segments.append(Stated(part, self.draft.stated[part]) if number % 2 else Text(part))
        return segments


def fill(text: str, draft: Draft) -> list[Segment]:
    """Prose of a draft as segments; for many strings of one draft build one `Filler`.

    Raises:
        DraftError: an alias that is not bound, a malformed token, unbalanced braces.
    """
    return Filler(draft).fill(text)


def fill_plain(text: str, draft: Draft) -> str:
    """Prose of a draft as plain text: for titles in lists and in the terminal.

    Raises:
        DraftError: as `fill`.
    """
    return Filler(draft).plain(text)


def stated_pattern(draft: Draft) -> re.Pattern[str] | None:
    """Finds the numbers that a person stated, as whole words; None when there are none."""
    if not draft.stated:
        return None
    longest_first = sorted(draft.stated, key=lambda text: (-len(text), text))
    return re.compile(rf"(?<![\w.,])({'|'.join(map(re.escape, longest_first))})(?!\w|[.,]\d)")


def clean_name(name: str) -> str:
    """A name without control, bidirectional and other invisible characters, on one line."""
    kept = (" " if char.isspace() else char for char in name)
    visible = "".join(char for char in kept if unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs"))
    return " ".join(visible.split()) or "(no name)"
