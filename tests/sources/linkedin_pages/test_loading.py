"""LinkedIn's pages from the sandbox: posts land with their unpaid totals so far."""

from dataclasses import replace
from datetime import timedelta

import pytest

from countersign.sources.linkedin_pages import streams
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.social import find_posts
from countersign.sources.sandbox.vendors import linkedin_pages as vendor
from countersign.sources.sandbox.world import world_of
from tests.sources.sandboxed import (
    files_with,
    landed_batches,
    landed_rows,
    load_from_sandbox,
    small_world,
    snapshot_of,
    source_of,
)

WORLD = small_world(weeks=6, scale=0.05)
# Four weeks are read, so that the many loads of this file stay quick.
SINCE = WORLD.until - timedelta(weeks=4)


def load(workspace, world, *, since_day=SINCE, **said):
    source = source_of("linkedin_pages", since=since_day, options={"organization_id": vendor.ORGANIZATION})
    return load_from_sandbox(workspace, "linkedin_pages", world, source=source, **said)


@pytest.fixture(scope="module")
def world():
    with world_of(WORLD) as known:
        yield known


@pytest.fixture(scope="module")
def undisturbed(new_workspace, world):
    """What a load without faults gives."""
    found = new_workspace()
    load(found, world)
    return snapshot_of(found)


def test_every_post_lands_with_its_totals(world, undisturbed):
    known = [post for post in find_posts(world, "linkedin") if post["published_at"].date() >= SINCE]
    rows = sorted(undisturbed["social_posts"], key=lambda row: row["published_at"])

    assert [
        (
            row["post_id"], row["published_at"], row["impressions"], row["reactions"], row["comments"],
            row["shares"], row["clicks"],
        )
        for row in rows
    ] == [
        (
            vendor.urn_of(post), post["published_at"], post["views"], post["reactions"], post["comments"],
            post["shares"], post["clicks"],
        )
        for post in known
    ]  # fmt: skip
    assert len(known) > 5
    assert {row["post_type"] for row in rows} <= {"article", "media", "multiImage", "text"}
    assert {(row["platform"], row["page_id"], row["_bad"]) for row in rows} == {
        ("linkedin", vendor.ORGANIZATION, None)
    }


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace, world):
    load(workspace, world)
    before = landed_batches(workspace, "social_posts")
    load(workspace, world)

    assert landed_batches(workspace, "social_posts") == before


def test_totals_grow_and_what_was_taken_down_goes(workspace):
    first = small_world(weeks=6, scale=0.05, known_weeks=3)
    later = replace(first, until=first.until + timedelta(days=7))
    load(workspace, first, since_day=first.first_day)
    before = {row["post_id"]: row["impressions"] for row in landed_rows(workspace, "social_posts")}
    load(workspace, later, since_day=first.first_day)
    after = {row["post_id"]: row["impressions"] for row in landed_rows(workspace, "social_posts")}

    with world_of(later) as known:
        assert after.keys() == {vendor.urn_of(post) for post in find_posts(known, "linkedin")}
    assert before.keys() - after.keys()
    assert after.keys() - before.keys()
    kept = before.keys() & after.keys()
    assert sum(after[name] for name in kept) > sum(before[name] for name in kept)


def test_posts_and_totals_on_many_small_pages_are_the_same(workspace, world, undisturbed, monkeypatch):
    monkeypatch.setattr(streams, "PAGE", 3)
    monkeypatch.setattr(streams, "POSTS_A_QUESTION", 2)
    load(workspace, world)

    assert snapshot_of(workspace) == undisturbed


@pytest.mark.parametrize(
    "fault",
    [
        Fault("too_many_requests", "linkedin_pages", "/posts"),
        Fault("server_error", "linkedin_pages", "Statistics", times=2),
        Fault("unavailable", "linkedin_pages", "/posts"),
        Fault("cut_off", "linkedin_pages", "Statistics", at=2),
        Fault("token_expires", "linkedin_pages", "Statistics", at=2),
    ],
    ids=lambda fault: fault.kind,
)
def test_a_fault_does_not_show(workspace, world, undisturbed, fault):
    load(workspace, world, faults=[fault])

    assert snapshot_of(workspace) == undisturbed


def test_a_page_of_posts_served_twice_does_not_show(workspace, world, undisturbed, monkeypatch):
    monkeypatch.setattr(streams, "PAGE", 3)
    load(workspace, world, faults=[Fault("page_twice", "linkedin_pages", "/posts")])

    assert snapshot_of(workspace) == undisturbed


def test_no_secret_is_kept_anywhere(workspace, world, caplog):
    load(workspace, world, faults=[Fault("token_expires", "linkedin_pages", "Statistics", at=2)])

    for secret in ("sandbox-linkedin_pages-", "-session-"):
        assert files_with(workspace.root, secret) == []
        assert secret not in caplog.text
