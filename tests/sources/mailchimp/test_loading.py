"""Mailchimp from the sandbox: campaigns with their totals, and what each person did, once."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from hashlib import md5

import pytest
from pydantic import SecretStr

from countersign.core.errors import SettingsError
from countersign.sources.connecting.landing import open_api, read_options
from countersign.sources.connecting.registry import find_connector
from countersign.sources.mailchimp.streams import completed, with_event_id
from countersign.sources.sandbox.email_programme import Programme
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.world import world_of
from tests.sources.sandboxed import (
    airbyte_records,
    end_of,
    files_with,
    land_records,
    landed_batches,
    landed_rows,
    load_from_sandbox,
    load_of,
    small_world,
    source_of,
)
from tests.sources.undisturbed import HTTP_FAULTS, loaded_snapshot, undisturbed_snapshot

WORLD = small_world(weeks=8, scale=0.3)
TYPES = {"open": "opened", "click": "clicked", "bounce": "bounced", "unsubscribe": "unsubscribed"}


@pytest.fixture(scope="module")
def company():
    """The simulated company, once for all tests."""
    with world_of(WORLD) as world:
        yield world


def load(workspace, world, **options):
    return load_from_sandbox(workspace, "mailchimp", world, source=source_of("mailchimp", options=options))


def test_campaigns_land_with_their_totals_and_drafts_without(workspace, company):
    load(workspace, company)

    programme = Programme(company)
    rows = {row["campaign_name"]: row for row in landed_rows(workspace, "email_campaigns")}
    assert rows.keys() == {one["name"] for one in (*programme.sent, *programme.drafts)}
    for one in programme.sent:
        row, totals = rows[one["name"]], programme.totals(one["number"])
        assert row["sent_at"] == one["sent_at"]
        assert (row["sends"], row["opens"], row["clicks"]) == (
            totals["sent"],
            totals["open"],
            totals["click"],
        )
        assert (row["bounces"], row["unsubscribes"]) == (totals["bounce"], totals["unsubscribe"])
        assert row["deliveries"] == totals["sent"] - totals["bounce"]
    assert all(rows[one["name"]]["sent_at"] is None for one in programme.drafts)
    assert {row["_bad"] for row in rows.values()} == {None}


def test_every_open_click_bounce_and_goodbye_is_an_event(workspace, company):
    load(workspace, company)

    programme = Programme(company)
    known = Counter(
        (TYPES[event["action"]], event["happened_at"], event["page"])
        for one in programme.sent
        for event in programme.events_of(one["number"])
    )
    rows = landed_rows(workspace, "email_events")
    assert Counter((row["event_type"], row["occurred_at"], row["page"]) for row in rows) == known
    assert {kind for kind, _, _ in known} >= {"opened", "clicked", "bounced"}


def test_clicks_are_the_sessions_that_the_website_saw(workspace, company):
    load(workspace, company)

    clicks = sum(row["event_type"] == "clicked" for row in landed_rows(workspace, "email_events"))
    sessions = company.rows("select count(*) as n from visits where channel = 'Email'")[0]["n"]
    assert 0.5 * sessions < clicks <= sessions


def test_an_event_id_tells_nobody_whose_it_is(workspace, company):
    load(workspace, company)

    mail = Programme(company).events_of(Programme(company).sent[-1]["number"])[0]["mail"]
    rows = landed_rows(workspace, "email_events")
    assert all(row["event_id"].startswith("em_") for row in rows)
    for told in (mail, md5(mail.encode(), usedforsecurity=False).hexdigest()):
        assert all("restricted" in path for path in files_with(workspace.root, told))


def test_people_are_asked_for_only_in_campaigns_of_the_last_days(workspace, company):
    load(workspace, company, activity_days=14)

    sent = {row["email_campaign_id"]: row["sent_at"] for row in landed_rows(workspace, "email_campaigns")}
    asked = {sent[row["email_campaign_id"]] for row in landed_rows(workspace, "email_events")}
    assert asked == {
        one for one in sent.values() if one and one >= end_of(WORLD).replace(tzinfo=None) - timedelta(days=14)
    }


def test_a_later_load_brings_new_events_and_totals(workspace, other_workspace, company):
    with world_of(replace(WORLD, until=WORLD.until - timedelta(days=9))) as earlier:
        load(workspace, earlier)
    first = {row["email_campaign_id"]: row["opens"] for row in landed_rows(workspace, "email_campaigns")}
    load(workspace, company)
    load(other_workspace, company)

    for table in ("email_campaigns", "email_events"):
        assert landed_rows(workspace, table) == landed_rows(other_workspace, table)
    grown = [
        row
        for row in landed_rows(workspace, "email_campaigns")
        if (first.get(row["email_campaign_id"]) or row["opens"]) != row["opens"]
    ]
    assert grown


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace, company):
    load(workspace, company)
    rows, batches = landed_rows(workspace, "email_events"), landed_batches(workspace, "email_campaigns")
    load(workspace, company)

    assert landed_rows(workspace, "email_events") == rows
    assert landed_batches(workspace, "email_campaigns") == batches


@pytest.mark.parametrize("kind", [*HTTP_FAULTS, "changes_while_paging"])
def test_faults_end_in_the_rows_of_an_undisturbed_load(tmp_path, workspace, company, kind, monkeypatch):
    monkeypatch.setattr("countersign.sources.mailchimp.streams._PAGE", 10)
    source = source_of("mailchimp")
    undisturbed = undisturbed_snapshot(tmp_path / "calm", workspace, source, company)
    fault = Fault(kind, "mailchimp", "email-activity", at=2 if kind in HTTP_FAULTS else 1)

    assert loaded_snapshot(tmp_path / kind, workspace, source, company, faults=[fault]) == undisturbed
    programme = Programme(company)
    known = [event for one in programme.sent for event in programme.events_of(one["number"])]
    assert len(undisturbed["email_events"]) == len(known)


def test_the_data_centre_is_read_from_the_key(workspace):
    connector, source = find_connector("mailchimp"), source_of("mailchimp")

    def opened(key):
        secrets = {"MAILCHIMP_API_KEY": SecretStr(key)}
        load = load_of(workspace, source, base_url=None, until=end_of(WORLD), secrets=secrets)
        return open_api(connector, read_options(connector, load), load)

    assert opened("0123456789abcdef-us14").base_url == "https://us14.api.mailchimp.com"
    with pytest.raises(SettingsError, match="data centre") as error:
        opened("canary-key.evil.example")
    assert "canary" not in str(error.value)


def test_recorded_campaigns_reports_activity_and_unsubscribes_are_accepted(workspace, test_data):
    recorded = airbyte_records(test_data, "mailchimp")
    parts = {
        "campaigns": completed(recorded["campaigns"], reports=recorded["reports"]),
        "email_activity": [with_event_id(event) for event in recorded["email_activity"]],
        "unsubscribes": [with_event_id({**one, "action": "unsubscribe"}) for one in recorded["unsubscribes"]],
    }
    land_records(workspace, "mailchimp", parts)

    campaigns = {row["email_campaign_id"]: row for row in landed_rows(workspace, "email_campaigns")}
    assert campaigns.keys() == {one["id"] for one in (*recorded["campaigns"], *recorded["reports"])}
    report = campaigns["a79651273b"]
    assert (report["sends"], report["deliveries"], report["opens"], report["clicks"]) == (50, 50, 50, 33)
    events = landed_rows(workspace, "email_events")
    assert Counter(row["event_type"] for row in events) == {"opened": 2, "unsubscribed": 1}
    assert {row["_bad"] for row in (*events, *campaigns.values())} == {None}
    assert len({row["email_key"] for row in events}) == 1
