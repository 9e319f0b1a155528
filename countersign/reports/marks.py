"""Segments as HTML: escaped words, figures with their evidence pills, changes with colour and hidden word."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from countersign.core.contracts import Direction
from countersign.reports.figures import NOT_KNOWN, Style, is_movement
from countersign.reports.tokens import Figure, Filler, Segment, Stated, Text
from countersign.reports.tone import tone_of

_SENTENCE_END = re.compile(r"[.!?:;](\s|$)")
_CLOSING = re.compile(r"[)\].,;:!?»”’]+(?=\s|$)")
_STATED = Markup('<span class="stated">{}</span> (stated by {})')
_FIGURE = Markup('<span class="num">{}</span>')
_KEY_FIGURE = Markup("<strong>{}</strong>")
_TOGETHER = Markup('<span class="nb">{}{}{}</span>')


class Marks:
    """What templates call to show prose and figures of one draft."""

    def __init__(self, filler: Filler) -> None:
        self._filler = filler

    def prose(self, text: str, *, is_lede: bool = False) -> Markup:
        """A paragraph; a pill follows the last figure of each evidence in a sentence."""
        segments = self._filler.fill(text)
        shown: list[Markup] = []
        waiting: Figure | None = None
        for number, segment in enumerate(segments):
            words = segment.text
            if waiting:
                # a pill stands after the punctuation that closes its words, and never alone on a line
                closing = _CLOSING.match(words) if isinstance(segment, Text) else None
                shown.append(_cited(waiting, closing.group() if closing else "", is_lede=is_lede))
                words = words[closing.end() :] if closing else words
                waiting = None
            if isinstance(segment, Figure):
                if _is_repeated(segment, segments[number + 1 :]):
                    shown.append(_figure(segment, is_lede=is_lede))
                else:
                    waiting = segment
            elif isinstance(segment, Stated):
                shown.append(_STATED.format(segment.text, segment.person))
            else:
                shown.append(escape(words))
        if waiting:
            shown.append(_cited(waiting, "", is_lede=is_lede))
        return Markup("").join(shown)

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

    def cell(self, alias: str) -> str:
        """A figure in a table: what moved carries its sign."""
        figure = self._filler.figure(alias)
        return self.value(alias, style="change" if is_movement(figure.fact) else "value")

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


def _figure(figure: Figure, *, is_lede: bool) -> Markup:
    return (_KEY_FIGURE if is_lede else _FIGURE).format(figure.text)


def _cited(figure: Figure, closing: str, *, is_lede: bool) -> Markup:
    return _TOGETHER.format(_figure(figure, is_lede=is_lede), closing, pill(figure.evidence))


def _is_repeated(figure: Figure, rest: list[Segment]) -> bool:
    """Whether the same evidence comes again before the sentence ends."""
    for segment in rest:
        if isinstance(segment, Text) and _SENTENCE_END.search(segment.text):
            return False
        if isinstance(segment, Figure):
            return segment.evidence == figure.evidence
    return False
