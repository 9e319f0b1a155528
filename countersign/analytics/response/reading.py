"""Read whole weeks by channel from whichever mart is granted: campaigns by day, channels by day or week."""

from collections.abc import Sequence
from datetime import date, timedelta

import duckdb
import numpy as np

from countersign.analytics.response.series import ChannelWeeks, Numbers
from countersign.core.errors import SnapshotError

# The finest first: days make whole weeks up to yesterday, weeks of the calendar may leave some days out.
TABLES = {"campaign_day": "report_day", "channel_day": "report_day", "channel_week": "week_start"}
MOST_WEEKS = 156
_COUNTS = ("spend_reporting", "leads", "accepted_leads", "rejected_leads", "sessions")


def read_channel_weeks(
    connection: duckdb.DuckDBPyConnection, *, as_of: date, table: str | None = None
) -> ChannelWeeks:
    """The last 156 weeks at most, whole ones only, that ended before `as_of`.

    A channel is paid when it ever spent; the others are the demand that no money bought. A mart by
    days is cut into weeks of seven days counted back from the last day before `as_of` that has rows.

    Args:
        connection: holds one of TABLES with the columns that are needed.
        as_of: exclusive.
        table: which of TABLES; default is the finest there is.

    Raises:
        SnapshotError: no table has what is needed.
    """
    table = _find_table(connection, wanted=(table,) if table else tuple(TABLES))
    day = TABLES[table.split(".")[-1]]
    length = 7 if day == "week_start" else 1
    sums = ", ".join(f"cast(sum({name}) as double)" for name in _COUNTS)
    rows = connection.execute(
        f"select channel, {day}, {sums} from {table} where {day} + {length - 1} < ? "
        "group by all order by all",
        [as_of],
    ).fetchall()
    if not rows:
        return _empty()
    return _cut(rows, length=length)


def read_campaign_spend(
    connection: duckdb.DuckDBPyConnection, weeks: ChannelWeeks, *, names: Sequence[str]
) -> dict[str, Numbers]:
    """Spend of campaigns in exactly these weeks, shape (weeks,) each; 0 in a week without a row.

    Args:
        connection: holds `campaign_week` with campaign_name, week_start and spend_reporting.
        weeks: the record that they stand beside.
        names: campaigns; one that has no row in these weeks is left out.
    """
    at = {start: number for number, start in enumerate(weeks.starts)}
    found: dict[str, Numbers] = {}
    rows = connection.execute(
        "select campaign_name, week_start, cast(sum(spend_reporting) as double) from campaign_week "
        "where list_contains(?, campaign_name) group by all order by all",
        [list(names)],
    ).fetchall()
    for name, start, spend in rows:
        if start in at:
            found.setdefault(name, np.zeros(weeks.weeks))[at[start]] = spend or 0.0
    return found


def find_table(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Which of TABLES would be read, None when there is none."""
    try:
        return _find_table(connection, wanted=tuple(TABLES)).split(".")[-1]
    except SnapshotError:
        return None


def columns_of(table: str) -> tuple[str, ...]:
    """What is read of a table, as "table.column"."""
    return tuple(f"{table}.{name}" for name in ("channel", TABLES[table], *_COUNTS))


def _find_table(connection: duckdb.DuckDBPyConnection, *, wanted: Sequence[str]) -> str:
    found = connection.execute(
        "select table_schema, table_name from information_schema.columns where column_name in "
        f"{(*_COUNTS, 'channel')} group by all having count(distinct column_name) = {len(_COUNTS) + 1}"
    ).fetchall()
    places = {name: f"{schema}.{name}" for schema, name in sorted(found, key=lambda row: row[0] != "marts")}
    for table in wanted:
        if table in places:
            return places[table]
    raise SnapshotError(
        "There is no table to fit response curves to.",
        found=", ".join(sorted(places)) or "no table by channel with spend, leads, verdicts and sessions",
        fix=f"grant the agent one of {', '.join(TABLES)}",
    )


def _cut(rows: list[tuple[object, ...]], *, length: int) -> ChannelWeeks:
    days = np.array([row[1] for row in rows], dtype="datetime64[D]")
    end = days.max() + np.timedelta64(length, "D")
    back = (end - days - np.timedelta64(1, "D")).astype(int) // 7
    first = days.min()
    weeks = min(int((end - first).astype(int)) // 7, MOST_WEEKS)
    names = sorted({str(row[0]) for row in rows})
    table = np.zeros((weeks, len(names), len(_COUNTS)))
    place = {name: index for index, name in enumerate(names)}
    for row, age in zip(rows, back, strict=True):
        if age < weeks:
            counts = [float(value or 0) for value in row[2:]]  # type: ignore[arg-type]
            table[weeks - 1 - age, place[str(row[0])]] += counts
    starts = tuple(end.astype(object) - timedelta(weeks=weeks - week) for week in range(weeks))
    return _by_channel(starts, names, table)


def _by_channel(starts: tuple[date, ...], names: list[str], table: Numbers) -> ChannelWeeks:
    spend, leads, accepted, rejected, sessions = np.moveaxis(table, 2, 0)
    is_paid = spend.sum(axis=0) > 0
    return ChannelWeeks(
        starts=starts,
        channels=tuple(name for name, paid in zip(names, is_paid, strict=True) if paid),
        spend=spend[:, is_paid],
        leads=leads[:, is_paid],
        accepted=accepted[:, is_paid],
        decided=(accepted + rejected)[:, is_paid],
        demand=leads[:, ~is_paid].sum(axis=1),
        visits=sessions[:, ~is_paid].sum(axis=1),
    )


def _empty() -> ChannelWeeks:
    none = np.zeros((0, 0))
    return ChannelWeeks(
        starts=(), channels=(), spend=none, leads=none, accepted=none, decided=none,
        demand=np.zeros(0), visits=np.zeros(0),
    )  # fmt: skip
