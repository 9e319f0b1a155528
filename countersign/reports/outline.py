"""A draft in reading order: every string a person sees and every alias a block shows, with its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from countersign.core.contracts import (
    Action,
    Block,
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


@dataclass(frozen=True)
class Spot:
    """One place in a draft: a string that people read, or an alias of a figure."""

    where: str
    text: str = ""
    alias: str = ""


def read_spots(draft: Draft) -> Iterator[Spot]:
    """Every string and alias of a draft, in the order a reader meets them.

    `where` reads like a path: `title`, `blocks[3].steps[1].label`.
    """
    yield Spot("title", text=draft.title)
    for number, block in enumerate(draft.blocks):
        yield from _spots_of(block, where=f"blocks[{number}]")


def read_strings(draft: Draft) -> Iterator[Spot]:
    """Every string that a person sees, empty ones left out."""
    return (spot for spot in read_spots(draft) if spot.text)


def _spots_of(block: Block, *, where: str) -> Iterator[Spot]:
    match block:
        case Heading() | Prose():
            yield from _texts(block, where, "text", "sub")
        case Kpis():
            for number, tile in enumerate(block.tiles):
                at = f"{where}.tiles[{number}]"
                yield from _texts(tile, at, "name", "note")
                yield from _aliases(tile, at, "value", "change", "prior")
                yield from (Spot(f"{at}.series", alias=alias) for alias in tile.series)
        case Waterfall():
            yield from _waterfall_spots(block, where=where)
        case Trend():
            yield from _texts(block, where, "metric", "band_note")
            points = (point.fact for point in block.points if point.fact)
            yield from (Spot(f"{where}.points", alias=alias) for alias in points)
            yield from _aliases(block, where, "low", "high")
        case Table():
            yield from _table_spots(block, where=where)
        case Funnel():
            for number, step in enumerate(block.steps):
                yield from _texts(step, f"{where}.steps[{number}]", "name", "cohort")
                yield from _aliases(step, f"{where}.steps[{number}]", "count", "rate", "prior_rate", "change")
        case Action():
            yield from _texts(
                block, where, "title", "why", "effect", "goal", "owner", "undo", "cost", "against"
            )
        case Trust():
            for number, row in enumerate(block.rows):
                at = f"{where}.rows[{number}]"
                yield from _texts(row, at, "source", "note")
                yield from _aliases(
                    row, at, "checks_passed", "checks_total", "rows_landed", "rows_quarantined"
                )


def _waterfall_spots(block: Waterfall, *, where: str) -> Iterator[Spot]:
    yield from _texts(block, where, "start_label")
    yield from _aliases(block, where, "start")
    for number, step in enumerate(block.steps):
        yield from _texts(step, f"{where}.steps[{number}]", "label", "note")
        yield from _aliases(step, f"{where}.steps[{number}]", "fact")
    yield from _texts(block, where, "end_label")
    yield from _aliases(block, where, "end")


def _table_spots(block: Table, *, where: str) -> Iterator[Spot]:
    yield from _texts(block, where, "row_label")
    for number, column in enumerate(block.columns):
        yield from _texts(column, f"{where}.columns[{number}]", "label")
    rows: list[tuple[str, Row]] = [(f"rows[{number}]", row) for number, row in enumerate(block.rows)]
    for at, row in chain(rows, [("total", block.total)] if block.total else []):
        yield from _texts(row, f"{where}.{at}", "name", "note")
        for number, cell in enumerate(row.cells):
            yield from _aliases(cell, f"{where}.{at}.cells[{number}]", "value", "change")
            yield from _texts(cell, f"{where}.{at}.cells[{number}]", "missing")


def _texts(record: object, where: str, *fields: str) -> Iterator[Spot]:
    for field in fields:
        if text := getattr(record, field, ""):
            yield Spot(f"{where}.{field}", text=text)


def _aliases(record: object, where: str, *fields: str) -> Iterator[Spot]:
    for field in fields:
        if alias := getattr(record, field):
            yield Spot(f"{where}.{field}", alias=alias)
