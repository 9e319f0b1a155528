"""Put every planted defect through the gate and tell which expectation caught it, as a table of text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from countersign.core.workspace import Company, Workspace
from expectations.gate import check_batch
from expectations.seeded.defects import Defect, read_defects
from expectations.seeded.good_rows import build_good_rows, telling_column
from expectations.seeded.landing import land_rows
from expectations.suite import GateResult

# Above a fifth of bad rows the gate condemns the file, so each bad row gets this many good ones.
GOOD_PER_BAD = 6
IN_WORDS = {
    "row": "row set aside",
    "key": "row set aside",
    "warning": "warning",
    "batch": "batch refused",
}


@dataclass(frozen=True)
class Caught:
    """A defect, the expectations that objected to it, and whether the gate did what it must."""

    defect: Defect
    found: tuple[str, ...]
    as_expected: bool


def catch_defects(workspace: Workspace, company: Company, *, table: str, as_of: datetime) -> list[Caught]:
    """Plant every defect of a table in good rows and check them; faults of rows share one batch."""
    defects = read_defects(table)
    in_rows = [defect for defect in defects if defect.effect in ("row", "key")]
    alone = [defect for defect in defects if defect.effect not in ("row", "key")]

    def check(rows: Sequence[dict[str, object]]) -> GateResult:
        batch = land_rows(workspace, table, rows, landed_at=as_of, source="seeded")
        return check_batch(workspace, company, batch, as_of=as_of)

    result = check(_rows_with(table, in_rows))
    aside = read_set_aside(result)
    caught = [
        Caught(defect, (aside[row],), aside[row] == defect.rule and not result.is_quarantined)
        if row in aside
        else Caught(defect, (), as_expected=False)
        for row, defect in enumerate(in_rows, start=1)
    ]
    spoiled = set(aside) - set(range(1, len(in_rows) + 1))
    if spoiled:
        raise AssertionError(f"{table}: good rows were set aside: {sorted(spoiled)}")
    return [*caught, *(_catch_alone(defect, check(_rows_of(defect))) for defect in alone)]


def read_set_aside(result: GateResult) -> dict[int, str]:
    """Row number -> the rule that set the row aside."""
    found = duckdb.execute("select row_number, rule from read_parquet(?)", [str(result.set_aside)]).fetchall()
    return dict(found)


def render_defects(caught: Iterable[Caught]) -> str:
    """The table of defect by expectation, one line a defect, with a total."""
    rows = [
        (
            one.defect.table,
            one.defect.words[:60],
            one.defect.rule,
            IN_WORDS[one.defect.effect] if one.as_expected else f"MISSED (found {', '.join(one.found)})",
        )
        for one in caught
    ]
    head = ("table", "defect", "expectation", "what the gate does")
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
    missed = sum(row[-1].startswith("MISSED") for row in rows)
    return "\n".join([*lines, f"{len(rows)} defects planted, {len(rows) - missed} caught, {missed} missed"])


def _rows_with(table: str, defects: Sequence[Defect]) -> list[dict[str, object]]:
    rows = build_good_rows(table, GOOD_PER_BAD * len(defects))
    for row, defect in zip(rows, defects, strict=False):
        if defect.effect == "key":
            # The later row of a key holds, so the one planted here is set aside.
            row[telling_column(table)] = rows[-1][telling_column(table)]
        row |= defect.change
    return rows


def _rows_of(defect: Defect) -> list[dict[str, object]]:
    if defect.rule == "rows_exist":
        return []
    if defect.effect == "warning":
        return build_good_rows(defect.table, 5, **defect.change)
    rows = build_good_rows(defect.table, 20)
    rows[3] |= defect.change
    return rows


def _catch_alone(defect: Defect, result: GateResult) -> Caught:
    failed = [outcome for outcome in result.batch.outcomes if not outcome.passed]
    found = tuple(outcome.check for outcome in failed)
    if defect.effect == "warning":
        stays = result.batch.rows_quarantined == 0 and result.batch.quality == "warnings"
        only = [(outcome.check, outcome.severity) for outcome in failed] == [(defect.rule, "warning")]
        return Caught(defect, found, stays and only)
    refused = result.is_quarantined and result.batch.rows_promoted == 0
    return Caught(defect, found, refused and found == (defect.rule,))
