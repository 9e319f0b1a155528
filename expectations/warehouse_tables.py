"""The tables that promotion fills: raw.* of the landed tables, and quality.* of the gate."""

from collections.abc import Mapping

import duckdb

from countersign.core.landed import BOOKKEEPING, LANDED_TABLES, LandedTable
from countersign.core.warehouse import quote_name

# Bookkeeping of landed rows that raw keeps; _bad is null in every promoted row.
RAW_BOOKKEEPING = tuple(column for column in BOOKKEEPING if column.name != "_bad")

BATCHES = "quality.batches"
QUARANTINED_ROWS = "quality.quarantined_rows"
REMOVALS_APPLIED = "quality.removals_applied"
DAY_TOTALS = "quality.day_totals"
SOURCE_CHECKS = "quality.source_checks"
CHANGED_DAYS = "quality.changed_days"
BUILDS = "quality.builds"

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

# What removals did to raw: one row per time, source, kind of record, table and action with rows.
REMOVAL_COLUMNS = {
    "applied_at": "timestamp not null",
    "source": "varchar not null",
    "record_type": "varchar not null",
    "landed_table": "varchar not null",
    "action": "varchar not null",
    "rows": "bigint not null",
}

# What raw holds for each source, table, day (reporting zone) and channel ('' where there is none).
DAY_TOTAL_COLUMNS = {
    "source": "varchar not null",
    "landed_table": "varchar not null",
    "day": "date not null",
    "channel": "varchar not null",
    "rows": "bigint not null",
    "clicks": "decimal(38,6)",
    "sessions": "decimal(38,6)",
    "conversions": "decimal(38,6)",
}

# The checks across sources of the latest run: one row per check, subject, source and table it is about.
SOURCE_CHECK_COLUMNS = {
    "as_of": "timestamp not null",
    "check_name": "varchar not null",
    "subject": "varchar not null",
    "source": "varchar not null",
    "landed_table": "varchar not null",
    "severity": "varchar not null",
    "passed": "boolean not null",
    "reason": "varchar not null",
}

# Days of a landed table whose rows changed since the last green build; `is_in_build`: a build has seen it.
CHANGED_DAY_COLUMNS = {
    "landed_table": "varchar not null",
    "day": "date not null",
    "changed_at": "timestamp not null",
    "is_in_build": "boolean not null",
}

# The build that stands: at most one row. `tables` (JSON) are those that the next build may add days to.
BUILD_COLUMNS = {
    "built_at": "timestamp not null",
    "as_of": "timestamp not null",
    "digest": "varchar not null",
    "tables": "varchar not null",
}

QUALITY_TABLES = {
    BATCHES: BATCH_COLUMNS,
    QUARANTINED_ROWS: QUARANTINE_COLUMNS,
    REMOVALS_APPLIED: REMOVAL_COLUMNS,
    DAY_TOTALS: DAY_TOTAL_COLUMNS,
    SOURCE_CHECKS: SOURCE_CHECK_COLUMNS,
    CHANGED_DAYS: CHANGED_DAY_COLUMNS,
    BUILDS: BUILD_COLUMNS,
}


def create_raw_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schemas raw and quality with every table that is missing; safe to repeat.

    Every raw table exists even when a company has no such source, so that dbt always builds, and gets
    the columns that a newer version of ours added to it. Timestamps are UTC.
    """
    connection.execute("create schema if not exists raw")
    connection.execute("create schema if not exists quality")
    there = _columns_there(connection)
    for table in LANDED_TABLES.values():
        found = there.get(("raw", table.name))
        if found is None:
            connection.execute(f"create table {raw_name(table)} ({_raw_columns(table)})")
            continue
        for column in table.columns:
            if column.name not in found and not column.required:
                added = f"{quote_name(column.name)} {column.type}"
                connection.execute(f"alter table {raw_name(table)} add column {added}")
    _create_missing(connection, QUALITY_TABLES, there)


def create_build_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what a build notes about itself, where a warehouse of an older version lacks it."""
    connection.execute("create schema if not exists quality")
    tables = {CHANGED_DAYS: CHANGED_DAY_COLUMNS, BUILDS: BUILD_COLUMNS}
    _create_missing(connection, tables, _columns_there(connection))


def _create_missing(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Mapping[str, str]],
    there: Mapping[tuple[str, ...], set[str]],
) -> None:
    for name, columns in tables.items():
        if tuple(name.split(".")) not in there:
            listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            connection.execute(f"create table {name} ({listed})")


def _columns_there(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, ...], set[str]]:
    # Asked once: every promotion comes by here, and hundreds of `if not exists` take longer than its work.
    there: dict[tuple[str, ...], set[str]] = {}
    for schema, table, column in connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where schema_name in ('raw', 'quality') and database_name = current_database()"
    ).fetchall():
        there.setdefault((schema, table), set()).add(column)
    return there


def raw_name(table: LandedTable) -> str:
    """The raw table of a landed table, as SQL."""
    return f"raw.{quote_name(table.name)}"


def _raw_columns(table: LandedTable) -> str:
    return ", ".join(
        f"{quote_name(column.name)} {column.type}{' not null' if column.required else ''}"
        for column in (*table.columns, *RAW_BOOKKEEPING)
    )
