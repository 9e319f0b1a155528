"""Zendesk from the sandbox: every ticket lands once, with its requester, its waiting time and its end."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from countersign.core.errors import SourceError
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.support_desk import read_tickets
from countersign.sources.sandbox.world import world_of
from countersign.sources.zendesk.streams import completed
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

WORLD = small_world(weeks=12, scale=1.0)
SOURCE = source_of("zendesk", options={"subdomain": "northbeam"})


@pytest.fixture(scope="module")
def company():
    """The simulated company, once for all tests."""
    with world_of(WORLD) as world:
        yield world


def load(workspace, world, source=SOURCE, **said):
    return load_from_sandbox(workspace, "zendesk", world, source=source, **said)


def test_every_ticket_lands_with_times_topic_and_rating(workspace, company):
    load(workspace, company)

    rows = {row["ticket_id"]: row for row in landed_rows(workspace, "support_tickets")}
    asked = read_tickets(company, "zendesk")
    assert rows.keys() == {f"zendesk:{ticket['number']}" for ticket in asked}
    assert len(rows) > 100
    for ticket in asked:
        row = rows[f"zendesk:{ticket['number']}"]
        assert (row["created_at"], row["first_reply_at"]) == (ticket["opened_at"], ticket["reply_at"])
        if ticket["deleted_at"] is None:
            assert row["solved_at"] == ticket["done_at"]
            assert row["topic"].startswith(ticket["topic"])
            assert row["contact_channel"] == ticket["way"]
            assert row["email_key"].startswith("em_")
        assert row["_bad"] is None
    rated = Counter(ticket["rating"] for ticket in asked if ticket["done_at"])
    landed = Counter(row["satisfaction"] for row in rows.values())
    assert {name: landed[name] for name in ("good", "bad", "offered")} == {
        name: rated[name] for name in ("good", "bad", "offered")
    }


def test_of_a_deleted_ticket_only_the_fact_is_kept_and_a_merged_one_does_not_count(workspace, company):
    load(workspace, company)

    rows = landed_rows(workspace, "support_tickets")
    deleted = [row for row in rows if row["status"] == "deleted"]
    assert deleted
    for row in deleted:
        assert {row[name] for name in ("email_key", "subject", "body", "topic")} == {None}
    merged = {
        f"zendesk:{ticket['number']}" for ticket in read_tickets(company, "zendesk") if ticket["is_merged"]
    }
    assert {row["ticket_id"] for row in rows if row["status"] == "merged"} == merged != set()


def test_what_people_write_is_masked_on_the_way(workspace, company):
    load(workspace, company)

    texts = " ".join(row["body"] or "" for row in landed_rows(workspace, "support_tickets"))
    assert "[name]" in texts
    assert "[phone]" in texts
    assert "23125" not in texts


def test_a_later_load_brings_answers_and_deletions(workspace, other_workspace, company):
    with world_of(replace(WORLD, until=WORLD.until - timedelta(days=10))) as earlier:
        load(workspace, earlier)
    before = {row["ticket_id"]: row["status"] for row in landed_rows(workspace, "support_tickets")}
    load(workspace, company)
    load(other_workspace, company)

    after = landed_rows(workspace, "support_tickets")
    assert after == landed_rows(other_workspace, "support_tickets")
    changed = {
        before[row["ticket_id"]]
        for row in after
        if before.get(row["ticket_id"], row["status"]) != row["status"]
    }
    assert "open" in changed


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace, company):
    load(workspace, company)
    rows, batches = landed_rows(workspace, "support_tickets"), landed_batches(workspace, "support_tickets")
    load(workspace, company)

    assert landed_rows(workspace, "support_tickets") == rows
    assert landed_batches(workspace, "support_tickets") == batches


def test_a_topic_field_takes_the_place_of_tags(workspace, company):
    load(
        workspace,
        company,
        source_of("zendesk", options={"subdomain": "northbeam", "topic_field": 360001}),
    )

    topics = {row["topic"] for row in landed_rows(workspace, "support_tickets") if row["topic"]}
    assert topics == {"calibration", "delivery", "display_error", "invoice", "training"}


@pytest.mark.parametrize("kind", [*HTTP_FAULTS, *PAGE_FAULTS, "timeout"])
def test_faults_end_in_the_rows_of_an_undisturbed_load(tmp_path, workspace, company, kind):
    undisturbed = undisturbed_snapshot(tmp_path / "calm", workspace, SOURCE, company)
    fault = Fault(kind, "zendesk", "tickets/cursor", at=2 if kind in HTTP_FAULTS else 1)

    assert loaded_snapshot(tmp_path / kind, workspace, SOURCE, company, faults=[fault]) == undisturbed
    assert undisturbed["support_tickets"]


def test_a_wrong_token_is_refused_without_showing_it(workspace, company):
    secrets = {"ZENDESK_USER": SecretStr("mara@example.com"), "ZENDESK_API_TOKEN": SecretStr("canary-token")}
    with pytest.raises(SourceError, match="refused a request") as error:
        load(workspace, company, secrets=secrets)
    assert "canary" not in str(error.value)
    assert files_with(workspace.root, "canary-token") == []


def test_recorded_tickets_users_metrics_and_ratings_are_accepted(workspace, test_data):
    recorded = airbyte_records(test_data, "zendesk-support")
    tickets = completed(recorded["tickets"], users=recorded["users"], metrics=recorded["ticket_metrics"])
    land_records(workspace, "zendesk", {"tickets": tickets}, source=SOURCE)

    rows = {row["ticket_id"]: row for row in landed_rows(workspace, "support_tickets")}
    assert {row["_bad"] for row in rows.values()} == {None}
    assert rows.keys() == {f"zendesk:{ticket['id']}" for ticket in recorded["tickets"]}
    scores = {str(ticket["id"]): ticket["satisfaction_rating"]["score"] for ticket in recorded["tickets"]}
    for name, score in scores.items():
        assert rows[f"zendesk:{name}"]["satisfaction"] == (None if score == "unoffered" else score)
    voicemail = rows["zendesk:145"]
    assert voicemail["contact_channel"] == "phone"
    assert "601-8567" not in voicemail["subject"] + voicemail["body"]


def test_recorded_ratings_say_what_tickets_say(test_data):
    # The ratings are not read on their own: a ticket holds its newest one.
    recorded = airbyte_records(test_data, "zendesk-support")
    newest = {rating["ticket_id"]: rating["score"] for rating in recorded["satisfaction_ratings"]}
    for ticket in recorded["tickets"]:
        if ticket["id"] in newest:
            assert ticket["satisfaction_rating"]["score"] == newest[ticket["id"]]
