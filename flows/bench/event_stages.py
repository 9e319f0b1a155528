"""Stages of the warehouse's benchmark: a made-up company of raw events, our build of it, and the script's."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import yaml

from countersign.core.warehouse import CATALOG, open_warehouse, quote_text
from countersign.core.workspace import Workspace
from flows.bench.script import difference, run_script

COMPANY = {"name": "Bench", "reporting_currency": "EUR", "time_zone": "Europe/Berlin"}
FIRST_DAY = date(2023, 1, 2)
# Raw events of a session, on average; rows follow from the number of sessions.
EVENTS_PER_SESSION = 6
SCRIPT = ("raw.sql", "leads.sql", "channels.sql", "campaigns.sql", "people.sql", "paths.sql")

# What both build, by the schema of ours.
TABLES = {
    "facts": ("fct_sessions", "fct_touchpoints", "fct_conversions"),
    "marts": (
        "channel_day", "channel_week", "campaign_week", "funnel_week", "lead_cost_week", "follow_up_week",
        "cac_by_cohort", "platform_reconciliation", "lead_source_summary", "rejection_reasons",
        "path_summary",
    ),
}  # fmt: skip


def make_company(root: str, *, events: float, days: int) -> dict[str, Any]:
    """Write the raw tables of a company with about so many events in so many days; not measured.

    Returns:
        `as_of`: the exclusive end of its last day; `events`: how many events there are.
    """
    workspace = Workspace(Path(root))
    workspace.config.mkdir(parents=True)
    (workspace.config / "company.yaml").write_text(yaml.safe_dump(COMPANY))
    sessions = int(events / EVENTS_PER_SESSION)
    return _add(workspace, first_session=0, sessions=sessions, first_day=FIRST_DAY, days=days)


def add_day(root: str, *, events: float, days: int) -> dict[str, Any]:
    """Add the day after so many days, with a day's share of the events, as a promotion would."""
    sessions = int(events / EVENTS_PER_SESSION)
    return _add(
        Workspace(Path(root)),
        first_session=sessions,
        sessions=sessions // days,
        first_day=FIRST_DAY + timedelta(days=days),
        days=1,
    )


def _add(
    workspace: Workspace, *, first_session: int, sessions: int, first_day: date, days: int
) -> dict[str, Any]:
    from expectations.promotion import create_raw_tables

    with open_warehouse(workspace) as connection:
        create_raw_tables(connection)
        variables = {
            "sessions": str(sessions),
            "first_session": str(first_session),
            "first_day": f"date '{first_day}'",
            "days": str(days),
        }
        for name, value in variables.items():
            connection.execute(f"set variable {name} = {value}")
        connection.execute(files("flows.bench").joinpath("company_rows.sql").read_text(encoding="utf-8"))
        counted = connection.execute("select count(*) from raw.web_events").fetchone()
    end = datetime.combine(
        first_day + timedelta(days=days), datetime.min.time(), tzinfo=workspace.company().zone
    )
    return {"as_of": end.astimezone(UTC).isoformat(), "events": counted[0] if counted else 0}


def events_by_hand(root: str, *, as_of: str) -> None:
    """The hand-written script: raw tables to the same facts and marts."""
    workspace = Workspace(Path(root))
    company = workspace.company()
    hand_database(workspace).unlink(missing_ok=True)
    run_script(
        hand_database(workspace),
        parts=SCRIPT,
        variables={
            "as_of": f"timestamp {quote_text(datetime.fromisoformat(as_of).strftime('%Y-%m-%d %H:%M:%S'))}",
            "time_zone": quote_text(company.time_zone),
            "session_minutes": str(company.session_timeout_minutes),
            "promise_hours": str(company.follow_up_promise_hours),
            "customer_maturity_days": str(company.customer_maturity_days),
            "acceptance_maturity_days": str(company.acceptance_maturity_days),
            "tolerance": str(company.reconciliation_tolerance),
        },
        attached={"warehouse": workspace.warehouse},
    )


def compare_events(root: str) -> dict[str, int]:
    """Rows that only one of the two built, by table."""
    workspace = Workspace(Path(root))
    connection = duckdb.connect(":memory:")
    try:
        # Under its own name, by which its views call its tables.
        connection.execute(f"attach {quote_text(str(workspace.warehouse))} as {CATALOG} (read_only)")
        connection.execute(f"attach {quote_text(str(hand_database(workspace)))} as theirs (read_only)")
        return {
            table: difference(connection, f"{schema}.{table}", table)
            for schema, tables in TABLES.items()
            for table in tables
        }
    finally:
        connection.close()


def hand_database(workspace: Workspace) -> Path:
    """Where the script keeps its tables, beside ours."""
    return workspace.root / "handwritten.duckdb"
