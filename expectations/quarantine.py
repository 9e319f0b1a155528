"""What was set aside and why, and the recorded decision to release it. Needs no Great Expectations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb

from countersign.core.contracts import Batch
from countersign.core.currencies import ISO_CURRENCIES
from countersign.core.errors import QualityError
from countersign.core.landed import LandedTable, landed_table
from countersign.core.log import EventLog
from countersign.core.warehouse import quote_name, quote_text, read_rows, transaction
from countersign.core.workspace import Workspace
from expectations.batch_record import (
    batch_folder,
    data_window,
    keep_record,
    naive_utc,
    read_batch,
    write_batch_file,
)
from expectations.changed_days import note_replaced_days
from expectations.day_totals import note_days, refresh_day_totals
from expectations.names import (
    KEY_RULE,
    PSEUDONYM_RULE,
    REMAIN_RULE,
    ROWS_RULE,
    STALE_FILE_RULE,
    TEXT_EMAIL_RULE,
)
from expectations.promotion import insert_promoted, is_stale, withdraw_absent
from expectations.warehouse_tables import BATCHES, QUARANTINED_ROWS, create_raw_tables, raw_name

log = EventLog(__name__)


def read_quarantined_batches(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Batches with rows that are still set aside, newest first.

    Each has batch_id, source, landed_table, file, state, rows_landed, rows_promoted,
    rows_quarantined, gated_at (UTC) and `reasons`: a list of rule, reason (one example) and rows.
    """
    create_raw_tables(connection)
    batches = read_rows(
        connection,
        f"""
        select batch_id, source, landed_table, file, state, rows_landed, rows_promoted, rows_quarantined,
            gated_at, outcomes
        from {BATCHES} where rows_quarantined > 0 or state = 'quarantined'
        order by gated_at desc, batch_id
        """,
    )
    reasons = read_rows(
        connection,
        f"""
        select batch_id, rule, mode(reason) as reason, count(*) as rows
        from {QUARANTINED_ROWS} where released_at is null
        group by batch_id, rule order by rows desc, rule
        """,
    )
    for batch in batches:
        found = read_batch(connection, batch["batch_id"])
        batch["why_whole"] = whole_batch_reasons(found) if found else []
        del batch["outcomes"]
        batch["reasons"] = [
            {name: value for name, value in reason.items() if name != "batch_id"}
            for reason in reasons
            if reason["batch_id"] == batch["batch_id"]
        ]
    return batches


def whole_batch_reasons(batch: Batch) -> list[str]:
    """Why a batch is quarantined whole; empty for a promoted one."""
    if batch.state != "quarantined":
        return []
    whole = (ROWS_RULE, TEXT_EMAIL_RULE, PSEUDONYM_RULE, REMAIN_RULE, STALE_FILE_RULE)
    return [outcome.reason for outcome in batch.outcomes if outcome.check in whole and not outcome.passed]


def read_quarantined_rows(connection: duckdb.DuckDBPyConnection, batch_id: str) -> list[dict[str, Any]]:
    """The rows of a batch that were set aside, in file order, with row_json as landed.

    Raises:
        QualityError: no batch with this id went through the gate.
    """
    create_raw_tables(connection)
    _find_batch(connection, batch_id)
    return read_rows(
        connection,
        f"""
        select row_number, rule, severity, reason, row_json, quarantined_at, released_at, released_by,
            release_reason
        from {QUARANTINED_ROWS} where batch_id = ? order by row_number
        """,
        [batch_id],
    )


