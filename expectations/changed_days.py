"""quality.changed_days: days of a landed table that a build must look at again, noted with the change itself.

Whoever changes rows of raw notes their days in the same transaction; a green build consumes them
(flows/incremental.py). A day too many costs a little time, a day too few would leave a wrong number.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import duckdb

from countersign.core.landed import LandedTable
from countersign.core.warehouse import quote_name, quote_text
from expectations.batch_record import naive_utc
from expectations.warehouse_tables import BUILDS, CHANGED_DAYS, raw_name


def day_sql(table: LandedTable, time_zone: str) -> str:
    """The day of a row: as it stands, or that of an instant in the reporting zone."""
    day = quote_name(table.day)
    if table.column(table.day).type == "timestamp":
        day = f"timezone({quote_text(time_zone)}, timezone('UTC', {day}))"
    return f"cast({day} as date)"


def note_changed_days(
    connection: duckdb.DuckDBPyConnection, table: LandedTable, days: Iterable[date | None], *, at: datetime
) -> None:
    """Remember days whose rows changed; a row without a day (None) is in no table by day."""
    dated = sorted({day for day in days if day is not None})
    if dated:
        listed = "select distinct unnest(?::date[])"
        connection.execute(
            f"insert into {CHANGED_DAYS} select ?, *, ?, false from ({listed})",
            [table.name, naive_utc(at), dated],
        )


def note_replaced_days(
    connection: duckdb.DuckDBPyConnection, table: LandedTable, *, select: str, time_zone: str, at: datetime
) -> None:
    """Remember the days of the rows of a select that are new or differ from those of their keys in raw.

    Called before the rows go into raw. A row that a file only repeats changes nothing: an export that
    grows by a day each day touches that day.
    """
    same_key = _same(table.key, left="old", right="new")
    connection.execute(
        "create or replace temp table replaced as"
        f" select old.rowid as place from {raw_name(table)} as old semi join ({select}) as new on {same_key}"
    )
    # The keys of all history were read; the other columns are only for the rows that are replaced.
    names = ", ".join(quote_name(name) for name in _compared(table))
    others = [name for name in _compared(table) if name not in table.key]
    differs = " or ".join(
        f"old.{quote_name(name)} is distinct from new.{quote_name(name)}" for name in others
    )
    day = day_sql(table, time_zone)
    days = connection.execute(
        f"""
        with old as (
            select {names}, {day} as _day from {raw_name(table)} where rowid in (select place from replaced)
        ),
        new as (select {names}, {day} as _day from ({select}) as kept),
        changed as (
            select old._day as old_day, new._day as new_day
            from new left join old on {same_key}
            where old.{quote_name(table.key[0])} is null or {differs or "false"}
        )
        select old_day from changed union select new_day from changed
        """
    ).fetchall()
    connection.execute("drop table replaced")
    note_changed_days(connection, table, (day for (day,) in days), at=at)


def forget_builds(connection: duckdb.DuckDBPyConnection) -> None:
    """Have the next build start from nothing; call it before raw is changed in ways that have no days.

    After a person is forgotten, or pseudonyms stand under another key, no table may keep what was.
    """
    there = "select 1 from duckdb_tables() where schema_name = 'quality' and table_name = 'builds'"
    if connection.execute(there).fetchone() is not None:
        connection.execute(f"delete from {BUILDS}")


def _compared(table: LandedTable) -> tuple[str, ...]:
    return (*(column.name for column in table.columns), "_source")


def _same(names: Sequence[str], *, left: str, right: str) -> str:
    return " and ".join(f"{left}.{quote_name(name)} = {right}.{quote_name(name)}" for name in names)
