"""A draft as Markdown: the same figures as the HTML, evidence as footnotes, names escaped."""

import re
from collections.abc import Iterable, Iterator

from countersign.core.contracts import (
    Action,
    Block,
    Direction,
    Draft,
    Funnel,
    Heading,
    Kpis,
    Prose,
    Row,
    Table,
    Trend,
    Trust,
    Waterfall,
)
from countersign.reports.figures import Style, is_movement
from countersign.reports.tokens import Figure, Filler, Stated
from countersign.reports.tone import tone_of
from countersign.reports.wording import (
    LABELS,
    describe_author,
    describe_period,
    describe_proof,
    describe_sources,
    write_day,
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~&]|:(?=//)|(?<=www)\.|@)")
_LINE_START = re.compile(r"^(\s*\d*)([-=+#.)])(?=\s|[-=#])")


def render_markdown(draft: Draft) -> str:
    """The report as Markdown (tables and footnotes as on GitHub); the same draft gives the same text.

    Raises:
        DraftError: as `render_html`.
    """
    writer = _Writer(Filler(draft))
    lines = [
        f"_{escape_markdown(describe_period(draft))}_",
        "",
        f"# {writer.prose(draft.title)}",
        "",
    ]
    for block in draft.blocks:
        lines.extend([*writer.block(block), ""])
    lines.extend(writer.evidence())
    return "\n".join(lines).rstrip() + "\n"


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it stands: no link, tag, table cell or list breaks out.

    >>> escape_markdown("<b>[x](y)|")
    '\\\\<b\\\\>\\\\[x\\\\](y)\\\\|'
    """
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))
    return _LINE_START.sub(r"\1\\\2", escaped)


class _Writer:
    """Writes blocks line by line."""

    def __init__(self, filler: Filler) -> None:
        self._filler = filler

    def prose(self, text: str) -> str:
        parts: list[str] = []
        for segment in self._filler.fill(text):
            if isinstance(segment, Figure):
                parts.append(f"{segment.text}[^{segment.evidence}]")
            elif isinstance(segment, Stated):
                parts.append(escape_markdown(f"{segment.text} (stated by {segment.person})"))
            else:
                # escape_markdown trims nothing, so spaces around figures stay
                parts.append(escape_markdown(segment.text))
        return "".join(parts)

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading():
                yield f"## {self.prose(block.text)}"
                if block.sub:
                    yield from ("", self.prose(block.sub))
            case Prose():
                label = f"**{LABELS[block.label]}:** " if block.label else ""
                yield label + self.prose(block.text)
            case Kpis():
                yield from self._kpis(block)
            case Waterfall():
                yield from self._waterfall(block)
            case Trend():
                yield from self._trend(block)
            case Table():
                yield from self._table(block)
            case Funnel():
                yield from self._funnel(block)
            case Action():
                yield from self._action(block)
            case Trust():
                yield from self._trust(block)

    def figure(self, alias: str | None, *, style: Style = "value") -> str:
        if not alias:
            return ""
        figure = self._filler.figure(alias, style=style)
        return f"{figure.text}[^{figure.evidence}]"

    def _bare(self, alias: str) -> str:
        """A figure whose neighbour carries the footnote of both."""
        return self._filler.figure(alias).text

    def change(self, alias: str | None, good_direction: Direction, in_normal_range: bool | None) -> str:
        if not alias:
            return ""
        fact = self._filler.figure(alias).fact
        tone = tone_of(fact, good_direction=good_direction, in_normal_range=in_normal_range)
        return f"{self.figure(alias, style='change')} ({tone.word})"

    def _kpis(self, block: Kpis) -> Iterator[str]:
        rows = (
            (
                self.prose(f"{tile.name}, {tile.note}" if tile.note else tile.name),
                self.figure(tile.value),
                self.change(tile.change, tile.good_direction, tile.in_normal_range),
                self.figure(tile.prior),
            )
            for tile in block.tiles
        )
        return _table(("Figure", "Now", "Change", "Before"), rows)

    def _waterfall(self, block: Waterfall) -> Iterator[str]:
        rows = [(self.prose(block.start_label), self.figure(block.start))]
        for step in block.steps:
            note = f" ({self.prose(step.note)})" if step.note else ""
            rows.append((self.prose(step.label) + note, self.figure(step.fact, style="change")))
        rows.append((self.prose(block.end_label), self.figure(block.end)))
        return _table(("Step", "Amount"), rows)

    def _trend(self, block: Trend) -> Iterator[str]:
        rows = (
            (write_day(point.day), self.figure(point.fact) if point.fact else "not known")
            for point in block.points
        )
        yield from _table(("Week of", self.prose(block.metric)), rows)
        if block.low and block.high:
            band = f"{self.figure(block.low)} to {self.figure(block.high)}"
            yield from ("", f"Expected range: {band}. {self.prose(block.band_note)}".rstrip())

    def _table(self, block: Table) -> Iterator[str]:
        rows = [*block.rows, *([block.total] if block.total else [])]
        head = (self.prose(block.row_label), *(self.prose(column.label) for column in block.columns))
        return _table(head, (self._row(row, block) for row in rows))

    def _row(self, row: Row, block: Table) -> tuple[str, ...]:
        cells = [self.prose(f"{row.name}, {row.note}" if row.note else row.name)]
        for cell, column in zip(row.cells, block.columns, strict=True):
            if cell.value is None:
                cells.append(f"– {self.prose(cell.missing)}".rstrip())
                continue
            change = self.change(cell.change, column.good_direction, cell.in_normal_range)
            style: Style = "change" if is_movement(self._filler.figure(cell.value).fact) else "value"
            value = self.figure(cell.value, style=style)
            cells.append(f"{value}, {change}" if change else value)
        return tuple(cells)

    def _funnel(self, block: Funnel) -> Iterator[str]:
        rows = (
            (
                self.prose(f"{step.name}, {step.cohort}" if step.cohort else step.name),
                self.figure(step.count),
                self.figure(step.prior_rate),
                self.figure(step.rate),
                self.change(step.change, "up", not step.is_worst),
            )
            for step in block.steps
        )
        return _table(("Step", "Reached", "Rate before", "Rate now", "Change in rate"), rows)

    def _action(self, block: Action) -> Iterator[str]:
        yield f"### {block.choice.capitalize()}: {self.prose(block.title)}"
        yield from ("", self.prose(block.why), "")
        yield f"**{LABELS[block.effect_label]}:** {self.prose(block.effect)}"
        yield ""
        yield f"- Goal: {self.prose(block.goal)}"
        yield f"- Owner: {self.prose(block.owner)}"
        yield f"- Effort: {block.effort}; confidence: {block.confidence}"
        yield f"- Cost: {self.prose(block.cost)}"
        yield f"- To undo: {self.prose(block.undo)}"
        yield f"- Judge on: {write_day(block.judge_on)}"
        if block.against:
            yield f"- Against it: {self.prose(block.against)}"

    def _trust(self, block: Trust) -> Iterator[str]:
        rows = (
            (
                self.prose(row.source),
                write_day(row.data_through) if row.data_through else "no dates",
                f"{self._bare(row.checks_passed)} of {self.figure(row.checks_total)}, "
                f"{row.quality.replace('_', ' ')}",
                f"{self._bare(row.rows_landed)}, {self.figure(row.rows_quarantined)} set aside",
                self.prose(row.note),
            )
            for row in block.rows
        )
        return _table(("Source", "Data through", "Checks passed", "Rows", "Note"), rows)

    def evidence(self) -> Iterator[str]:
        draft, index = self._filler.draft, self._filler.index
        if index.figures:
            yield from ("## Evidence", "")
        for entry in index.entries():
            columns = escape_markdown(", ".join(index.columns_read(entry)))
            figures = "1 figure" if len(entry.facts) == 1 else f"{len(entry.facts)} figures"
            title = escape_markdown(entry.title)
            explain = f"`countersign explain {entry.facts[0].id}`"
            yield f"[^{entry.number}]: {title}. {figures}; reads {columns}; first: {explain}"
        if index.figures:
            yield ""
        snapshot = escape_markdown(draft.snapshot_id)
        yield (
            f"Numbers come from snapshot {snapshot}. {describe_proof(draft, figures=index.figures)}"
            if index.figures
            else f"Read from snapshot {snapshot}. No figure is shown, so there is none to prove."
        )
        yield escape_markdown(describe_author(draft))
        if draft.fed_by:
            yield from ("", escape_markdown(describe_sources(draft)))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
