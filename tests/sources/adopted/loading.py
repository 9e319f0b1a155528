"""Land adopted tables in a test's workspace, and read back what landed."""

import sys
from datetime import UTC, datetime
from typing import Any

import duckdb
from pydantic import SecretStr

from countersign.core.contracts import Batch
from countersign.core.landed import landed_table
from countersign.core.warehouse import quote_text, read_rows
from countersign.core.workspace import Workspace
from countersign.sources.adopted.landing import land_adopted
from countersign.sources.connecting.landing import Load
from countersign.sources.files.landing import batch_directory
from countersign.sources.files.sources_file import parse_sources

KEY = SecretStr("a key that only tests use, of enough length")


def load_of(
    workspace: Workspace,
    connection: object,
    loader: str,
    vendor: str,
    *,
    schema: str | None = None,
    columns: dict[str, Any] | None = None,
    accept_drift: bool = False,
    secrets: dict[str, SecretStr] | None = None,
    landed_at: datetime = datetime(2026, 11, 16, tzinfo=UTC),
) -> Load:
    """The load of one adopted source, as the pipeline would make it."""
    adopted = {"connection": str(connection), "loader": loader, "vendor": vendor}
    if schema:
        adopted["schema"] = schema
    entry = {"description": "Adopted.", "adopted": adopted, "columns": columns or {}}
    return Load(
        workspace=workspace,
        company=workspace.company(),
        name=vendor,
        source=parse_sources({"sources": {vendor: entry}})[vendor],
        landed_at=landed_at,
        until=landed_at,
        secrets=secrets or {},
        pseudonym_key=KEY,
        accept_drift=accept_drift,
    )


def land(workspace: Workspace, connection: object, loader: str, vendor: str, **said: Any) -> list[Batch]:
    """Land one adopted source and return its batches."""
    return land_adopted(load_of(workspace, connection, loader, vendor, **said))


def rows_of(workspace: Workspace, batch: Batch) -> list[dict[str, Any]]:
    """The rows of a batch."""
    path = batch_directory(workspace, batch) / "rows.parquet"
    with duckdb.connect() as connection:
        return read_rows(connection, f"select * from read_parquet({quote_text(str(path))}) order by _row")


def refused(workspace: Workspace, batch: Batch) -> list[str]:
    """Why each row that the gate would set aside is set aside."""
    required = [column.name for column in landed_table(batch.table).columns if column.required]
    said = []
    for row in rows_of(workspace, batch):
        absent = [name for name in required if row[name] is None]
        if row["_bad"] or absent:
            said.append(row["_bad"] or f"no {', '.join(absent)}")
    return said


def tell(line: str) -> None:
    """A line of a table that a test prints; seen with `pytest -s`."""
    sys.stdout.write(f"{line}\n")


def only(batches: list[Batch], table: str) -> Batch:
    """The one batch of a table."""
    (batch,) = [one for one in batches if one.table == table]
    return batch
