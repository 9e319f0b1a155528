"""Write landed batches as a connector does: rows.parquet and batch.json under state/landing."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from countersign.core.contracts import Batch
from countersign.core.hashing import canonical_json, short_id
from countersign.core.landed import BOOKKEEPING, landed_table
from countersign.core.warehouse import open_warehouse, quote_text
from countersign.core.workspace import Company, Workspace
from expectations.gate import check_batch
from expectations.promotion import promote_batch
from expectations.seeded.good_rows import build_good_rows
from expectations.suite import GateResult
from expectations.warehouse_tables import create_raw_tables

AS_OF = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.fixture
def company() -> Company:
    return Company(name="Acme", reporting_currency="EUR", time_zone="Europe/Berlin")


@pytest.fixture
def as_of() -> datetime:
    return AS_OF


@pytest.fixture
def good_rows():
    """`good_rows(table, count, **changes)`: rows with keys of their own that break no rule."""

    return build_good_rows


@pytest.fixture
def land(workspace: Workspace):
    """`land(table, rows, file=, source=, landed_at=)`: a landed batch, as a connector writes it."""

    def write(
        table: str,
        rows: list[dict[str, object]],
        *,
        file: str = "data/export.csv",
        source: str = "crm",
        landed_at: datetime = AS_OF,
    ) -> Batch:
        batch_id = short_id("b", [source, table, file, rows, landed_at.isoformat()])
        folder = workspace.landing / source / table / batch_id
        folder.mkdir(parents=True, exist_ok=True)
        own = {"_batch_id": batch_id, "_source": source, "_file": file}
        filled = [{**row, **own, "_row": number} for number, row in enumerate(rows, start=1)]
        _write_parquet(folder / "rows.parquet", (*landed_table(table).columns, *BOOKKEEPING), filled)
        batch = Batch(
            id=batch_id,
            source=source,
            table=table,
            file=file,
            content_hash=short_id("", rows),
            mapping_hash="m",
            landed_at=landed_at,
            rows_landed=len(rows),
        )
        (folder / "batch.json").write_bytes(canonical_json(batch))
        return batch

    return write


@pytest.fixture
def gate(workspace: Workspace, company: Company):
    """`gate(batch, runner=)`: what the gate says of a landed batch."""

    def check(batch: Batch, *, runner=None) -> GateResult:
        return check_batch(workspace, company, batch, as_of=AS_OF, runner=runner)

    return check


@pytest.fixture
def warehouse(workspace: Workspace):
    """The open warehouse of the workspace, with its raw and quality tables."""
    with open_warehouse(workspace) as connection:
        create_raw_tables(connection)
        yield connection


@pytest.fixture
def promote(workspace: Workspace, warehouse, gate):
    """`promote(batch)`: check a landed batch and promote what passes."""

    def run(batch: Batch) -> Batch:
        return promote_batch(warehouse, workspace, gate(batch), at=AS_OF)

    return run


@pytest.fixture
def set_aside(warehouse):
    """`set_aside(batch)`: row number -> (rule, reason) in quarantine."""

    def read(batch: Batch) -> dict[int, tuple[str, str]]:
        found = warehouse.execute(
            "select row_number, rule, reason from quality.quarantined_rows where batch_id = ?", [batch.id]
        ).fetchall()
        return {row: (rule, reason) for row, rule, reason in found}

    return read


def _write_parquet(path: Path, columns, rows) -> None:
    connection = duckdb.connect()
    connection.execute(f"create table t ({', '.join(f'{c.name} {c.type}' for c in columns)})")
    if rows:
        marks = ", ".join("?" for _ in columns)
        connection.executemany(
            f"insert into t values ({marks})", [[row.get(c.name) for c in columns] for row in rows]
        )
    connection.execute(f"copy t to {quote_text(str(path))} (format parquet)")
    connection.close()
