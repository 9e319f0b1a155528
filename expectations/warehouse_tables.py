"""The tables that promotion fills: raw.* of the landed tables, and quality.* of the gate."""

import duckdb

from countersign.core.landed import BOOKKEEPING, LANDED_TABLES, LandedTable
from countersign.core.warehouse import quote_name

# Bookkeeping of landed rows that raw keeps; _bad is null in every promoted row.
RAW_BOOKKEEPING = tuple(column for column in BOOKKEEPING if column.name != "_bad")

BATCHES = "quality.batches"
QUARANTINED_ROWS = "quality.quarantined_rows"

# One row per batch that went through the gate; dbt reads these names.
BATCH_COLUMNS = {
    "batch_id": "varchar not null",
    "source": "varchar not null",
    "landed_table": "varchar not null",
    "file": "varchar not null",
    "content_hash": "varchar not null",
    "mapping_hash": "varchar not null",
    "landed_at": "timestamp not null",
    "gated_at": "timestamp not null",
    "rows_landed": "bigint not null",
    "rows_promoted": "bigint not null",
    "rows_quarantined": "bigint not null",
    "rows_withdrawn": "bigint not null",
    "state": "varchar not null",
    "quality": "varchar not null",
    "checks_total": "bigint not null",
    "checks_passed": "bigint not null",
    "warnings_failed": "bigint not null",
    "data_from": "date",
    "data_through": "date",
    "outcomes": "varchar not null",
}

QUARANTINE_COLUMNS = {
    "batch_id": "varchar not null",
    "source": "varchar not null",
    "landed_table": "varchar not null",
    "row_number": "bigint not null",
    "rule": "varchar not null",
    "severity": "varchar not null",
    "reason": "varchar not null",
    "row_json": "varchar not null",
    "quarantined_at": "timestamp not null",
    "released_at": "timestamp",
    "released_by": "varchar",
    "release_reason": "varchar",
}


def create_raw_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schemas raw and quality with every table that is missing; safe to repeat.

    Every raw table exists even when a company has no such source, so that dbt always builds, and gets
    the columns that a newer version of ours added to it. Timestamps are UTC.
    """
    connection.execute("create schema if not exists raw")
    connection.execute("create schema if not exists quality")
    for table in LANDED_TABLES.values():
        connection.execute(f"create table if not exists {raw_name(table)} ({_raw_columns(table)})")
        for column in table.columns:
            if not column.required:
                added = f"{quote_name(column.name)} {column.type}"
                connection.execute(f"alter table {raw_name(table)} add column if not exists {added}")
    for name, columns in ((BATCHES, BATCH_COLUMNS), (QUARANTINED_ROWS, QUARANTINE_COLUMNS)):
        listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        connection.execute(f"create table if not exists {name} ({listed})")


def raw_name(table: LandedTable) -> str:
    """The raw table of a landed table, as SQL."""
    return f"raw.{quote_name(table.name)}"


def _raw_columns(table: LandedTable) -> str:
    return ", ".join(
        f"{quote_name(column.name)} {column.type}{' not null' if column.required else ''}"
        for column in (*table.columns, *RAW_BOOKKEEPING)
    )
