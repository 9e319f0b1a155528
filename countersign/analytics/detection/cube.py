"""Daily marts as dense arrays: one row per leaf (the finest place of a table), one column per day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np

from countersign.analytics.detection.arrays import Days, Floats, Names

TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "marts.campaign_day": (
        ("channel", "account_id", "campaign_id"),
        (
            "spend_reporting", "impressions", "clicks", "platform_conversions", "sessions",
            "engaged_sessions", "web_conversions", "leads", "mqls", "accepted_leads", "rejected_leads",
            "followed_up_leads", "followed_up_within_promise", "opportunities",
        ),
    ),
    "marts.segment_day": (
        ("channel", "campaign_id", "device", "country"),
        (
            "sessions", "engaged_sessions", "web_conversions", "leads", "mqls", "accepted_leads",
            "rejected_leads",
        ),
    ),
    "marts.deal_day": (("channel",), ("deals_due", "deals_won", "deals_lost", "deals_slipped")),
}  # fmt: skip


@dataclass(frozen=True)
class Cube:
    """One table, dense: a day without a row counts as zero.

    Args:
        table: where it was read from.
        keys: dimension to one value per leaf.
        days: every day from the first of any table to the day before `as_of`.
        values: measure to an array of shape (leaves, days).
    """

    table: str
    keys: Mapping[str, Names]
    days: Days
    values: Mapping[str, Floats]

    @property
    def leaves(self) -> int:
        """How many leaves."""
        return len(next(iter(self.keys.values())))


@dataclass(frozen=True)
class Mark:
    """What the company said beforehand: one row of marts.event_marks, '' meaning everywhere."""

    day: date
    kind: str
    name: str
    channel: str
    campaign_id: str


@dataclass(frozen=True)
class Observed:
    """All that the analysis sees, and in plain words what it cannot judge."""

    cubes: Mapping[str, Cube]
    marks: tuple[Mark, ...]
    missing: tuple[str, ...]


def read_observed(connection: duckdb.DuckDBPyConnection, *, as_of: date) -> Observed:
    """Read the daily marts up to the day before `as_of`; what is absent is named, never guessed."""
    cubes, missing = {}, []
    first = _first_day(connection)
    for table, (dimensions, measures) in TABLES.items():
        columns = _columns(connection, table)
        absent = [name for name in (*dimensions, "report_day") if name not in columns]
        if absent:
            missing.append(f"{table} cannot be judged: no {', '.join(absent)}")
            continue
        held = [name for name in measures if name in columns]
        missing += [f"{table}.{name} is not there" for name in measures if name not in columns]
        cube = _read_cube(connection, table, dimensions=dimensions, measures=held, first=first, as_of=as_of)
        if cube is None:
            missing.append(f"{table} holds no day before {as_of}")
        else:
            cubes[table] = cube
    return Observed(cubes, _read_marks(connection, missing), tuple(missing))


def _first_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """First day of any table, so that all cubes share their days."""
    found = []
    for table in TABLES:
        if "report_day" in _columns(connection, table):
            row = connection.execute(f"select min(report_day) from {table}").fetchone()
            found += [row[0]] if row and row[0] else []
    return min(found, default=None)


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    schema, name = table.split(".")
    rows = connection.execute(
        "select column_name from information_schema.columns where table_schema = ? and table_name = ?",
        [schema, name],
    ).fetchall()
    return {str(row[0]) for row in rows}


def _read_cube(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    *,
    dimensions: Sequence[str],
    measures: Sequence[str],
    first: date | None,
    as_of: date,
) -> Cube | None:
    keys = ", ".join(f"coalesce({name}, '') as {name}" for name in dimensions)
    sums = ", ".join(f"coalesce(sum({name}), 0)::double as {name}" for name in measures)
    grain = ", ".join(str(place + 1) for place in range(len(dimensions) + 1))
    read = connection.execute(
        f"select {keys}, report_day{', ' + sums if sums else ''} from {table} "
        f"where report_day < ? group by {grain} order by {grain}",
        [as_of],
    ).fetchnumpy()
    seen = np.asarray(read["report_day"]).astype("datetime64[D]")
    if not len(seen):
        return None
    days = np.arange(np.datetime64(first or as_of, "D"), np.datetime64(as_of, "D"))
    named = [np.asarray(read[name], dtype=str) for name in dimensions]
    joined = np.array(["\x1f".join(parts) for parts in zip(*named, strict=True)])
    _, place, leaf = np.unique(joined, return_index=True, return_inverse=True)
    position = (seen - days[0]).astype(np.int64)
    values = {}
    for name in measures:
        dense = np.zeros((len(place), len(days)))
        dense[leaf, position] = np.asarray(read[name], dtype=np.float64)
        values[name] = dense
    keys_of = {name: column[place] for name, column in zip(dimensions, named, strict=True)}
    return Cube(table, keys_of, days, values)


def _read_marks(connection: duckdb.DuckDBPyConnection, missing: list[str]) -> tuple[Mark, ...]:
    columns = _columns(connection, "marts.event_marks")
    if not {"event_day", "kind"} <= columns:
        missing.append("marts.event_marks is not there: planned events cannot be told from incidents")
        return ()
    texts = [
        f"coalesce({name}, '')" if name in columns else "''" for name in ("name", "channel", "campaign_id")
    ]
    rows = connection.execute(
        f"select event_day, kind, {', '.join(texts)} from marts.event_marks order by all"
    ).fetchall()
    return tuple(
        Mark(day, str(kind), str(name), str(channel), str(campaign))
        for day, kind, name, channel, campaign in rows
    )
