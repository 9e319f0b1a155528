"""Promote a checked batch into raw: all of it in one transaction, or nothing.

landed = promoted + quarantined, for every batch. Promoting a batch again changes nothing, so a run that
was killed anywhere is repaired by running it again.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb

from countersign.core.contracts import Batch, CheckOutcome, Quality
from countersign.core.errors import QualityError
from countersign.core.landed import LandedTable, landed_table
from countersign.core.log import EventLog
from countersign.core.warehouse import quote_name, quote_text, transaction
from countersign.core.workspace import Workspace
from expectations.addresses import redacted_sql
from expectations.batch_record import (
    batch_folder,
    data_window,
    naive_utc,
    read_batch,
    record_batch,
    write_batch_file,
)
from expectations.changed_days import day_sql, note_changed_days, note_replaced_days
from expectations.day_totals import note_days, refresh_day_totals
from expectations.names import SHRUNK_RULE, STALE_FILE_RULE, STALE_ROW_RULE, TAKEN_OVER_RULE
from expectations.suite import GateResult
from expectations.warehouse_tables import (
    BATCHES,
    QUARANTINED_ROWS,
    RAW_BOOKKEEPING,
    create_raw_tables,
    raw_name,
)

__all__ = ["create_raw_tables", "promote_batch"]

STALE_FILE = "A newer version of this file has been loaded already."
TAKEN_OVER = (
    "Rows of another source had the same keys and were replaced; keep one of the two sources, or map ids"
    " that cannot be equal."
)
SHRUNK = (
    "More rows left with this version than it holds; look whether the export or the account lost something."
)
# Fewer rows than this come and go every day.
MANY_WITHDRAWN = 20
STALE_ROW = "A newer file has already given the row with this key."

# What a test interrupts: called with the name of the step that has just ended.
STEPS = ("begun", "rows_set_aside", "rows_promoted", "rows_withdrawn", "batch_recorded", "committed")

log = EventLog(__name__)


def _pass_by(step: str) -> None:
    """Do nothing between two steps."""


def promote_batch(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    result: GateResult,
    *,
    at: datetime,
    after_step: Callable[[str], None] = _pass_by,
) -> Batch:
    """Promote a checked batch: its good rows into raw, the others into quarantine.

    A row replaces the row of its key, unless a batch that landed later gave that one. What an earlier
    version of the same file had promoted and this version no longer holds is withdrawn from raw.
    A batch that is quarantined whole leaves raw as it is.

    Args:
        connection: the open warehouse, outside a transaction.
        workspace: where the batch landed; its batch.json is brought up to date.
        result: what the gate said.
        at: when the gate ran, with a time zone; recorded as `gated_at`.
        after_step: called after each of STEPS; tests interrupt the promotion with it.

    Returns:
        The batch as recorded, state "promoted" or "quarantined". For a batch that was promoted
        before, the record of that time.

    Raises:
        QualityError: promoted and quarantined rows do not add up to the landed ones; nothing was
            changed then.
    """
    create_raw_tables(connection)
    batch = read_batch(connection, result.batch.id)
    if batch is None:
        with transaction(connection):
            batch = _promote(connection, workspace, result, at=at, after_step=after_step)
    after_step("committed")
    write_batch_file(workspace, batch)
    log.info(
        "batch_promoted",
        batch=batch.id,
        state=batch.state,
        promoted=batch.rows_promoted,
        quarantined=batch.rows_quarantined,
        withdrawn=batch.rows_withdrawn,
    )
    return batch


def _promote(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    result: GateResult,
    *,
    at: datetime,
    after_step: Callable[[str], None],
) -> Batch:
    batch, table = result.batch, landed_table(result.batch.table)
    rows = batch_folder(workspace, batch) / "rows.parquet"
    after_step("begun")
    _collect_set_aside(connection, result)
    is_old = is_stale(connection, batch)
    if is_old:
        _set_all_aside(connection, rows)
    else:
        _set_superseded_aside(connection, batch, table=table, rows=rows)
    quarantined = _insert_quarantined(connection, batch, table=table, rows=rows, at=at)
    after_step("rows_set_aside")
    kept, time_zone = _kept_rows(rows, table), workspace.company().time_zone
    note_days(connection, batch, table=table, select=kept, time_zone=time_zone)
    note_replaced_days(connection, table, select=kept, time_zone=time_zone, at=at)
    taken_over = _count_taken_over(connection, batch, table=table, select=kept)
    promoted = insert_promoted(connection, table, select=kept)
    after_step("rows_promoted")
    is_quarantined = result.is_quarantined or is_old
    withdrawn = 0
    if not is_quarantined:
        withdrawn = withdraw_absent(connection, batch, table=table, rows=rows, time_zone=time_zone, at=at)
    after_step("rows_withdrawn")
    refresh_day_totals(connection, table, time_zone=time_zone)
    _refuse_lost_rows(batch, promoted=promoted, quarantined=quarantined)
    late = (
        *_order_outcomes(connection),
        *_surprises(taken_over=taken_over, withdrawn=withdrawn, promoted=promoted),
    )
    recorded = batch.model_copy(
        update={
            "rows_promoted": promoted,
            "rows_quarantined": quarantined,
            "rows_withdrawn": withdrawn,
            "state": "quarantined" if is_quarantined else "promoted",
            "quality": _quality(batch, is_quarantined=is_quarantined, late=late),
            "outcomes": (*batch.outcomes, *late),
            "window": data_window(connection, table, select=kept, time_zone=time_zone),
        }
    )
    record_batch(connection, recorded, gated_at=naive_utc(at))
    connection.execute("drop table promotion_set_aside")
    after_step("batch_recorded")
    return recorded


def _count_taken_over(
    connection: duckdb.DuckDBPyConnection, batch: Batch, *, table: LandedTable, select: str
) -> int:
    """How many rows of another source have the keys of a select; they are about to be replaced."""
    others = connection.execute(
        f"select 1 from {BATCHES} where landed_table = ? and source <> ? limit 1", [table.name, batch.source]
    ).fetchone()
    if not others:
        return 0
    same_key = " and ".join(f"old.{quote_name(name)} = new.{quote_name(name)}" for name in table.key)
    found = connection.execute(
        f"select count(*) from {raw_name(table)} as old join ({select}) as new on {same_key}"
        " where old._source <> ?",
        [batch.source],
    ).fetchone()
    return int(found[0]) if found else 0


def _surprises(*, taken_over: int, withdrawn: int, promoted: int) -> tuple[CheckOutcome, ...]:
    """What only promotion can see and a person should: rows of others replaced, most of a file gone."""
    found = (
        (TAKEN_OVER_RULE, taken_over, TAKEN_OVER, taken_over > 0),
        (SHRUNK_RULE, withdrawn, SHRUNK, withdrawn >= MANY_WITHDRAWN and withdrawn > promoted),
    )
    return tuple(
        CheckOutcome(check=rule, severity="warning", passed=False, rows=rows, reason=reason)
        for rule, rows, reason, is_true in found
        if is_true
    )


def _collect_set_aside(connection: duckdb.DuckDBPyConnection, result: GateResult) -> None:
    connection.execute(
        "create or replace temp table promotion_set_aside as select row_number, rule, severity, reason"
        f" from read_parquet({quote_text(str(result.set_aside))})"
    )


def _set_superseded_aside(
    connection: duckdb.DuckDBPyConnection, batch: Batch, *, table: LandedTable, rows: Path
) -> None:
    same_key = " and ".join(f"kept.{quote_name(name)} = owned.{quote_name(name)}" for name in table.key)
    connection.execute(
        f"""
        insert into promotion_set_aside
        select kept._row, ?, 'critical', ? from ({_kept_rows(rows, table)}) as kept
        join {raw_name(table)} as owned on {same_key}
        join {BATCHES} as owner on owner.batch_id = owned._batch_id
        where owner.landed_at > ?
        """,
        [STALE_ROW_RULE, STALE_ROW, naive_utc(batch.landed_at)],
    )


def is_stale(connection: duckdb.DuckDBPyConnection, batch: Batch) -> bool:
    """Whether a version of the batch's file that landed later has been promoted."""
    newer = connection.execute(
        f"select 1 from {BATCHES} where source = ? and landed_table = ? and file = ? and landed_at > ?"
        " and state = 'promoted' limit 1",
        [batch.source, batch.table, batch.file, naive_utc(batch.landed_at)],
    ).fetchone()
    return newer is not None


