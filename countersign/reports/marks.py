"""Segments as HTML: escaped words, figures with their evidence pills, changes with colour and hidden word."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from countersign.core.contracts import Direction
from countersign.reports.figures import NOT_KNOWN, Style
from countersign.reports.tokens import Figure, Filler, Segment, Stated, Text
from countersign.reports.tone import tone_of

_SENTENCE_END = re.compile(r"[.!?:;](\s|$)")
_CLOSING = re.compile(r"[)\].,;:!?»”’]+(?=\s|$)")
_STATED = Markup('<span class="stated">{}</span> (stated by {})')
_TAG = Markup("<{tag}{css}>{text}</{tag}>")


class Marks:
    """What templates call to show prose and figures of one draft."""

    def __init__(self, filler: Filler) -> None:
        self._filler = filler

    def prose(self, text: str, *, is_lede: bool = False) -> Markup:
        """A paragraph; a pill follows the last figure of each evidence in a sentence."""
        segments = self._filler.fill(text)
        shown: list[Markup] = []
        waiting: Markup = Markup("")
        for number, segment in enumerate(segments):
            words = segment.text
            if waiting:
                # a pill stands after the punctuation that closes its words
                closing = _CLOSING.match(words) if isinstance(segment, Text) else None
                shown += [escape(closing.group() if closing else ""), waiting]
                words = words[closing.end() :] if closing else words
                waiting = Markup("")
            if isinstance(segment, Figure):
                shown.append(_figure(segment, tag="strong" if is_lede else "span"))
                if not _is_repeated(segment, segments[number + 1 :]):
                    waiting = pill(segment.evidence)
            elif isinstance(segment, Stated):
                shown.append(
                    Markup('<span class="stated">{}</span> (stated by {})').format(
                        segment.text, segment.person
                    )
                )
            else:
                shown.append(escape(words))
        return Markup("").join([*shown, waiting])

    def headline(self, text: str) -> Markup:
        """A title; its figures are links to their evidence, so that no pill breaks the line."""
        shown = (
            Markup('<a class="figlink" href="#e{}">{}</a>').format(segment.evidence, segment.text)
            if isinstance(segment, Figure)
            else escape(segment.text)
            for segment in self._filler.fill(text)
        )
        return Markup("").join(shown)

    def plain(self, text: str) -> str:
        """Prose as plain text, for attributes and links."""
        return self._filler.plain(text)

    def value(self, alias: str, *, style: Style = "value") -> str:
        """A figure written out; its pill stands in the head of its column or beside it."""
        return self._filler.figure(alias, style=style).text

    def change(
        self,
        alias: str,
        *,
        good_direction: Direction,
        in_normal_range: bool | None = None,
        arrow: bool = False,
    ) -> Markup:
        """A change in its colour, with sign or arrow, and the word for who sees no colour."""
        figure = self._filler.figure(alias, style="size" if arrow else "change")
        tone = tone_of(figure.fact, good_direction=good_direction, in_normal_range=in_normal_range)
        if figure.text == NOT_KNOWN:
            return Markup('<span class="d z">change not known</span>')
        text = f"{tone.arrow} {figure.text}" if arrow and tone.arrow else figure.text
        return Markup('<span class="d {}">{}<span class="vh"> ({})</span></span>').format(
            tone.css, text, tone.word
        )

    def pills(self, aliases: Iterable[str | None]) -> Markup:
        """One pill for each evidence that these figures have, in order of number."""
        numbers = {self._filler.figure(alias).evidence for alias in aliases if alias}
        return Markup("").join(pill(number) for number in sorted(numbers))


def pill(number: int) -> Markup:
    """The link from a figure to its evidence."""
    return Markup('<a class="fn" href="#e{0}" aria-label="Evidence {0}">{0}</a>').format(number)


def _figure(figure: Figure, *, tag: str) -> Markup:
    css = "" if tag == "strong" else Markup(' class="num"')
    return _TAG.format(tag=tag, css=css, text=figure.text)


def _is_repeated(figure: Figure, rest: list[Segment]) -> bool:
    """Whether the same evidence comes again before the sentence ends."""
    for segment in rest:
        if isinstance(segment, Text) and _SENTENCE_END.search(segment.text):
            return False
        if isinstance(segment, Figure):
            return segment.evidence == figure.evidence
    return False
