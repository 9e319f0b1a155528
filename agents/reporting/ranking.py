"""Sections of a report that rank places: a heading with the first of them, and one table."""

from collections.abc import Mapping, Sequence

from agents.sheet import Sheet, place_alias
from countersign.core.contracts import Block, Cell, Column, Heading, Row, Table

# By role of a row of the analysis: the column's heading, and why a cell is empty.
Columns = Mapping[str, tuple[str, str]]


def build_row(sheet: Sheet, row: object, columns: Columns, *, name: str, stem: str) -> Row:
    """A row of the table: the facts that `row` names in each role, under aliases of their own.

    Args:
        sheet: what the draft cites.
        row: a record whose roles are fact ids.
        columns: the roles to show.
        name: a name token, or plain words for a total.
        stem: of the aliases.
    """
    place = place_alias(name) if name.startswith("{{") else "all"
    return Row(
        name=name, cells=tuple(_cell(sheet, row, role, columns, f"{stem}_{role}_{place}") for role in columns)
    )


def build_section(
    anchor: str,
    heading: str,
    *,
    sub: str,
    row_label: str,
    columns: Columns,
    rows: Sequence[Row],
    total: Row | None = None,
) -> list[Block]:
    """The heading and the table."""
    table = Table(
        row_label=row_label,
        columns=tuple(Column(label=label) for label, _ in columns.values()),
        rows=tuple(rows),
        total=total,
    )
    return [Heading(anchor=anchor, text=heading, sub=sub), table]


def _cell(sheet: Sheet, row: object, role: str, columns: Columns, alias: str) -> Cell:
    fact = getattr(row, role)
    if fact is None or sheet.value(fact) is None:
        return Cell(value=None, missing=columns[role][1])
    return Cell(value=sheet.fact(fact, alias))
