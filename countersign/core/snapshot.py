"""Immutable snapshots of the marts that agents may read, and connections that hold only a grant.

Partitions are Parquet objects stored under the SHA-256 of their bytes and shared between snapshots,
so that a day's snapshot costs a day. A reader gets an in-memory DuckDB with exactly the granted
tables and columns, external access switched off and the configuration locked.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
from pydantic import ValidationError

from countersign.core.contracts import Partition, Quality, Snapshot, SnapshotTable
from countersign.core.errors import SnapshotError
from countersign.core.hashing import digest_of, file_sha256
from countersign.core.warehouse import CATALOG, quote_name, quote_text
from countersign.core.whole_file import write_whole
from countersign.core.workspace import Company, Workspace

MARTS = "marts"

# The column by which a mart is cut into partitions: its week. Marts without one are one partition.
PARTITION_COLUMNS = ("week_start", "report_day", "cohort_month")


def write_snapshot(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    company: Company,
    *,
    tables: Sequence[str],
    as_of: datetime,
    metric_sql: Mapping[str, str],
    data_through: Mapping[str, date | None],
    quality: Mapping[str, Quality],
    code_version: str,
    dbt_version: str,
) -> Snapshot:
    """Copy marts of the open warehouse into content-addressed Parquet and write the manifest last.

    Only partitions whose rows changed since any earlier snapshot are written. The same marts at the
    same `as_of` give the same snapshot id.
    """
    objects = workspace.snapshots / "objects"
    objects.mkdir(parents=True, exist_ok=True)
    known = _known_partitions(workspace)
    copied = {name: _copy_table(connection, objects, name, known=known) for name in sorted(tables)}
    body = {
        "as_of": as_of.isoformat(),
        "company": company.name,
        "reporting_currency": company.reporting_currency,
        "time_zone": company.time_zone,
        "tables": {name: table.model_dump(mode="json") for name, table in copied.items()},
        "metric_sql": dict(metric_sql),
        "data_through": {source: day and day.isoformat() for source, day in data_through.items()},
        "quality": dict(quality),
        "code_version": code_version,
        "dbt_version": dbt_version,
    }
    snapshot = Snapshot.model_validate({"id": f"s{digest_of(body)[:16]}", **body})
    write_whole(
        workspace.snapshots / snapshot.id / "manifest.json",
        snapshot.model_dump_json(indent=1).encode(),
    )
    return snapshot


def read_snapshot(workspace: Workspace, snapshot_id: str) -> Snapshot:
    """The manifest of a snapshot, its id recomputed from its content.

    Raises:
        SnapshotError: it does not exist, or was changed after it was written.
    """
    path = workspace.snapshots / snapshot_id / "manifest.json"
    try:
        snapshot = Snapshot.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise SnapshotError(
            "There is no such snapshot.",
            found=snapshot_id,
            fix="`countersign status` names the latest; older ones may be past their retention",
        ) from error
    except ValidationError as error:
        raise _changed(snapshot_id, "its manifest cannot be read") from error
    body = json.loads(snapshot.model_dump_json(exclude={"id"}))
    body["as_of"] = snapshot.as_of.isoformat()
    if f"s{digest_of(body)[:16]}" != snapshot_id or snapshot.id != snapshot_id:
        raise _changed(snapshot_id, "its manifest no longer matches its id")
    return snapshot


def latest_snapshot(workspace: Workspace) -> Snapshot | None:
    """The snapshot with the latest `as_of`, or None before the first run."""
    manifests = [
        read_snapshot(workspace, path.parent.name)
        for path in sorted(workspace.snapshots.glob("s*/manifest.json"))
    ]
    newest_last = sorted(
        manifests,
        key=lambda found: (
            found.as_of,
            (workspace.snapshots / found.id / "manifest.json").stat().st_mtime_ns,
        ),
    )
    return newest_last[-1] if newest_last else None


def open_granted(
    workspace: Workspace, snapshot: Snapshot, *, grants: Mapping[str, Sequence[str]]
) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that holds the granted tables and columns, and can reach nothing else.

    Args:
        workspace: where the snapshot's objects are.
        snapshot: the manifest.
        grants: columns by table; a table of the grant that the snapshot lacks is skipped, because
            a company may not have that source.

    Raises:
        SnapshotError: a granted column does not exist, or an object is missing or was changed.
    """
    connection = duckdb.connect(":memory:")
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"attach ':memory:' as {CATALOG}")
    connection.execute(f"create schema {CATALOG}.{MARTS}")
    for name, columns in grants.items():
        if name in snapshot.tables:
            _load_table(connection, workspace, snapshot.tables[name], columns=columns)
    connection.execute(f"use {CATALOG}.{MARTS}")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _copy_table(
    connection: duckdb.DuckDBPyConnection,
    objects: Path,
    name: str,
    *,
    known: Mapping[str, Partition],
) -> SnapshotTable:
    described = connection.execute(f"describe {CATALOG}.{MARTS}.{quote_name(name)}").fetchall()
    columns = {row[0]: row[1].lower() for row in described}
    cut = next((column for column in PARTITION_COLUMNS if column in columns), None)
    key = f"coalesce(cast({_cut_expression(cut)} as varchar), 'undated')" if cut else "'all'"
    listing = connection.execute(
        f"""
        with rows as (
            select {key} as part, cast(t as varchar) as line
            from {CATALOG}.{MARTS}.{quote_name(name)} as t
        )
        select part, count(*), sha256(string_agg(line, chr(10) order by line))
        from rows group by part order by part
        """
    ).fetchall()
    shape = digest_of([name, columns])
    partitions = []
    for part, rows, row_digest in listing:
        content = digest_of([shape, row_digest])
        partition = known.get(content)
        if partition is None or not (objects / f"{partition.sha256}.parquet").is_file():
            select = (
                f"select * from {CATALOG}.{MARTS}.{quote_name(name)} as t"
                f" where {key} = {quote_text(part)} order by cast(t as varchar)"
            )
            partition = Partition(
                key=part, content=content, sha256=_store(connection, objects, select), rows=rows
            )
        partitions.append(partition)
    return SnapshotTable(
        name=name,
        columns=columns,
        rows=sum(partition.rows for partition in partitions),
        partitions=tuple(partitions),
    )


