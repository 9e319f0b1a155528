"""Loads from HubSpot: what lands, what a later load adds, what changes, and what is gone."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from countersign.sources.connecting.landing import land_connector
from countersign.sources.demo.simulate import World
from countersign.sources.hubspot import objects
from countersign.sources.sandbox.hubspot_people import record_number
from countersign.sources.sandbox.world import SandboxWorld, world_of
from tests.sources.hubspot.portal import demo_source
from tests.sources.sandboxed import (
    BERLIN,
    end_of,
    landed_batches,
    landed_rows,
    load_from_sandbox,
    load_of,
    sandbox_at,
    small_world,
    snapshot_of,
    source_of,
)
from tests.sources.undisturbed import only_parts
from tests.sources.wire import listening


@pytest.fixture(scope="module")
def world():
    with world_of(small_world(scale=0.1)) as known:
        yield known


@pytest.fixture(scope="module")
def loaded(world, new_workspace):
    """The whole of the small world, loaded once."""
    workspace = new_workspace()
    load_from_sandbox(workspace, "hubspot", world, source=demo_source())
    return workspace


def one_value(world: SandboxWorld, sql: str) -> object:
    return next(iter(world.rows(sql)[0].values()))


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("crm_leads", "select count(*) from lead_cards"),
        ("crm_stage_changes", "select count(*) from lead_stages"),
        ("crm_opportunities", "select count(*) from lead_cards where deal_at < getvariable('until')"),
        ("crm_accounts", "select count(distinct account_id) from lead_cards"),
        ("crm_activities", "select count(*) from activities"),
        ("sales_feedback", "select count(*) from lead_cards where verdict_at < getvariable('until')"),
        ("email_campaigns", "select 7"),
    ],
)
def test_every_record_lands_once(world, loaded, table, rows):
    landed = landed_rows(loaded, table)

    assert len(landed) == one_value(world, rows) > 0
    assert not [row["_bad"] for row in landed if row["_bad"]]


def test_amounts_are_exact(world, loaded):
    landed = sum(row["amount"] or 0 for row in landed_rows(loaded, "crm_opportunities"))
    known = one_value(
        world,
        "select sum(amount::decimal(18, 2)) from lead_cards where deal_at < getvariable('until') - 3",
    )
    assert landed == known > 0


def test_newsletters_count_no_more_than_was_possible(world, loaded):
    campaigns = landed_rows(loaded, "email_campaigns")
    clicks = one_value(
        world,
        "select sum(visits)::bigint from place_days"
        " where channel = 'Email' and day >= getvariable('first_day') + 1 and day < getvariable('until')",
    )

    assert sum(row["clicks"] for row in campaigns) == clicks
    assert all(row["clicks"] <= row["opens"] <= row["deliveries"] <= row["sends"] for row in campaigns)


def test_consent_travels_with_the_contact(loaded):
    leads = landed_rows(loaded, "crm_leads")
    said = {row["consent"] for row in leads}

    assert said == {"granted", "denied", "unknown"}
    assert all(row["consent_at"] for row in leads if row["consent"] != "unknown")
    assert all(row["purposes"] for row in leads if row["consent"] == "granted")


def test_answers_to_e_mails_are_events_and_no_follow_up(loaded):
    replies = [row for row in landed_rows(loaded, "lead_events") if row["event_type"] == "email_reply"]
    activities = {row["activity_id"] for row in landed_rows(loaded, "crm_activities")}

    assert replies
    assert not activities & {row["event_id"] for row in replies}
    assert {row["lead_id"] for row in replies} <= {row["lead_id"] for row in landed_rows(loaded, "crm_leads")}


def test_a_load_without_news_lands_nothing(world, loaded):
    before = len(landed_batches(loaded, "*"))
    load_from_sandbox(loaded, "hubspot", world, source=demo_source())

    assert len(landed_batches(loaded, "*")) == before


def test_a_later_load_ends_in_the_rows_of_one_whole_load(loaded, workspace, monkeypatch):
    with listening(monkeypatch) as wire:
        for known in (6, 7):
            later = small_world(scale=0.1, known_weeks=known)
            load_from_sandbox(workspace, "hubspot", later, source=demo_source())

    assert snapshot_of(workspace) == snapshot_of(loaded)
    assert "POST" in {request.method for request, _ in wire.exchanges}


def test_a_search_reaches_past_its_limit(world, loaded, workspace, monkeypatch):
    # The sandbox refuses to go past 10,000 results as HubSpot does; with 30 the small world has too many.
    monkeypatch.setattr("countersign.sources.sandbox.hubspot_portal._SEARCHABLE", 30)
    monkeypatch.setattr(objects, "PAGE", 25)
    monkeypatch.setattr(objects, "PAGE_WITH_HISTORY", 25)
    first_day = world.world.first_day - timedelta(days=1)
    load_from_sandbox(workspace, "hubspot", world, source=demo_source(), since=first_day)

    for table in ("crm_leads", "crm_stage_changes", "crm_activities", "crm_opportunities"):
        assert landed_rows(workspace, table) == landed_rows(loaded, table)


def test_who_is_merged_or_deleted_ends_in_removals(world, loaded, workspace):
    removals = landed_rows(loaded, "crm_removals")
    merged = next(row for row in removals if row["record_type"] == "lead" and row["removal"] == "merged")
    deleted = next(row for row in removals if row["record_type"] == "lead" and row["removal"] == "deleted")
    source = only_parts(demo_source(), "contacts", "merged_contacts", "archived_contacts")
    for row in sorted((merged, deleted), key=lambda row: row["removed_at"]):
        day = row["removed_at"].replace(tzinfo=BERLIN).date()
        then = World(**{**vars(world.world), "until": day})
        load_from_sandbox(workspace, "hubspot", then, source=source)
        assert row["record_id"] in {lead["lead_id"] for lead in landed_rows(workspace, "crm_leads")}

    load_from_sandbox(workspace, "hubspot", world, source=source)

    gone = {row["record_id"]: row for row in landed_rows(workspace, "crm_removals")}
    assert gone[merged["record_id"]] == merged
    assert gone[deleted["record_id"]] == deleted
    leads = {row["lead_id"] for row in landed_rows(loaded, "crm_leads")}
    assert merged["merged_into"] in leads
    assert not {merged["record_id"], deleted["record_id"]} & leads


def test_a_late_badge_scan_keeps_the_day_of_the_fair(world, loaded):
    late = world.rows("select lead_id from lead_cards where entered_at > created_at limit 1")
    (lead,) = [
        row for row in landed_rows(loaded, "crm_leads") if row["lead_id"] == record_number(late[0]["lead_id"])
    ]

    assert lead["created_at"] < lead["updated_at"]
    assert lead["is_event_lead"]


def test_what_is_left_out_is_not_asked_for(world, workspace, monkeypatch):
    left_out = ["companies", "deals", "calls", "emails", "meetings", "form_submissions", "marketing_emails"]
    source = source_of("hubspot", options={"leave_out": left_out})
    with listening(monkeypatch) as wire:
        load_from_sandbox(workspace, "hubspot", world, source=source)

    asked = {urlsplit(request.url).path for request, _ in wire.exchanges}
    assert asked == {"/hubspot/crm/v3/objects/contacts"}


def test_the_token_is_nowhere(world, workspace):
    source = only_parts(demo_source(), "contacts")
    token = "sandbox-hubspot-access_token"
    with sandbox_at("hubspot", world) as address:
        land_connector(load_of(workspace, source, base_url=address, until=end_of(world)))

    holding = [
        path for path in workspace.root.rglob("*") if path.is_file() and token.encode() in path.read_bytes()
    ]
    assert holding == []