def release_rows(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    *,
    batch_id: str,
    rows: Sequence[int] | None,
    person: str,
    reason: str,
    at: datetime,
) -> int:
    """Put rows that were set aside into raw: a person's decision, recorded with name and reason.

    Args:
        connection: the open warehouse, outside a transaction.
        workspace: where the batch landed; its batch.json is brought up to date.
        batch_id: the batch.
        rows: row numbers in the batch; None for every row that may be released, except repeats of a
            key. Releasing all of a batch that was quarantined whole promotes that batch.
        person: id of the person who decides.
        reason: why, in their words.
        at: when, with a time zone.

    Returns:
        The number of rows released.

    Raises:
        QualityError: the batch or a row is not there, the reason is empty, or a row may not be
            released: no known currency, a required value that is missing, a value of another type,
            or a newer file has given the row since. Nothing was changed then.
    """
    create_raw_tables(connection)
    if not reason.strip():
        raise QualityError(
            "A release needs a reason.", found="an empty reason", fix='say why: --reason "checked with ..."'
        )
    batch = _find_batch(connection, batch_id)
    table = landed_table(batch.table)
    _refuse_stale(connection, batch)
    with transaction(connection):
        _collect_candidates(connection, batch, table=table, rows=rows)
        if rows is None:
            connection.execute("delete from release_candidates where obstacle is not null")
        else:
            _refuse_missing(connection, batch, rows=rows)
            _refuse_obstacles(connection, batch)
        released = _release(connection, workspace, batch, table=table, at=at)
        if not released:
            raise QualityError(
                "No row of this batch may be released.",
                found=f"{batch.id}: {batch.rows_quarantined} rows set aside",
                fix=f"see why with `countersign data quarantine show {batch.id}`; correct the file instead",
            )
        _sign(connection, batch, person=person, reason=reason.strip(), at=at)
        is_whole = rows is None and batch.state == "quarantined"
        recorded = _recount(connection, workspace, batch, released=released, is_whole=is_whole, at=at)
        connection.execute("drop table release_candidates")
    write_batch_file(workspace, recorded)
    log.info("rows_released", batch=batch.id, rows=released, person=person)
    return released


def _find_batch(connection: duckdb.DuckDBPyConnection, batch_id: str) -> Batch:
    batch = read_batch(connection, batch_id)
    if batch is None:
        raise QualityError(
            "No batch with this id went through the gate.",
            found=batch_id,
            fix="take an id from `countersign data quarantine list`",
        )
    return batch