def _set_all_aside(connection: duckdb.DuckDBPyConnection, rows: Path) -> None:
    connection.execute(
        "insert into promotion_set_aside select _row, ?, 'critical', ?"
        f" from read_parquet({quote_text(str(rows))})"
        " where _row not in (select row_number from promotion_set_aside)",
        [STALE_FILE_RULE, STALE_FILE],
    )


def _quality(batch: Batch, *, is_quarantined: bool, late: tuple[CheckOutcome, ...]) -> Quality:
    if is_quarantined:
        return "failed"
    return "warnings" if late else batch.quality


def _order_outcomes(connection: duckdb.DuckDBPyConnection) -> tuple[CheckOutcome, ...]:
    # Only promotion knows what landed later, so these two outcomes are added here, when they failed.
    found = connection.execute(
        "select rule, count(*), any_value(reason) from promotion_set_aside"
        " where rule in (?, ?) group by rule",
        [STALE_FILE_RULE, STALE_ROW_RULE],
    ).fetchall()
    return tuple(
        CheckOutcome(check=rule, severity="critical", passed=False, rows=rows, reason=reason)
        for rule, rows, reason in sorted(found)
    )


def _kept_rows(rows: Path, table: LandedTable) -> str:
    columns = ", ".join(quote_name(column.name) for column in (*table.columns, *RAW_BOOKKEEPING))
    return (
        f"select {columns} from read_parquet({quote_text(str(rows))})"
        " where _row not in (select row_number from promotion_set_aside)"
    )


