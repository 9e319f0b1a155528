"""The comparison: one DuckDB script, written by hand for the demo company, from its files to its marts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb

from countersign.core.warehouse import CATALOG, quote_name, quote_text
from countersign.core.workspace import Company, Workspace

READING = ("files.sql",)
MODELLING = ("leads.sql", "channels.sql", "campaigns.sql")

# What the script builds; our line builds more tables and some more columns, and pays for them.
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
    run_script(
        script_database(workspace),
        parts=parts,
        variables={
            "data": quote_text(str(workspace.data)),
            "as_of": f"timestamp {quote_text(as_of.astimezone(UTC).strftime('%Y-%m-%d %H:%M:%S'))}",
            "time_zone": quote_text(company.time_zone),
            "promise_hours": str(company.follow_up_promise_hours),
            "customer_maturity_days": str(company.customer_maturity_days),
            "acceptance_maturity_days": str(company.acceptance_maturity_days),
            "tolerance": str(company.reconciliation_tolerance),
        },
    )


def run_script(
    database: Path,
    *,
    parts: tuple[str, ...],
    variables: Mapping[str, str],
    attached: Mapping[str, Path] | None = None,
) -> None:
    """Run parts of the hand-written SQL in a database.

    Args:
        database: a DuckDB file; created when absent.
        parts: file names under `handwritten`, in order.
        variables: SQL expressions by name of the variable they set.
        attached: other databases that the SQL reads, by the name it reads them under.
    """
    connection = duckdb.connect(str(database))
    try:
        for name, path in (attached or {}).items():
            connection.execute(f"attach {quote_text(str(path))} as {quote_name(name)} (read_only)")
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
        # Under its own name, by which its views call its tables.
        connection.execute(f"attach {quote_text(str(workspace.warehouse))} as {CATALOG} (read_only)")
        connection.execute(f"attach {quote_text(str(script_database(workspace)))} as theirs (read_only)")
        return {mart: difference(connection, f"marts.{mart}", mart) for mart in MARTS}
    finally:
        connection.close()


def difference(connection: duckdb.DuckDBPyConnection, ours: str, theirs: str) -> int:
    """Rows that only one of two tables holds, in the script's columns; both databases are attached.

    Args:
        connection: where both databases are attached.
        ours: schema and table of ours.
        theirs: table of the script.
    """
    types = dict(
        connection.execute(f"select column_name, column_type from (describe {CATALOG}.{ours})").fetchall()
    )
    built = [row[0] for row in connection.execute(f"describe theirs.main.{theirs}").fetchall()]
    names = ", ".join(map(quote_name, built))
    as_ours = ", ".join(f"cast({quote_name(name)} as {types[name]})" for name in built)
    one, other = f"select {names} from {CATALOG}.{ours}", f"select {as_ours} from theirs.main.{theirs}"
    row = connection.execute(
        f"select (select count(*) from (({one}) except all ({other})))"
        f" + (select count(*) from (({other}) except all ({one})))"
    ).fetchone()
    return int(row[0]) if row else 0
