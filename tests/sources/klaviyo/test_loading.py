"""Klaviyo from the sandbox: campaigns with their values, events once each, all as its specification says."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse

from countersign.sources.klaviyo.streams import completed, with_people
from countersign.sources.sandbox.email_programme import Programme
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.world import world_of
from tests.sources.sandboxed import (
    airbyte_records,
    files_with,
    land_records,
    landed_batches,
    landed_rows,
    load_from_sandbox,
    small_world,
    source_of,
)
from tests.sources.undisturbed import HTTP_FAULTS, PAGE_FAULTS, loaded_snapshot, undisturbed_snapshot
from tests.sources.wire import listening

WORLD = small_world(weeks=12, scale=0.3)
TYPES = {"open": "opened", "click": "clicked", "bounce": "bounced", "unsubscribe": "unsubscribed"}


@pytest.fixture(scope="module")
def company():
    """The simulated company, once for all tests."""
    with world_of(WORLD) as world:
        yield world


def load(workspace, world):
    return load_from_sandbox(workspace, "klaviyo", world)


def test_campaigns_land_with_their_values_and_drafts_without(workspace, company):
    load(workspace, company)

    programme = Programme(company)
    rows = {row["campaign_name"]: row for row in landed_rows(workspace, "email_campaigns")}
    assert rows.keys() == {one["name"] for one in (*programme.sent, *programme.drafts)}
    for one in programme.sent:
        row, totals = rows[one["name"]], programme.totals(one["number"])
        assert (row["sent_at"], row["subject"]) == (one["sent_at"], one["subject"])
        assert (row["sends"], row["opens"], row["clicks"]) == (
            totals["sent"],
            totals["open"],
            totals["click"],
        )
        assert row["deliveries"] == totals["sent"] - totals["bounce"]
    assert {row["_bad"] for row in rows.values()} == {None}


def test_every_event_lands_with_its_campaign_and_page(workspace, company):
    load(workspace, company)

    programme = Programme(company)
    known = Counter(
        (one["name"], TYPES[event["action"]], event["happened_at"], event["page"])
        for one in programme.sent
        for event in programme.events_of(one["number"])
    )
    names = {
        row["email_campaign_id"]: row["campaign_name"] for row in landed_rows(workspace, "email_campaigns")
    }
    rows = landed_rows(workspace, "email_events")
    landed = Counter(
        (names[row["email_campaign_id"]], row["event_type"], row["occurred_at"], row["page"]) for row in rows
    )
    assert landed == known
    assert all(row["email_key"].startswith("em_") for row in rows)


def test_a_later_load_brings_what_is_new(workspace, other_workspace, company):
    with world_of(replace(WORLD, until=WORLD.until - timedelta(days=9))) as earlier:
        load(workspace, earlier)
    few = len(landed_rows(workspace, "email_events"))
    load(workspace, company)
    load(other_workspace, company)

    for table in ("email_campaigns", "email_events"):
        assert landed_rows(workspace, table) == landed_rows(other_workspace, table)
    assert len(landed_rows(workspace, "email_events")) > few


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace, company):
    load(workspace, company)
    rows, batches = landed_rows(workspace, "email_events"), landed_batches(workspace, "email_campaigns")
    load(workspace, company)

    assert landed_rows(workspace, "email_events") == rows
    assert landed_batches(workspace, "email_campaigns") == batches


@pytest.mark.parametrize("kind", [*HTTP_FAULTS, *PAGE_FAULTS])
def test_faults_end_in_the_rows_of_an_undisturbed_load(tmp_path, workspace, company, kind):
    source = source_of("klaviyo")
    undisturbed = undisturbed_snapshot(tmp_path / "calm", workspace, source, company)
    fault = Fault(kind, "klaviyo", "/api/events", at=2 if kind in HTTP_FAULTS else 1)

    assert loaded_snapshot(tmp_path / kind, workspace, source, company, faults=[fault]) == undisturbed
    assert undisturbed["email_events"]


def test_the_key_is_nowhere(workspace, company):
    load(workspace, company)

    assert files_with(workspace.root, "sandbox-klaviyo-api_key") == []


@pytest.fixture(scope="module")
def specification(test_data):
    """Klaviyo's own OpenAPI document."""
    path = test_data / "klaviyo_openapi" / "stable.json"
    if not path.is_file():
        pytest.skip("klaviyo_openapi is not in the test data: set COUNTERSIGN_TEST_DATA to its folder")
    return json.loads(path.read_text(encoding="utf-8"))


def without_one_of(node):
    """Klaviyo's alternatives overlap: one answer fits the options of e-mail, SMS and push."""
    if isinstance(node, dict):
        return {("anyOf" if key == "oneOf" else key): without_one_of(value) for key, value in node.items()}
    return [without_one_of(one) for one in node] if isinstance(node, list) else node


def test_requests_and_answers_fit_the_specification(workspace, company, specification, monkeypatch):
    with listening(monkeypatch) as wire:
        load(workspace, company)

    used = {urlsplit(request.url).path.removeprefix("/klaviyo") for request, _ in wire.exchanges}
    server = wire.exchanges[0][0].url.partition("/klaviyo")[0] + "/klaviyo"
    # Only what is used is opened: the whole document takes minutes.
    document = {
        **without_one_of(specification),
        "servers": [{"url": server}],
        "paths": {path: specification["paths"][path] for path in used},
    }
    # The document's own check fails on a default of a font, which nobody here reads.
    openapi = OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))
    for request, response in wire.exchanges:
        openapi.validate_request(RequestsOpenAPIRequest(request))
        openapi.validate_response(RequestsOpenAPIRequest(request), RequestsOpenAPIResponse(response))
        operation = specification["paths"][urlsplit(request.url).path.removeprefix("/klaviyo")]
        listed = {
            one["name"] for one in operation[request.method.lower()]["parameters"] if one["in"] == "query"
        }
        assert set(parse_qs(urlsplit(request.url).query)) <= listed
    assert used == {"/api/campaigns", "/api/metrics", "/api/events", "/api/campaign-values-reports"}


def test_recorded_campaigns_events_and_profiles_are_accepted(workspace, test_data):
    recorded = airbyte_records(test_data, "klaviyo")
    messages = [
        {
            **one["campaign_message"],
            "relationships": {"campaign": {"data": {"type": "campaign", "id": one["id"]}}},
        }
        for one in recorded["campaigns_detailed"]
    ]
    events = [*recorded["events"], *recorded["events_detailed"]]
    parts = {
        "campaigns": completed(recorded["campaigns"], messages=messages, values={}),
        "events": with_people(
            events, profiles=recorded["profiles"], messages=messages, metrics=recorded["metrics"]
        ),
    }
    land_records(workspace, "klaviyo", parts)

    campaigns = landed_rows(workspace, "email_campaigns")
    assert {row["email_campaign_id"] for row in campaigns} == {one["id"] for one in recorded["campaigns"]}
    assert sum(row["sent_at"] is not None for row in campaigns) == sum(
        one["attributes"]["status"] == "Sent" for one in recorded["campaigns"]
    )
    rows = landed_rows(workspace, "email_events")
    assert {row["_bad"] for row in (*campaigns, *rows)} == {None}
    # The five others are clicks that somebody sent through the API, none of an e-mail of Klaviyo's.
    assert Counter(row["event_type"] for row in rows) == {"delivered": 2}
