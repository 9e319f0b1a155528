"""A batch's record in quality.batches and in its batch.json, and the days that its rows cover."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from countersign.core.contracts import Batch, CheckOutcome, Window
from countersign.core.hashing import canonical_json
from countersign.core.landed import LandedTable
from countersign.core.warehouse import quote_name, quote_text, read_rows
from countersign.core.whole_file import write_whole
from countersign.core.workspace import Workspace
from expectations.warehouse_tables import BATCH_COLUMNS, BATCHES


def record_batch(connection: duckdb.DuckDBPyConnection, batch: Batch, *, gated_at: datetime) -> None:
    """Write the record of a batch that went through the gate at `gated_at` (UTC without a zone)."""
    outcomes = batch.outcomes
    values = {
        "batch_id": batch.id,
        "source": batch.source,
        "landed_table": batch.table,
        "file": batch.file,
        "content_hash": batch.content_hash,
        "mapping_hash": batch.mapping_hash,
        "landed_at": naive_utc(batch.landed_at),
        "gated_at": gated_at,
        "rows_landed": batch.rows_landed,
        "rows_promoted": batch.rows_promoted,
        "rows_quarantined": batch.rows_quarantined,
        "rows_withdrawn": batch.rows_withdrawn,
        "state": batch.state,
        "quality": batch.quality,
        "checks_total": len(outcomes),
        "checks_passed": sum(outcome.passed for outcome in outcomes),
        "warnings_failed": sum(not o.passed and o.severity == "warning" for o in outcomes),
        "data_from": batch.window.start if batch.window else None,
        "data_through": batch.window.end - timedelta(days=1) if batch.window else None,
        "outcomes": json.dumps([outcome.model_dump() for outcome in outcomes], ensure_ascii=False),
    }
    marks = ", ".join("?" for _ in BATCH_COLUMNS)
    connection.execute(f"delete from {BATCHES} where batch_id = ?", [batch.id])
    connection.execute(f"insert into {BATCHES} values ({marks})", [values[name] for name in BATCH_COLUMNS])


def keep_record(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Rewrite the record of a batch that is there already; when it went through the gate stays."""
    row = connection.execute(f"select gated_at from {BATCHES} where batch_id = ?", [batch.id]).fetchone()
    if row is None:
        raise KeyError(f"no record of batch {batch.id}")
    record_batch(connection, batch, gated_at=row[0])


def read_batch(connection: duckdb.DuckDBPyConnection, batch_id: str) -> Batch | None:
    """The record of a batch that went through the gate, or None."""
    found = read_rows(connection, f"select * from {BATCHES} where batch_id = ?", [batch_id])
    if not found:
        return None
    row = found[0]
    window = None
    if row["data_from"] is not None:
        window = Window(start=row["data_from"], end=row["data_through"] + timedelta(days=1))
    return Batch(
        id=row["batch_id"],
        source=row["source"],
        table=row["landed_table"],
        file=row["file"],
        content_hash=row["content_hash"],
        mapping_hash=row["mapping_hash"],
        landed_at=row["landed_at"].replace(tzinfo=UTC),
        rows_landed=row["rows_landed"],
        rows_promoted=row["rows_promoted"],
        rows_quarantined=row["rows_quarantined"],
        rows_withdrawn=row["rows_withdrawn"],
        state=row["state"],
        quality=row["quality"],
        outcomes=tuple(CheckOutcome(**outcome) for outcome in json.loads(row["outcomes"])),
        window=window,
    )


def data_window(
    connection: duckdb.DuckDBPyConnection, table: LandedTable, *, select: str, time_zone: str
) -> Window | None:
    """The days that the rows of a select cover, half-open, or None when no row has a date.

    Instants count on their day in `time_zone`, the company's reporting zone; days stay as they are.
    """
    day = quote_name(table.day)
    if table.column(table.day).type == "timestamp":
        day = f"timezone({quote_text(time_zone)}, timezone('UTC', {day}))"
    row = connection.execute(f"select min({day})::date, max({day})::date from ({select}) as kept").fetchone()
    if row is None or row[0] is None:
        return None
    return Window(start=row[0], end=row[1] + timedelta(days=1))


def naive_utc(instant: datetime) -> datetime:
    """An instant as the warehouse stores it: UTC without a zone.

    >>> naive_utc(datetime(2026, 11, 16, 9, tzinfo=UTC)).isoformat()
    '2026-11-16T09:00:00'
    """
    return instant.astimezone(UTC).replace(tzinfo=None)


def batch_folder(workspace: Workspace, batch: Batch) -> Path:
    """Where a batch's rows.parquet and batch.json are."""
    return workspace.landing / batch.source / batch.table / batch.id


def write_batch_file(workspace: Workspace, batch: Batch) -> None:
    """Bring batch.json up to date, whole or not at all; an equal file is left alone."""
    path = batch_folder(workspace, batch) / "batch.json"
    content = canonical_json(batch)
    if not path.parent.is_dir() or (path.is_file() and path.read_bytes() == content):
        # The folder is gone once its retention period is over; the warehouse keeps the record.
        return
    write_whole(path, content)