def _refuse_stale(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    if is_stale(connection, batch):
        raise QualityError(
            "A newer version of this file has been loaded, so nothing of this one may be released.",
            found=f"{batch.id}: {batch.file}",
            fix="see `countersign data quarantine list` for the rows of the newer version",
        )


def _collect_candidates(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    *,
    table: LandedTable,
    rows: Sequence[int] | None,
) -> None:
    # One row a row to release: its typed columns, and the obstacle that forbids it (null: none).
    typed = ", ".join(
        f"try_cast(json_extract_string(row_json, '$.{c.name}') as {c.type}) as {quote_name(c.name)}"
        for c in table.columns
    )
    chosen = "" if rows is None else "and list_contains(?::bigint[], row_number)"
    connection.execute(
        f"""
        create or replace temp table release_candidates as
        select {typed}, row_number, rule as _rule, row_json, null::varchar as obstacle
        from {QUARANTINED_ROWS} where batch_id = ? and released_at is null {chosen}
        """,
        (batch.id,) if rows is None else (batch.id, list(rows)),
    )
    obstacles = [
        *_money_obstacles(table),
        *_value_obstacles(table),
        (_newer_owner(batch, table), "a newer file has given this row since"),
    ]
    if rows is None:
        obstacles.append((f"_rule = '{KEY_RULE}'", "repeats the key of another row"))
    for condition, obstacle in obstacles:
        connection.execute(
            f"update release_candidates set obstacle = ? where obstacle is null and ({condition})", [obstacle]
        )


def _money_obstacles(table: LandedTable) -> list[tuple[str, str]]:
    # What is in no known currency can never be converted, and would stop every build.
    names = {column.name for column in table.columns}
    codes = ", ".join(quote_text(code) for code in sorted(ISO_CURRENCIES))
    found = [
        (f"{name} not in ({codes})", f"{name} is none of ISO 4217")
        for name in ("currency", "base_currency")
        if name in names
    ]
    if "amount" in names:
        found.append(("amount is not null and currency is null", "an amount without currency"))
    return found


def _value_obstacles(table: LandedTable) -> list[tuple[str, str]]:
    missing = [(f"{quote_name(c.name)} is null", f"no {c.name}") for c in table.columns if c.required]
    unreadable = [
        (
            f"{quote_name(c.name)} is null and json_extract_string(row_json, '$.{c.name}') is not null",
            f"{c.name} is no {c.type}",
        )
        for c in table.columns
    ]
    return [*unreadable, *missing]


def _newer_owner(batch: Batch, table: LandedTable) -> str:
    same_key = " and ".join(
        f"owned.{quote_name(name)} = release_candidates.{quote_name(name)}" for name in table.key
    )
    return f"""exists (
        select 1 from {raw_name(table)} as owned join {BATCHES} as owner on owner.batch_id = owned._batch_id
        where {same_key} and owner.landed_at > timestamp '{naive_utc(batch.landed_at).isoformat(sep=" ")}'
    )"""


def _refuse_missing(connection: duckdb.DuckDBPyConnection, batch: Batch, *, rows: Sequence[int]) -> None:
    found = {row[0] for row in connection.execute("select row_number from release_candidates").fetchall()}
    missing = sorted(set(rows) - found)
    if missing:
        raise QualityError(
            "A row to release is not set aside.",
            found=f"{batch.id}: row {', '.join(map(str, missing[:10]))}",
            fix=f"take row numbers from `countersign data quarantine show {batch.id}`",
        )


def _refuse_obstacles(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    refused = connection.execute(
        "select row_number, obstacle from release_candidates where obstacle is not null order by row_number"
    ).fetchall()
    if refused:
        named = "; ".join(f"row {row}: {obstacle}" for row, obstacle in refused[:5])
        raise QualityError(
            "A row may not be released.",
            found=f"{batch.id}: {named} ({len(refused)} in all)",
            fix="leave these rows out, or correct them in the file and land it again",
        )


def _release(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    batch: Batch,
    *,
    table: LandedTable,
    at: datetime,
) -> int:
    columns = ", ".join(quote_name(column.name) for column in table.columns)
    key = ", ".join(quote_name(name) for name in table.key)
    count = connection.execute("select count(*) from release_candidates").fetchone()
    # Two released rows of one key: the later one in the file holds, as in the gate.
    connection.execute(
        f"""
        create or replace temp table release_rows as
        select {columns}, ?::varchar as _batch_id, ?::varchar as _source, ?::varchar as _file,
            row_number as _row
        from release_candidates qualify row_number() over (partition by {key} order by _row desc) = 1
        """,
        [batch.id, batch.source, batch.file],
    )
    chosen, time_zone = "select * from release_rows", workspace.company().time_zone
    note_days(connection, batch, table=table, select=chosen, time_zone=time_zone)
    note_replaced_days(connection, table, select=chosen, time_zone=time_zone, at=at)
    insert_promoted(connection, table, select=chosen)
    connection.execute("drop table release_rows")
    return int(count[0]) if count else 0


def _sign(
    connection: duckdb.DuckDBPyConnection, batch: Batch, *, person: str, reason: str, at: datetime
) -> None:
    connection.execute(
        f"""
        update {QUARANTINED_ROWS} set released_at = ?, released_by = ?, release_reason = ?
        where batch_id = ? and row_number in (select row_number from release_candidates)
        """,
        [naive_utc(at), person, reason, batch.id],
    )


def _recount(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    batch: Batch,
    *,
    released: int,
    is_whole: bool,
    at: datetime,
) -> Batch:
    table, time_zone = landed_table(batch.table), workspace.company().time_zone
    changes: dict[str, Any] = {
        "rows_promoted": batch.rows_promoted + released,
        "rows_quarantined": batch.rows_quarantined - released,
    }
    if is_whole:
        rows = batch_folder(workspace, batch) / "rows.parquet"
        withdrawn = 0
        if rows.is_file():
            withdrawn = withdraw_absent(connection, batch, table=table, rows=rows, time_zone=time_zone, at=at)
        changes |= {"state": "promoted", "quality": "warnings", "rows_withdrawn": withdrawn}
    refresh_day_totals(connection, table, time_zone=time_zone)
    own = f"select * from {raw_name(table)} where _batch_id = '{batch.id}'"
    changes["window"] = data_window(connection, table, select=own, time_zone=time_zone)
    recorded = batch.model_copy(update=changes)
    keep_record(connection, recorded)
    return recorded