def _insert_quarantined(
    connection: duckdb.DuckDBPyConnection, batch: Batch, *, table: LandedTable, rows: Path, at: datetime
) -> int:
    # Money as text: a JSON number would pass through a float on the way back.
    fields = ", ".join(
        f"{quote_name(column.name)} := {redacted_sql(column, row='landed')}" for column in table.columns
    )
    done = connection.execute(
        f"""
        insert into {QUARANTINED_ROWS}
        select ?, ?, ?, aside.row_number, aside.rule, aside.severity, aside.reason,
            cast(to_json(struct_pack({fields})) as varchar), ?, null, null, null
        from promotion_set_aside as aside
        join read_parquet({quote_text(str(rows))}) as landed on landed._row = aside.row_number
        """,
        [batch.id, batch.source, batch.table, naive_utc(at)],
    ).fetchone()
    return int(done[0]) if done else 0


def insert_promoted(connection: duckdb.DuckDBPyConnection, table: LandedTable, *, select: str) -> int:
    """Put the rows of a select (canonical columns and bookkeeping) into raw in place of their keys."""
    same_key = " and ".join(f"old.{quote_name(name)} = new.{quote_name(name)}" for name in table.key)
    connection.execute(f"delete from {raw_name(table)} as old using ({select}) as new where {same_key}")
    done = connection.execute(f"insert into {raw_name(table)} by name {select}").fetchone()
    return int(done[0]) if done else 0


def withdraw_absent(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    *,
    table: LandedTable,
    rows: Path,
    time_zone: str,
    at: datetime,
) -> int:
    """Delete what earlier versions of the batch's file own in raw and this version no longer holds.

    A key that this version holds but that was set aside keeps its last good row. A key that another
    file has given since is owned by that file, and stays. Returns the number of rows deleted.
    """
    same_key = " and ".join(f"now.{quote_name(name)} = old.{quote_name(name)}" for name in table.key)
    withdrawn = connection.execute(
        f"""
        delete from {raw_name(table)} as old
        where old._batch_id in (
            select batch_id from {BATCHES}
            where source = ? and landed_table = ? and file = ? and batch_id <> ? and landed_at <= ?
        )
        and not exists (select 1 from read_parquet({quote_text(str(rows))}) as now where {same_key})
        returning {day_sql(table, time_zone)}
        """,
        [batch.source, batch.table, batch.file, batch.id, naive_utc(batch.landed_at)],
    ).fetchall()
    note_changed_days(connection, table, (day for (day,) in withdrawn), at=at)
    return len(withdrawn)


def _refuse_lost_rows(batch: Batch, *, promoted: int, quarantined: int) -> None:
    if promoted + quarantined != batch.rows_landed:
        raise QualityError(
            "A batch would lose rows on its way into the warehouse, so nothing was changed.",
            found=f"{batch.id}: {batch.rows_landed} landed, {promoted} promoted, {quarantined} quarantined",
            fix="run this again; if it stays, remove the batch's folder under state/landing",
        )
