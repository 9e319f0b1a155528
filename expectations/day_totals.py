"""quality.day_totals: what each source brought for each day, kept up to date by promotion.

The gate sees a batch and never the warehouse. These few numbers a day are what it, and the checks across
sources, may know of the past; keeping them costs only the days that a batch touches.
"""

from datetime import date

import duckdb

from countersign.core.contracts import Batch
from countersign.core.landed import LANDED_TABLES, LandedTable
from countersign.core.warehouse import quote_name
from expectations.changed_days import day_sql
from expectations.warehouse_tables import BATCHES, DAY_TOTALS, raw_name

# What is summed beside the number of rows, by landed table.
MEASURES = {
    "ad_performance": {"clicks": "clicks"},
    "email_campaigns": {"clicks": "clicks"},
    "web_sessions": {"sessions": "1", "conversions": "conversions"},
    "web_traffic_days": {"sessions": "sessions", "conversions": "conversions"},
    "lead_events": {"conversions": "case when event_type = 'form_submission' then 1 end"},
}
SUMS = ("clicks", "sessions", "conversions")


def note_days(
    connection: duckdb.DuckDBPyConnection, batch: Batch, *, table: LandedTable, select: str, time_zone: str
) -> None:
    """Remember the days whose totals change when the rows of a select replace those of their keys.

    Called before promotion changes raw: the days of the new rows, of the rows that they replace, and of
    what earlier versions of the batch's file own.
    """
    day = day_sql(table, time_zone)
    same_key = " and ".join(f"old.{quote_name(name)} = new.{quote_name(name)}" for name in table.key)
    connection.execute(
        f"""
        create or replace temp table touched_days as
        select distinct _source as source, {day} as day from ({select}) as new
        union
        select distinct _source, {day} from {raw_name(table)} as old semi join ({select}) as new on {same_key}
        union
        select distinct _source, {day} from {raw_name(table)} where _batch_id in (
            select batch_id from {BATCHES} where source = ? and landed_table = ? and file = ?
        )
        """,
        [batch.source, batch.table, batch.file],
    )


def refresh_day_totals(connection: duckdb.DuckDBPyConnection, table: LandedTable, *, time_zone: str) -> None:
    """Count the touched days of a table anew from raw; call it after raw was changed."""
    found = connection.execute("select min(day), max(day) from touched_days").fetchone()
    if found is not None and found[0] is not None:
        connection.execute(
            f"delete from {DAY_TOTALS} as old using touched_days as touched"
            " where old.landed_table = ? and old.source = touched.source and old.day = touched.day",
            [table.name],
        )
        _insert_totals(connection, table, time_zone=time_zone, first=found[0], last=found[1])
    connection.execute("drop table touched_days")


def fill_day_totals(connection: duckdb.DuckDBPyConnection, *, time_zone: str) -> None:
    """Count every day once, in a warehouse that was filled before there were totals."""
    if connection.execute(f"select 1 from {DAY_TOTALS} limit 1").fetchone() is not None:
        return
    for table in LANDED_TABLES.values():
        connection.execute(
            "create or replace temp table touched_days as select distinct _source as source,"
            f" {day_sql(table, time_zone)} as day from {raw_name(table)}"
        )
        refresh_day_totals(connection, table, time_zone=time_zone)


def _insert_totals(
    connection: duckdb.DuckDBPyConnection, table: LandedTable, *, time_zone: str, first: date, last: date
) -> None:
    measures = MEASURES.get(table.name, {})
    sums = ", ".join(f"sum({measures[name]})" if name in measures else "null" for name in SUMS)
    has_channel = "channel" in {column.name for column in table.columns}
    channel = "coalesce(channel, '')" if has_channel else "''"
    day = day_sql(table, time_zone)
    # The loose bounds on the bare column let DuckDB skip what lies far from the batch's days.
    connection.execute(
        f"""
        insert into {DAY_TOTALS}
        select raw_rows._source, ?, raw_rows.total_day, raw_rows.total_channel, count(*), {sums}
        from (
            select *, {day} as total_day, {channel} as total_channel from {raw_name(table)}
            where {quote_name(table.day)} >= ?::date - 2 and {quote_name(table.day)} < ?::date + 3
        ) as raw_rows
        join touched_days as touched
            on touched.source = raw_rows._source and touched.day = raw_rows.total_day
        group by all
        """,
        [table.name, first, last],
    )