def _cut_expression(column: str) -> str:
    # Days are cut by week: a file a day would be thousands of files a year.
    return f"date_trunc('week', {column})::date" if column == "report_day" else column


def _store(connection: duckdb.DuckDBPyConnection, objects: Path, select: str) -> str:
    draft = objects / f".{uuid4().hex}.tmp"
    connection.execute(f"copy ({select}) to {quote_text(str(draft))} (format parquet)")
    sha256 = file_sha256(draft)
    draft.replace(objects / f"{sha256}.parquet")
    return sha256


def _load_table(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    table: SnapshotTable,
    *,
    columns: Sequence[str],
) -> None:
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise SnapshotError(
            "A grant names a column that the mart does not have.",
            found=f"{table.name}: {', '.join(missing)}",
            fix="correct the agent's card.yaml, or add the column to the mart",
        )
    paths = [_checked_object(workspace, table.name, part) for part in table.partitions]
    target = f"{CATALOG}.{MARTS}.{quote_name(table.name)}"
    if not paths:
        typed = ", ".join(f"{quote_name(name)} {table.columns[name]}" for name in columns)
        connection.execute(f"create table {target} ({typed})")
        return
    names = ", ".join(quote_name(name) for name in columns)
    files = ", ".join(quote_text(str(path)) for path in paths)
    connection.execute(f"create table {target} as select {names} from read_parquet([{files}])")


def _checked_object(workspace: Workspace, table: str, partition: Partition) -> Path:
    path = workspace.snapshots / "objects" / f"{partition.sha256}.parquet"
    if not path.is_file():
        raise SnapshotError(
            "A part of the snapshot is gone.",
            found=f"{table}, part {partition.key}: no object {partition.sha256[:12]}",
            fix="source expired: restore state/snapshots from a backup, or run the pipeline again",
        )
    if file_sha256(path) != partition.sha256:
        raise _changed(table, f"part {partition.key} has other bytes than its name says")
    return path


def _known_partitions(workspace: Workspace) -> dict[str, Partition]:
    latest = latest_snapshot(workspace)
    if latest is None:
        return {}
    return {
        partition.content: partition for table in latest.tables.values() for partition in table.partitions
    }


def _changed(what: str, how: str) -> SnapshotError:
    return SnapshotError(
        "A snapshot was changed after it was written.",
        found=f"{what}: {how}",
        fix="restore state/snapshots from a backup; do not publish what cites this snapshot",
    )
