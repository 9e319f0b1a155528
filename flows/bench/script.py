"""The comparison: one DuckDB script, written by hand for the demo company, from its files to its marts."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb

from countersign.core.warehouse import quote_name, quote_text
from countersign.core.workspace import Company, Workspace

READING = ("files.sql",)
MODELLING = ("leads.sql", "channels.sql", "campaigns.sql")

# The marts that the script builds too. data_trust is the gate's own record, and the script has no gate.
MARTS = (
    "channel_day", "channel_week", "campaign_week", "funnel_week", "lead_cost_week", "follow_up_week",
    "cac_by_cohort", "platform_reconciliation", "lead_source_summary", "rejection_reasons",
)  # fmt: skip


def script_database(workspace: Workspace) -> Path:
    """Where the script keeps its tables, beside ours."""
    return workspace.root / "handwritten.duckdb"


def read_by_hand(workspace: Workspace, company: Company, *, as_of: datetime) -> None:
    """Files to clean tables; an earlier result is replaced."""
    script_database(workspace).unlink(missing_ok=True)
    _run(workspace, company, as_of=as_of, parts=READING)


def model_by_hand(workspace: Workspace, company: Company, *, as_of: datetime) -> None:
    """Clean tables to marts."""
    _run(workspace, company, as_of=as_of, parts=MODELLING)


def _run(workspace: Workspace, company: Company, *, as_of: datetime, parts: tuple[str, ...]) -> None:
    connection = duckdb.connect(str(script_database(workspace)))
    try:
        variables = {
            "data": quote_text(str(workspace.data)),
            "as_of": f"timestamp {quote_text(as_of.astimezone(UTC).strftime('%Y-%m-%d %H:%M:%S'))}",
            "time_zone": quote_text(company.time_zone),
            "promise_hours": str(company.follow_up_promise_hours),
            "customer_maturity_days": str(company.customer_maturity_days),
            "acceptance_maturity_days": str(company.acceptance_maturity_days),
            "tolerance": str(company.reconciliation_tolerance),
        }
        for name, value in variables.items():
            connection.execute(f"set variable {name} = {value}")
        for part in parts:
            connection.execute(files("flows.bench").joinpath("handwritten", part).read_text(encoding="utf-8"))
    finally:
        connection.close()


def differing_rows(workspace: Workspace) -> dict[str, int]:
    """Per mart, how many rows only one of the two has, compared column by column as our types."""
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"attach {quote_text(str(workspace.warehouse))} as ours (read_only)")
        connection.execute(f"attach {quote_text(str(script_database(workspace)))} as theirs (read_only)")
        return {mart: _difference(connection, mart) for mart in MARTS}
    finally:
        connection.close()


def _difference(connection: duckdb.DuckDBPyConnection, mart: str) -> int:
    described = connection.execute(f"describe ours.marts.{mart}").fetchall()
    ours = ", ".join(quote_name(row[0]) for row in described)
    theirs = ", ".join(f"cast({quote_name(row[0])} as {row[1]})" for row in described)
    one, other = f"select {ours} from ours.marts.{mart}", f"select {theirs} from theirs.main.{mart}"
    row = connection.execute(
        f"select (select count(*) from (({one}) except all ({other})))"
        f" + (select count(*) from (({other}) except all ({one})))"
    ).fetchone()
    return int(row[0]) if row else 0
