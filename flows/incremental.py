"""Which days a dbt build redoes: those that changed since the last green build, or all of them.

A build is incremental when the last green one read the same project with the same settings, was not later
than this one, and left its tables in place. Whatever else happens, everything is built from nothing. Changed
days are consumed only by a green build, so the next one repairs a build that failed or was killed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

from countersign.core.landed import LANDED_TABLES
from countersign.core.log import EventLog
from countersign.core.warehouse import open_warehouse, quote_text, read_rows, transaction
from countersign.core.workspace import Company, Workspace
from expectations.batch_record import naive_utc
from expectations.warehouse_tables import BUILDS, CHANGED_DAYS, create_build_tables

# More ranges than this are joined over their smallest gaps: redoing a day too many changes nothing.
MAX_RANGES = 40

# Tables that grow by days do not read these: a new one needs no build from nothing.
_OF_NO_GROWING_TABLE = {"as_of", "event_marks"}

# First and last day, as ISO dates; without a last day: all from the first on.
DayRange = list[str | None]

log = EventLog(__name__)


@dataclass(frozen=True)
class BuildPlan:
    """What a build has to do: `changed_days` by landed table, None for everything from nothing."""

    digest: str
    as_of: datetime
    changed_days: dict[str, list[DayRange]] | None

    @property
    def is_full(self) -> bool:
        """Whether every table is built from nothing."""
        return self.changed_days is None


def plan_build(
    workspace: Workspace, company: Company, variables: Mapping[str, object], *, project: str, as_of: datetime
) -> BuildPlan:
    """Decide what a build redoes, and note that it has begun.

    Args:
        workspace: its warehouse must not be open.
        company: days are cut in its zone.
        variables: what dbt is told; a difference needs a full build, except in `as_of` and the event marks.
        project: digest of the dbt project and of what is built of it.
        as_of: exclusive instant with a time zone.
    """
    settings = {name: value for name, value in variables.items() if name not in _OF_NO_GROWING_TABLE}
    text = json.dumps([project, settings], sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with open_warehouse(workspace) as connection:
        create_build_tables(connection)
        last = _last_build(connection)
        reason = _why_full(connection, last, digest=digest, as_of=as_of)
        with transaction(connection):
            connection.execute(f"update {CHANGED_DAYS} set is_in_build = true where not is_in_build")
            if reason:
                # From here on the tables are neither the old nor the new ones, whatever ends this build.
                connection.execute(f"delete from {BUILDS}")
        days = _changed_days(connection)
    log.info("build_planned", full=bool(reason), reason=reason, days=sum(map(len, days.values())))
    if reason or last is None:
        return BuildPlan(digest, as_of, None)
    since = last["as_of"].replace(tzinfo=UTC).astimezone(company.zone).date()
    return BuildPlan(
        digest, as_of, {table: day_ranges(days.get(table, []), since) for table in LANDED_TABLES}
    )


def note_green_build(workspace: Workspace, plan: BuildPlan, *, tables: Sequence[str]) -> None:
    """Let the next build go on from this one, and consume the changed days that it has seen.

    Args:
        workspace: its warehouse must not be open.
        plan: what `plan_build` gave.
        tables: `schema.name` of the tables to which the next build may add days.
    """
    # Values in the text: DuckDB imports pandas, half a second, for the first statement with parameters.
    built_at, as_of = str(naive_utc(datetime.now(UTC))), str(naive_utc(plan.as_of))
    row = [built_at, as_of, plan.digest, json.dumps(sorted(tables))]
    values = ", ".join(map(quote_text, row))
    with open_warehouse(workspace) as connection, transaction(connection):
        connection.execute(f"delete from {BUILDS}")
        connection.execute(f"insert into {BUILDS} values ({values})")
        connection.execute(f"delete from {CHANGED_DAYS} where is_in_build")


def day_ranges(days: Sequence[date], since: date) -> list[DayRange]:
    """Days as few ranges, the last of them open: everything from `since` on is redone.

    >>> day_ranges([date(2026, 3, 2), date(2026, 3, 1), date(2026, 3, 9)], date(2026, 3, 10))
    [['2026-03-01', '2026-03-02'], ['2026-03-09', None]]
    """
    ranges: list[tuple[date, date]] = []
    for day in sorted({*(day for day in days if day < since), since}):
        if ranges and day - ranges[-1][1] == timedelta(days=1):
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    while len(ranges) > MAX_RANGES:
        gaps = [ranges[i + 1][0] - ranges[i][1] for i in range(len(ranges) - 1)]
        at = gaps.index(min(gaps))
        ranges[at : at + 2] = [(ranges[at][0], ranges[at + 1][1])]
    closed: list[DayRange] = [[first.isoformat(), last.isoformat()] for first, last in ranges]
    closed[-1][1] = None
    return closed


def _last_build(connection: duckdb.DuckDBPyConnection) -> dict[str, Any] | None:
    found = read_rows(connection, f"select as_of, digest, tables from {BUILDS}")
    return found[0] if found else None


def _why_full(
    connection: duckdb.DuckDBPyConnection, last: dict[str, Any] | None, *, digest: str, as_of: datetime
) -> str | None:
    if last is None:
        return "no build stands"
    if last["digest"] != digest:
        return "the project or the company's settings changed"
    if last["as_of"] > naive_utc(as_of):
        return "the last build looked further ahead"
    there = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where not temporary"
    ).fetchall()
    lost = set(json.loads(last["tables"])) - {name for (name,) in there}
    return f"{', '.join(sorted(lost))} is gone" if lost else None


def _changed_days(connection: duckdb.DuckDBPyConnection) -> dict[str, list[date]]:
    rows = connection.execute(f"select distinct landed_table, day from {CHANGED_DAYS}").fetchall()
    days: dict[str, list[date]] = {}
    for table, day in rows:
        days.setdefault(table, []).append(day)
    return days
