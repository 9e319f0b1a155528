"""Write landed batches as a connector does: rows.parquet and batch.json under state/landing."""

from datetime import UTC, datetime

import pytest

from countersign.core.contracts import Batch
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Company, Workspace, shipped
from expectations.gate import check_batch
from expectations.promotion import promote_batch
from expectations.seeded.good_rows import build_good_rows
from expectations.seeded.landing import land_rows
from expectations.suite import GateResult
from expectations.warehouse_tables import create_raw_tables

AS_OF = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.fixture(scope="session")
def company() -> Company:
    """A company that allows the stage changes of the shipped config/lead_stages.yaml."""
    stages = Workspace(shipped("config").parent).company().lead_stages
    return Company(name="Acme", reporting_currency="EUR", time_zone="Europe/Berlin", lead_stages=stages)


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
        return land_rows(workspace, table, rows, file=file, source=source, landed_at=landed_at)

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
