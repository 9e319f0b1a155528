"""Intercom from the sandbox: conversations that are requests land once, all as its specification says."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from pydantic import SecretStr

from countersign.core.errors import SourceError
from countersign.sources.intercom.streams import completed
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.support_desk import read_tickets
from countersign.sources.sandbox.world import world_of
from tests.sources.sandboxed import (
    airbyte_records,
    end_of,
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

WORLD = small_world(weeks=12, scale=1.0)


@pytest.fixture(scope="module")
def company():
    """The simulated company, once for all tests."""
    with world_of(WORLD) as world:
        yield world


def load(workspace, world, **said):
    return load_from_sandbox(workspace, "intercom", world, **said)


def requests_of(world):
    return [ticket for ticket in read_tickets(world, "intercom") if ticket["visit_id"] % 10]


def test_every_request_lands_with_its_times_and_topic(workspace, company):
    load(workspace, company)

    rows = {row["ticket_id"]: row for row in landed_rows(workspace, "support_tickets")}
    asked = requests_of(company)
    assert rows.keys() == {f"intercom:{ticket['number']}" for ticket in asked}
    assert len(rows) > 100
    for ticket in asked:
        row = rows[f"intercom:{ticket['number']}"]
        assert (row["created_at"], row["first_reply_at"]) == (ticket["opened_at"], ticket["reply_at"])
        assert (row["solved_at"], row["topic"]) == (ticket["done_at"], ticket["topic"])
        assert row["account_id"] == ticket["account_id"]
        assert "<p>" not in row["body"] + row["subject"]
        assert row["email_key"].startswith("em_")
        assert row["_bad"] is None
    rated = Counter(ticket["rating"] for ticket in asked if ticket["done_at"])
    landed = Counter(row["satisfaction"] for row in rows.values())
    for name in ("good", "bad", "offered"):
        assert landed[name] == rated[name] > 0


def test_tickets_of_two_help_desks_do_not_collide(workspace, company):
    load(workspace, company)
    zendesk = source_of("zendesk", options={"subdomain": "northbeam"})
    load_from_sandbox(workspace, "zendesk", company, source=zendesk)

    ids = [row["ticket_id"] for row in landed_rows(workspace, "support_tickets")]
    assert len(set(ids)) == len(ids)
    assert {name.partition(":")[0] for name in ids} == {"intercom", "zendesk"}


def test_a_later_load_brings_answers(workspace, other_workspace, company):
    with world_of(replace(WORLD, until=WORLD.until - timedelta(days=10))) as earlier:
        load(workspace, earlier)
    before = {row["ticket_id"]: row["status"] for row in landed_rows(workspace, "support_tickets")}
    load(workspace, company)
    load(other_workspace, company)

    after = landed_rows(workspace, "support_tickets")
    assert after == landed_rows(other_workspace, "support_tickets")
    assert any(before.get(row["ticket_id"]) == "open" and row["status"] == "closed" for row in after)
    assert len(after) > len(before)


def test_a_load_that_ended_at_noon_misses_nothing_of_the_afternoon(workspace, other_workspace, company):
    # The search matches dates by whole days: asked for what is after noon, it would begin at midnight.
    load(workspace, company, until=end_of(WORLD) - timedelta(days=12, hours=11))
    load(workspace, company)
    load(other_workspace, company)

    assert landed_rows(workspace, "support_tickets") == landed_rows(other_workspace, "support_tickets")


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace, company):
    load(workspace, company)
    rows, batches = landed_rows(workspace, "support_tickets"), landed_batches(workspace, "support_tickets")
    load(workspace, company)

    assert landed_rows(workspace, "support_tickets") == rows
    assert landed_batches(workspace, "support_tickets") == batches


def test_a_topic_attribute_takes_the_place_of_tags(workspace, company):
    load(workspace, company, source=source_of("intercom", options={"topic_attribute": "Topic"}))

    topics = {row["topic"] for row in landed_rows(workspace, "support_tickets")}
    assert topics == {"calibration", "delivery", "display_error", "invoice", "training"}


@pytest.mark.parametrize("kind", [*HTTP_FAULTS, *PAGE_FAULTS])
def test_faults_end_in_the_rows_of_an_undisturbed_load(tmp_path, workspace, company, kind):
    source = source_of("intercom")
    undisturbed = undisturbed_snapshot(tmp_path / "calm", workspace, source, company)
    fault = Fault(kind, "intercom", "/conversations/search", at=2 if kind in HTTP_FAULTS else 1)

    assert loaded_snapshot(tmp_path / kind, workspace, source, company, faults=[fault]) == undisturbed
    assert undisturbed["support_tickets"]


def test_a_wrong_token_is_refused_without_showing_it(workspace, company):
    secrets = {"INTERCOM_ACCESS_TOKEN": SecretStr("canary-token")}
    with pytest.raises(SourceError, match="refused a request") as error:
        load(workspace, company, secrets=secrets)
    assert "canary" not in str(error.value)
    assert files_with(workspace.root, "canary-token") == []


def test_requests_and_answers_fit_the_specification(workspace, company, test_data, monkeypatch):
    path = test_data / "intercom_openapi" / "api.intercom.io.yaml"
    if not path.is_file():
        pytest.skip("intercom_openapi is not in the test data: set COUNTERSIGN_TEST_DATA to its folder")
    specification = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    with world_of(replace(WORLD, until=WORLD.until - timedelta(days=10))) as earlier:
        load(workspace, earlier)
    with listening(monkeypatch) as wire:
        load(workspace, company)

    used = {urlsplit(request.url).path.removeprefix("/intercom") for request, _ in wire.exchanges}
    assert used == {"/conversations/search", "/contacts/search"}
    server = wire.exchanges[0][0].url.partition("/intercom")[0] + "/intercom"
    document = {
        **specification,
        "servers": [{"url": server}],
        "paths": {one: specification["paths"][one] for one in used},
    }
    openapi = OpenAPI.from_dict(as_it_answers(document), config=Config(spec_validator_cls=None))
    for request, response in wire.exchanges:
        openapi.validate_request(RequestsOpenAPIRequest(request))
        openapi.validate_response(RequestsOpenAPIRequest(request), RequestsOpenAPIResponse(response))


def as_it_answers(node):
    """The document without what Intercom itself does otherwise.

    Alternatives overlap (a filter fits the shape of a group of filters too), and instants, which are whole
    numbers, are published with the format of a text.
    """
    if isinstance(node, dict):
        kept = {name: value for name, value in node.items() if (name, value) != ("format", "date-time")}
        return {("anyOf" if name == "oneOf" else name): as_it_answers(value) for name, value in kept.items()}
    return [as_it_answers(one) for one in node] if isinstance(node, list) else node


def test_recorded_conversations_and_contacts_are_accepted_or_are_no_requests(workspace, test_data):
    recorded = airbyte_records(test_data, "intercom")
    conversations = completed(recorded["conversations"], contacts=recorded["contacts"])
    land_records(workspace, "intercom", {"conversations": conversations})

    rows = {row["ticket_id"]: row for row in landed_rows(workspace, "support_tickets")}
    assert rows.keys() == {
        f"intercom:{one['id']}" for one in recorded["conversations"] if one["first_contact_reply"]
    }
    first = rows["intercom:1"]
    assert (first["status"], first["body"], first["contact_channel"]) == ("open", "hey there", "chat")
    assert first["_bad"] is None
