"""Sections of a report that rank places: a heading with the first of them, and one table."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from agents.sheet import Sheet, place_alias
from countersign.core.contracts import Block, Cell, Column, Heading, Row, Table

# By role of a row of the analysis: the column's heading, and why a cell is empty.
Columns = Mapping[str, tuple[str, str]]
RecordT = TypeVar("RecordT")

MOST_ROWS = 12


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


def build_rows(
    sheet: Sheet, records: Sequence[RecordT], columns: Columns, *, name: Callable[[RecordT], str], stem: str
) -> list[Row]:
    """The first rows of a ranking, each with aliases of its own: two places may share a name."""
    return [
        build_row(sheet, record, columns, name=name(record), stem=f"{stem}_{number}")
        for number, record in enumerate(records[:MOST_ROWS], start=1)
    ]


def cut_after(sub: str, records: Sequence[object], *, rest: str) -> str:
    """The line under a heading, with what is said of the rest where not all are shown."""
    return f"{sub} {rest}" if len(records) > MOST_ROWS else sub


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
