"""Take records out of raw that were deleted or merged away at their source, and follow merges to the record
that stays.

What counts is the state of raw, not the order in which it came: a record that is promoted after its removal
is taken out by the next run, and one that was restored at its source with a newer change stays.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import duckdb

from countersign.core.landed import LANDED_TABLES, LandedTable, landed_table
from countersign.core.log import EventLog
from countersign.core.warehouse import quote_name, transaction
from expectations.batch_record import naive_utc
from expectations.changed_days import day_sql, note_changed_days
from expectations.warehouse_tables import REMOVALS_APPLIED, raw_name

Action = Literal["removed", "pointed_to_the_one_that_stays", "repeat_of_the_one_that_stays"]

# record type of crm_removals -> the table that holds such records, and the column that names one elsewhere.
RECORDS = {
    "lead": ("crm_leads", "lead_id"),
    "opportunity": ("crm_opportunities", "opportunity_id"),
    "account": ("crm_accounts", "account_id"),
    "activity": ("crm_activities", "activity_id"),
}
# What is only about one lead goes with it; deals and sales activities are the company's own and stay.
GO_WITH_THEIR_LEAD = ("crm_stage_changes", "sales_feedback", "lead_events")

log = EventLog(__name__)


@dataclass(frozen=True)
class AppliedRemoval:
    """What a removal did to the rows of one source in one table."""

    source: str
    record_type: str
    table: str
    action: Action
    rows: int


@dataclass(frozen=True)
class _Noting:
    """How changed days are noted: the zone they are cut in, and when."""

    time_zone: str
    at: datetime


def apply_removals(
    connection: duckdb.DuckDBPyConnection, *, time_zone: str, at: datetime
) -> tuple[AppliedRemoval, ...]:
    """Take out of raw what raw.crm_removals says is gone; repeating it changes nothing more.

    A record goes when its removal has no date, when the record says nothing of its last change, or when
    it last changed no later than the removal. Rows of the same source that name a merged record name the
    one that stays afterwards, at the end of a chain of merges. Where that record has such a row already,
    its own holds. Merges in a circle name nobody who stays, and count as deletions.

    Args:
        connection: the open warehouse with its raw tables, outside a transaction.
        time_zone: the company's reporting zone, in which the days of changed rows are cut.
        at: when this is done, with a time zone; recorded.

    Returns:
        What was changed, also added to quality.removals_applied; empty when there was nothing to do.
    """
    if connection.execute("select 1 from raw.crm_removals limit 1").fetchone() is None:
        return ()
    noting = _Noting(time_zone, at)
    with transaction(connection):
        applied: list[AppliedRemoval] = []
        for record_type in RECORDS:
            lost, merged = _collect_gone(connection, record_type)
            for table in LANDED_TABLES.values() if merged else ():
                applied += _follow_merges(connection, table, noting, record_type=record_type)
            applied += _remove(connection, record_type, noting=noting) if lost else ()
        connection.execute("drop table gone")
        _record(connection, applied, at=at)
    for one in applied:
        log.info("removal_applied", source=one.source, table=one.table, action=one.action, rows=one.rows)
    return tuple(applied)


def _collect_gone(connection: duckdb.DuckDBPyConnection, record_type: str) -> tuple[int, int]:
    # One row a record that is gone: its source, its id, and who stays in its place (null: nobody).
    # Returns how many there are, and how many have somebody who stays.
    table, column = RECORDS[record_type]
    changed = "owned.updated_at" if "updated_at" in {c.name for c in landed_table(table).columns} else "null"
    connection.execute(
        f"""
        create or replace temp table gone as
        with recursive lost as (
            select removal._source as source, removal.record_id as id,
                case when removal.removal = 'merged' then removal.merged_into end as successor
            from raw.crm_removals as removal
            left join {raw_name(landed_table(table))} as owned
                on owned.{column} = removal.record_id and owned._source = removal._source
            where removal.record_type = ?
                and not coalesce({changed} > removal.removed_at, false)
        ),
        -- Each step goes to the successor of the successor; `seen` ends what goes in a circle.
        chain as (
            select source, id, successor as last, [id] as seen from lost where successor is not null
            union all
            select chain.source, chain.id, lost.successor, list_append(chain.seen, chain.last)
            from chain join lost on lost.source = chain.source and lost.id = chain.last
            where lost.successor is not null and not list_contains(chain.seen, chain.last)
        ),
        staying as (
            select source, id, last from chain
            where not exists (select 1 from lost where lost.source = chain.source and lost.id = chain.last)
        )
        select lost.source, lost.id, staying.last as stays
        from lost left join staying on staying.source = lost.source and staying.id = lost.id
        """,
        [record_type],
    )
    counts = connection.execute("select count(*), count(stays) from gone").fetchone()
    return counts or (0, 0)


def _follow_merges(
    connection: duckdb.DuckDBPyConnection, table: LandedTable, noting: _Noting, *, record_type: str
) -> list[AppliedRemoval]:
    own_table, column = RECORDS[record_type]
    names = {found.name for found in table.columns}
    if table.name == own_table or column not in names:
        return []
    repeats = _drop_repeats(connection, table, noting, column=column) if column in table.key else []
    moved = _count_by_source(
        connection,
        table,
        noting,
        f"""
        update {raw_name(table)} as named set {column} = gone.stays from gone
        where named._source = gone.source and named.{column} = gone.id and gone.stays is not null
        """,
    )
    return [
        *(
            AppliedRemoval(source, record_type, table.name, "repeat_of_the_one_that_stays", rows)
            for source, rows in repeats
        ),
        *(
            AppliedRemoval(source, record_type, table.name, "pointed_to_the_one_that_stays", rows)
            for source, rows in moved
        ),
    ]


def _drop_repeats(
    connection: duckdb.DuckDBPyConnection, table: LandedTable, noting: _Noting, *, column: str
) -> list[tuple[str, int]]:
    # Rows that would get the key of another row: the row of the record that stays holds, and among the
    # rows of several lost records that of the smallest id.
    others = [quote_name(name) for name in table.key if name != column]
    grain = ", ".join(["coalesce(gone.stays, named." + column + ")", *(f"named.{name}" for name in others)])
    return _count_by_source(
        connection,
        table,
        noting,
        f"""
        delete from {raw_name(table)} as dropped using (
            select named._batch_id, named._row, named.{column} as lost_id from {raw_name(table)} as named
            left join gone on gone.source = named._source and gone.id = named.{column}
            where named._source in (select source from gone where stays is not null)
            qualify row_number() over (
                partition by named._source, {grain} order by gone.id is not null, gone.id
            ) > 1
        ) as repeated
        where dropped._batch_id = repeated._batch_id and dropped._row = repeated._row
            and dropped.{column} = repeated.lost_id
        """,
    )


def _remove(
    connection: duckdb.DuckDBPyConnection, record_type: str, *, noting: _Noting
) -> list[AppliedRemoval]:
    own_table, column = RECORDS[record_type]
    with_it = GO_WITH_THEIR_LEAD if record_type == "lead" else ()
    applied: list[AppliedRemoval] = []
    for name in (own_table, *with_it):
        table = landed_table(name)
        removed = _count_by_source(
            connection,
            table,
            noting,
            f"""
            delete from {raw_name(table)} as owned using gone
            where owned._source = gone.source and owned.{column} = gone.id
            """,
        )
        applied += [AppliedRemoval(source, record_type, name, "removed", rows) for source, rows in removed]
    return applied


def _count_by_source(
    connection: duckdb.DuckDBPyConnection, table: LandedTable, noting: _Noting, change: str
) -> list[tuple[str, int]]:
    returned = f"{change} returning _source, {day_sql(table, noting.time_zone)}"
    rows = connection.execute(returned).fetchall()
    note_changed_days(connection, table, (day for _, day in rows), at=noting.at)
    return sorted(Counter(source for source, _ in rows).items())


def _record(
    connection: duckdb.DuckDBPyConnection, applied: Sequence[AppliedRemoval], *, at: datetime
) -> None:
    for one in applied:
        connection.execute(
            f"insert into {REMOVALS_APPLIED} values (?, ?, ?, ?, ?, ?)",
            [naive_utc(at), one.source, one.record_type, one.table, one.action, one.rows],
        )
