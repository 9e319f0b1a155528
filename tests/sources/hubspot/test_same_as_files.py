"""HubSpot gives the demo the same rows as its files do; only the numbers of records are HubSpot's own."""

from datetime import UTC, datetime

import duckdb
import pytest

from countersign.core.workspace import Workspace
from countersign.sources.demo.truth import read_world
from countersign.sources.demo.writing import write_demo
from countersign.sources.files.landing import batch_directory, land_source
from countersign.sources.sandbox.hubspot_people import company_number, record_number
from countersign.sources.sandbox.hubspot_sales import activity_number, owner_number
from tests.sources.hubspot.portal import demo_source
from tests.sources.sandboxed import KEY, landed_rows, load_from_sandbox

# Numbers of records differ; HubSpot says more (consent, changes) and tells times in UTC. Only the files
# hold what leads answered when asked where they had heard of the company.
OURS = {"self_reported_source", "source_time_zone", "consent", "consent_at", "purposes", "updated_at", "_bad"}


@pytest.fixture(scope="module")
def both(tmp_path_factory, new_workspace) -> tuple[Workspace, Workspace]:
    """The demo company's CRM, landed from files and landed from HubSpot."""
    files = Workspace(tmp_path_factory.mktemp("demo"))
    write_demo(files.root, weeks=8, scale=0.1, via="files")
    for name in ("crm", "sales"):
        land_source(
            files, files.company(), name, landed_at=datetime(2026, 11, 16, tzinfo=UTC), pseudonym_key=KEY
        )
    hubspot = new_workspace()
    load_from_sandbox(hubspot, "hubspot", read_world(files.root), source=demo_source())
    return files, hubspot


def renamed(row: dict) -> dict:
    """A row of the files under HubSpot's numbers."""
    numbers = {
        "lead_id": record_number,
        "opportunity_id": record_number,
        "account_id": company_number,
        "activity_id": activity_number,
        "owner_id": owner_number,
    }
    return {name: numbers[name](value) if name in numbers and value else value for name, value in row.items()}


def compared(rows: list[dict], *, key: tuple[str, ...]) -> list[dict]:
    kept = [{name: value for name, value in row.items() if name not in OURS} for row in rows]
    return sorted(kept, key=lambda row: tuple(str(row[name]) for name in key))


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("crm_leads", ("lead_id",)),
        ("crm_stage_changes", ("lead_id", "changed_at", "stage")),
        ("crm_opportunities", ("opportunity_id",)),
        ("crm_activities", ("activity_id",)),
        ("sales_feedback", ("lead_id", "decided_at")),
    ],
)
def test_hubspot_lands_what_the_files_land(both, table, key):
    files, hubspot = both
    from_files = [renamed(row) for row in landed_rows(files, table) if not row["_bad"]]

    assert compared(landed_rows(hubspot, table), key=key) == compared(from_files, key=key)
    assert len(from_files) > 30


def test_visitors_of_leads_are_those_of_web_sessions(both):
    files, hubspot = both
    (batch, *_) = land_source(
        files,
        files.company(),
        "web_analytics",
        landed_at=datetime(2026, 11, 16, tzinfo=UTC),
        pseudonym_key=KEY,
    )
    sessions = duckdb.sql(
        f"select distinct visitor_key from '{batch_directory(files, batch)}/rows.parquet'"
    ).fetchall()

    visitors = {row["visitor_key"] for row in landed_rows(hubspot, "crm_leads")} - {None}
    assert len(visitors & {key for (key,) in sessions}) > 0.5 * len(visitors)


def test_forms_and_contacts_are_joined_by_the_same_pseudonyms(both):
    _, hubspot = both
    leads = {row["email_key"]: row for row in landed_rows(hubspot, "crm_leads")}
    submitted = [row for row in landed_rows(hubspot, "lead_events") if row["event_type"] == "form_submission"]

    assert len(submitted) == sum(1 for row in leads.values() if not row["is_event_lead"])
    for row in submitted:
        lead = leads[row["email_key"]]
        assert (row["visitor_key"], row["occurred_at"]) == (lead["visitor_key"], lead["created_at"])
