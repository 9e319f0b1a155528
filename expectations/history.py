"""What the gate may know of a batch's past, and the two rules that need it: volume and repeated files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

import duckdb

from countersign.core.contracts import Batch, CheckOutcome
from countersign.core.landed import LandedTable, landed_table
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Company, Workspace
from expectations.batch_record import batch_folder
from expectations.changed_days import day_sql
from expectations.day_totals import fill_day_totals
from expectations.names import CONTENT_RULE, VOLUME_RULE
from expectations.warehouse_tables import BATCHES, DAY_TOTALS

TRAILING_WEEKS = 8
# A weekday is compared with itself; with fewer of them there is no usual.
FEWEST_SAMPLES = 3
# Below a third or above three times the usual, a holiday or a campaign no longer explains it ...
FAR = 3.0
# ... and on days of a handful of rows nothing is far.
FEWEST_ROWS = 20


@dataclass(frozen=True)
class BatchHistory:
    """Rows by day of a batch's source and table, and files that brought the same content.

    `known` is what was promoted before the run; `arriving` what all batches of the run bring together,
    because several files may share a day.
    """

    known: Mapping[date, int]
    arriving: Mapping[date, int]
    same_content: tuple[str, ...] = ()


def read_history(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, company: Company, batches: Sequence[Batch]
) -> dict[str, BatchHistory]:
    """The past of each landed batch, by batch id; reads day totals, not the rows of raw.

    Args:
        connection: the open warehouse with its raw tables.
        workspace: where the batches landed.
        company: its reporting zone cuts days.
        batches: every batch that this run is about to check.
    """
    fill_day_totals(connection, time_zone=company.time_zone)
    found: dict[str, BatchHistory] = {}
    for source, name in sorted({(batch.source, batch.table) for batch in batches}):
        group = [batch for batch in batches if (batch.source, batch.table) == (source, name)]
        arriving = _count_arriving(connection, workspace, company, group, table=landed_table(name))
        known = _read_known(connection, source, name, before=max(arriving, default=None))
        for batch in group:
            same = _read_same_content(connection, batch, group)
            found[batch.id] = BatchHistory(known, arriving, same)
    return found


def check_history(history: BatchHistory, company: Company, *, latest: datetime) -> tuple[CheckOutcome, ...]:
    """Warn of days with far more or fewer rows than usual, and of a file that came before.

    Args:
        history: the past of the batch.
        company: its reporting zone says which day is not over yet.
        latest: exclusive instant until which there can be data; its own day is not judged.
    """
    today = latest.astimezone(UTC).astimezone(company.zone).date()
    odd = find_odd_days(history, until=today)
    volume = CheckOutcome(
        check=VOLUME_RULE,
        severity="warning",
        passed=not odd,
        rows=sum(rows for _, rows, _ in odd),
        reason=_volume_reason(odd) if odd else "",
    )
    repeated = CheckOutcome(
        check=CONTENT_RULE,
        severity="warning",
        passed=not history.same_content,
        reason=(
            f"The same content came before as {', '.join(history.same_content[:3])}; no row counts twice,"
            " but somebody may have meant to send another file."
            if history.same_content
            else ""
        ),
    )
    return volume, repeated


def find_odd_days(history: BatchHistory, *, until: date) -> list[tuple[date, int, float]]:
    """Days with their rows and the usual number for their weekday, where the two are far apart.

    Only days after the last known one are judged: a batch that restates older days, or adds the few
    records that changed, holds no whole day of them. Days between that have no row are judged too.
    """
    if not history.known or not history.arriving:
        return []
    odd = []
    day = max(history.known) + timedelta(days=1)
    while day <= max(history.arriving) and day < until:
        rows = history.arriving.get(day, 0)
        usual = _usual_rows(history.known, day)
        if usual is not None and abs(rows - usual) >= FEWEST_ROWS and not usual / FAR <= rows <= usual * FAR:
            odd.append((day, rows, usual))
        day += timedelta(days=1)
    return odd


def _usual_rows(known: Mapping[date, int], day: date) -> float | None:
    first = min(known)
    weeks = [day - timedelta(weeks=back) for back in range(1, TRAILING_WEEKS + 1)]
    # A day without rows between days with rows counts as zero; the last known day may be half a day.
    samples = [known.get(same, 0) for same in weeks if first <= same < max(known)]
    return float(median(samples)) if len(samples) >= FEWEST_SAMPLES else None


def _volume_reason(odd: Sequence[tuple[date, int, float]]) -> str:
    day, rows, usual = max(odd, key=lambda one: abs(one[1] - one[2]))
    more = f", and {len(odd) - 1} more days look odd" if len(odd) > 1 else ""
    return (
        f"{day:%A} {day} has {rows:,} rows where a {day:%A} usually has about {usual:,.0f}{more};"
        f" look whether the source {'sent everything' if rows < usual else 'sent rows twice'}."
    )


def _count_arriving(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    company: Company,
    batches: Sequence[Batch],
    *,
    table: LandedTable,
) -> dict[date, int]:
    paths = [batch_folder(workspace, batch) / "rows.parquet" for batch in batches]
    there = ", ".join(quote_text(str(path)) for path in paths if path.is_file())
    if not there:
        return {}
    day = day_sql(table, company.time_zone)
    counted = connection.execute(
        f"select {day} as day, count(*) from read_parquet([{there}]) group by 1 having day is not null"
    )
    return dict(counted.fetchall())


def _read_known(
    connection: duckdb.DuckDBPyConnection, source: str, table: str, *, before: date | None
) -> dict[date, int]:
    if before is None:
        return {}
    found = connection.execute(
        f"""
        select day, sum(rows)::bigint from {DAY_TOTALS}
        where source = ? and landed_table = ? and day > ?::date - 7 * ?
        group by day
        """,
        [source, table, before, 2 * TRAILING_WEEKS],
    )
    return dict(found.fetchall())


def _read_same_content(
    connection: duckdb.DuckDBPyConnection, batch: Batch, group: Sequence[Batch]
) -> tuple[str, ...]:
    before = connection.execute(
        f"select distinct file from {BATCHES} where source = ? and landed_table = ?"
        " and content_hash = ? and file <> ? and state = 'promoted'",
        [batch.source, batch.table, batch.content_hash, batch.file],
    ).fetchall()
    now = [
        other.file
        for other in group
        if other.content_hash == batch.content_hash
        and (other.file, other.id) < (batch.file, batch.id)
        and other.file != batch.file
    ]
    return tuple(sorted({*now, *(file for (file,) in before)}))
