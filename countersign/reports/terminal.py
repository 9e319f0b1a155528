"""A draft in the terminal: what `countersign review show` prints."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text as Line

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
from countersign.reports.tokens import Figure, Filler
from countersign.reports.tone import tone_of
from countersign.reports.wording import (
    LABELS,
    describe_author,
    describe_period,
    describe_proof,
    describe_sources,
    write_day,
)

_COLOURS = {"g": "green", "r": "red", "z": "dim"}


def render_terminal(draft: Draft) -> RenderableType:
    """Title, lede, figures, claims, tables, actions and trust, for a rich console of any width.

    Figures carry the number of their evidence in brackets. Text of the data is never read as markup.

    Raises:
        DraftError: as `render_html`.
    """
    return Group(*_parts(_Printer(Filler(draft)), draft))


def _parts(printer: "_Printer", draft: Draft) -> Iterator[RenderableType]:
    yield Line(describe_period(draft), style="dim")
    yield printer.prose(draft.title, style="bold")
    yield Line("")
    for block in draft.blocks:
        yield printer.block(block)
    if printer.filler.index.figures:
        yield Line("Evidence", style="bold")
    for entry in printer.filler.index.entries():
        yield Line(f"  [{entry.number}] {entry.title}  (countersign explain {entry.facts[0].id})")
    figures = printer.filler.index.figures
    proof = describe_proof(draft, figures=figures) if figures else "No figure is shown."
    yield Line(
        f"Snapshot {draft.snapshot_id}. {proof} {describe_author(draft)} {describe_sources(draft)}".rstrip(),
        style="dim",
    )


class _Printer:
    """Turns blocks into rich renderables."""

    def __init__(self, filler: Filler) -> None:
        self.filler = filler

    def prose(self, text: str, *, style: str = "") -> Line:
        line = Line(style=style)
        for segment in self.filler.fill(text):
            if isinstance(segment, Figure):
                line.append(segment.text, style="bold")
                line.append(f"[{segment.evidence}]", style="dim")
            else:
                line.append(segment.text)
        return line

    def block(self, block: Block) -> RenderableType:
        match block:
            case Heading():
                sub = [self.prose(block.sub, style="dim")] if block.sub else []
                return Group(Line(""), self.prose(block.text, style="bold underline"), *sub)
            case Prose():
                label = f"{LABELS[block.label]}: " if block.label else ""
                return Line.assemble((label, "bold"), self.prose(block.text))
            case Kpis():
                return self._kpis(block)
            case Waterfall():
                return self._waterfall(block)
            case Trend():
                return self._trend(block)
            case Table():
                return self._table(block)
            case Funnel():
                return self._funnel(block)
            case Action():
                return self._action(block)
            case Trust():
                return self._trust(block)

    def figure(self, alias: str | None, *, style: Style = "value") -> Line:
        return self.prose(f"{{{{fact:{alias}|{style}}}}}") if alias else Line("")

    def _bare(self, alias: str) -> str:
        """A figure whose neighbour carries the number of their evidence."""
        return self.filler.figure(alias).text

    def change(self, alias: str | None, good_direction: Direction, in_normal_range: bool | None) -> Line:
        if not alias:
            return Line("")
        figure = self.filler.figure(alias, style="change")
        tone = tone_of(figure.fact, good_direction=good_direction, in_normal_range=in_normal_range)
        return Line(f"{figure.text} {tone.word}", style=_COLOURS[tone.css])

    def _kpis(self, block: Kpis) -> Grid:
        grid = _grid("Figure", "Now", "Change", "Before")
        for tile in block.tiles:
            change = self.change(tile.change, tile.good_direction, tile.in_normal_range)
            name = self.prose(f"{tile.name}, {tile.note}" if tile.note else tile.name)
            grid.add_row(name, self.figure(tile.value), change, self.figure(tile.prior))
        return grid

    def _waterfall(self, block: Waterfall) -> Grid:
        grid = _grid("Step", "Amount", "")
        grid.add_row(self.prose(block.start_label), self.figure(block.start))
        for step in block.steps:
            grid.add_row(
                self.prose(step.label),
                self.figure(step.fact, style="change"),
                self.prose(step.note, style="dim"),
            )
        grid.add_row(self.prose(block.end_label), self.figure(block.end))
        return grid

    def _trend(self, block: Trend) -> RenderableType:
        known = [point for point in block.points if point.fact]
        if not known:
            return Line.assemble(self.prose(block.metric), ": not known")
        line = Line.assemble(
            self.prose(block.metric),
            ": ",
            self.figure(known[0].fact),
            f" in the week of {write_day(known[0].day)}, ",
        )
        line.append_text(self.figure(known[-1].fact))
        line.append(f" in the week of {write_day(known[-1].day)}")
        if block.low and block.high:
            line = Line.assemble(line, "; expected ", self.figure(block.low), " to ", self.figure(block.high))
        return line

    def _table(self, block: Table) -> Grid:
        head = (self.filler.plain(block.row_label), *(self.filler.plain(one.label) for one in block.columns))
        grid = _grid(*head)
        for row in block.rows:
            grid.add_row(*self._cells(row, block))
        if block.total:
            grid.add_section()
            grid.add_row(*self._cells(block.total, block), style="bold")
        return grid

    def _cells(self, row: Row, block: Table) -> Iterator[Line]:
        yield self.prose(f"{row.name}, {row.note}" if row.note else row.name)
        for cell, column in zip(row.cells, block.columns, strict=True):
            if cell.value is None:
                yield Line.assemble("– ", self.prose(cell.missing, style="dim"))
                continue
            change = self.change(cell.change, column.good_direction, cell.in_normal_range)
            style: Style = "change" if is_movement(self.filler.figure(cell.value).fact) else "value"
            yield Line.assemble(self.figure(cell.value, style=style), "\n" if change else "", change)

    def _funnel(self, block: Funnel) -> Grid:
        grid = _grid("Step", "Reached", "Rate before", "Rate now", "Change")
        for step in block.steps:
            change = self.change(step.change, "up", not step.is_worst)
            rates = self.figure(step.prior_rate), self.figure(step.rate)
            name = f"{step.name}, {step.cohort}" if step.cohort else step.name
            grid.add_row(self.prose(name), self.figure(step.count), *rates, change)
        return grid

    def _action(self, block: Action) -> RenderableType:
        label = Line(f"{LABELS[block.effect_label]}: ", style="bold")
        lines = [
            self.prose(block.why),
            Line.assemble(label, self.prose(block.effect)),
            Line.assemble("Goal: ", self.prose(block.goal), "; owner: ", self.prose(block.owner)),
            Line(
                f"Effort: {block.effort}; confidence: {block.confidence}; "
                f"judge on {write_day(block.judge_on)}"
            ),
            Line.assemble("Cost: ", self.prose(block.cost)),
            Line.assemble("To undo: ", self.prose(block.undo)),
        ]
        if block.against:
            lines.append(Line.assemble("Against it: ", self.prose(block.against)))
        title = Line.assemble(
            (f"{block.choice.capitalize()}: ", "cyan"), self.prose(block.title, style="bold")
        )
        return Group(title, *(Padding(line, (0, 0, 0, 2)) for line in lines), Line(""))

    def _trust(self, block: Trust) -> Grid:
        grid = _grid("Source", "Data through", "Checks passed", "Rows", "Note")
        for row in block.rows:
            checks = Line.assemble(
                self._bare(row.checks_passed), " of ", self.figure(row.checks_total),
                f", {row.quality.replace('_', ' ')}",
            )  # fmt: skip
            rows = Line.assemble(
                self._bare(row.rows_landed), ", ", self.figure(row.rows_quarantined), " set aside"
            )
            day = write_day(row.data_through) if row.data_through else "no dates"
            grid.add_row(self.prose(row.source), day, checks, rows, self.prose(row.note))
        return grid


def _grid(*heads: str) -> Grid:
    grid = Grid(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for head in heads:
        # A figure that is cut looks like another one.
        grid.add_column(Line(head), overflow="fold")
    return grid
