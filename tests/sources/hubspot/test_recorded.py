"""Records that another connector read from a real HubSpot account go through this mapping."""

import sys

from countersign.sources.hubspot.history import merged_records
from countersign.sources.hubspot.marketing import submission_of
from countersign.sources.hubspot.options import HubSpotOptions
from countersign.sources.hubspot.streams import contact_parts
from tests.sources.sandboxed import airbyte_records, land_records, landed_rows

# Their stream: our part, its table.
READ = {
    "contacts": ("contacts", "crm_leads"),
    "companies": ("companies", "crm_accounts"),
    "deals": ("deals", "crm_opportunities"),
    "deals_archived": ("archived_deals", "crm_removals"),
    "engagements_emails": ("emails", "crm_activities"),
    "engagements_meetings": ("meetings", "crm_activities"),
    "form_submissions": ("form_submissions", "lead_events"),
}
# docs/sources/hubspot.md says why not.
NOT_READ = {
    "campaigns", "cars", "companies_property_history", "contact_lists", "contacts_form_submissions",
    "contacts_list_memberships", "contacts_merged_audit", "contacts_property_history",
    "contacts_web_analytics", "deal_pipelines", "deal_splits", "deals_property_history", "email_events",
    "email_subscriptions", "engagements", "engagements_notes", "engagements_tasks", "forms", "goals",
    "line_items", "marketing_emails", "owners", "pets", "products", "subscription_changes",
    "ticket_pipelines", "tickets", "workflows",
}  # fmt: skip


def prepared(part: str, records: list[dict]) -> list[dict]:
    """The records with what our fetching adds to each."""
    if part == "contacts":
        return list(contact_parts(records, HubSpotOptions())["contacts"])
    if part == "form_submissions":
        return [submission_of(record, {"id": record["formId"], "name": "New form 100"}) for record in records]
    if part == "deals":
        return [{**record, "_account": {"currency": "USD"}} for record in records]
    return records


def test_every_real_record_of_the_streams_we_read_is_accepted(workspace, test_data, capsys):
    streams = airbyte_records(test_data, "hubspot")
    assert set(streams) == set(READ) | NOT_READ

    told = {}
    for stream, (part, table) in READ.items():
        # Each part lands as a file of its own, so that it is known which rows came from which stream.
        batches = land_records(workspace, "hubspot", {part: prepared(part, streams[stream])})
        told[stream] = (len(streams[stream]), {batch.table: batch.rows_landed for batch in batches})
        bad = [row["_bad"] for row in landed_rows(workspace, table) if row["_bad"]]
        assert bad == []

    with capsys.disabled():
        sys.stdout.write(
            "".join(f"\n  {name}: {records} to {rows}" for name, (records, rows) in told.items())
        )
    for stream, (_, table) in READ.items():
        records, rows = told[stream]
        assert rows[table] == records == len(streams[stream])


def test_real_records_keep_their_cells(workspace, test_data):
    streams = airbyte_records(test_data, "hubspot")
    for stream, (part, _) in READ.items():
        land_records(workspace, "hubspot", {part: prepared(part, streams[stream])})

    leads = {row["lead_id"]: row for row in landed_rows(workspace, "crm_leads")}
    assert (leads["151"]["account_id"], leads["151"]["lead_source"], leads["151"]["channel"]) == (
        "5000526215", "OFFLINE", None,
    )  # fmt: skip
    accounts = {row["account_id"]: row for row in landed_rows(workspace, "crm_accounts")}
    assert (accounts["5000526215"]["employees"], accounts["5000526215"]["lifecycle"]) == (10, "customer")
    deals = {row["opportunity_id"]: row for row in landed_rows(workspace, "crm_opportunities")}
    assert (str(deals["3986867076"]["amount"]), deals["3986867076"]["currency"]) == ("6.000000", "USD")
    assert (deals["3986867076"]["closed_at"], deals["3986867076"]["is_won"]) == (None, None)
    (removal,) = landed_rows(workspace, "crm_removals")
    assert (removal["record_id"], removal["removal"]) == ("21535649821", "deleted")


def test_a_real_merge_of_companies_is_told(test_data):
    companies = airbyte_records(test_data, "hubspot")["companies"]

    told = [gone for company in companies for gone in merged_records(company)]
    assert [(one["id"], one["merged_into"]) for one in told] == [("5183403213", "5000526215")]
