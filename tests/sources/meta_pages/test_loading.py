"""Meta's pages from the sandbox: posts land with their totals so far, which grow for three months."""

from dataclasses import replace
from datetime import timedelta

import pytest

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.social import find_posts
from countersign.sources.sandbox.vendors import meta_pages as vendor
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
BOTH = {"page_id": vendor.PAGE_ID, "instagram_id": vendor.INSTAGRAM_ID}


KEYS = {"facebook": "page_id", "instagram": "instagram_id"}


def pages(**options):
    return source_of("meta_pages", since=SINCE, options=options or BOTH)


def week_later(world):
    return replace(world, until=world.until + timedelta(days=7))


def load(workspace, world, **said):
    return load_from_sandbox(workspace, "meta_pages", world, source=said.pop("source", pages()), **said)


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


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_every_post_lands_with_its_totals(world, undisturbed, platform):
    known = [post for post in find_posts(world, platform) if post["published_at"].date() >= SINCE]
    rows = [row for row in undisturbed["social_posts"] if row["platform"] == platform]

    assert [
        (row["published_at"], row["impressions"], row["reactions"], row["comments"], row["shares"])
        for row in sorted(rows, key=lambda row: row["published_at"])
    ] == [
        (post["published_at"], post["views"], post["reactions"], post["comments"], post["shares"])
        for post in known
    ]
    assert len(known) > 2
    assert {(row["page_id"], row["_bad"]) for row in rows} == {(BOTH[KEYS[platform]], None)}


def test_only_what_is_named_is_read(workspace, world):
    load(workspace, world, source=pages(instagram_id=vendor.INSTAGRAM_ID))

    assert {row["platform"] for row in landed_rows(workspace, "social_posts")} == {"instagram"}


def test_a_source_without_a_page_is_refused(workspace, world):
    with pytest.raises(SettingsError, match="page_id, instagram_id or both"):
        load(workspace, world, source=pages(api_version="v25.0"))


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace, world):
    load(workspace, world)
    before = landed_batches(workspace, "social_posts")
    load(workspace, world)

    assert landed_batches(workspace, "social_posts") == before


def test_totals_grow_and_what_was_taken_down_goes(workspace):
    first = small_world(weeks=6, scale=0.05, known_weeks=3)
    source = source_of("meta_pages", since=first.first_day, options=BOTH)
    load(workspace, first, source=source)
    before = {row["post_id"]: row["impressions"] for row in landed_rows(workspace, "social_posts")}
    load(workspace, week_later(first), source=source)
    after = {row["post_id"]: row["impressions"] for row in landed_rows(workspace, "social_posts")}

    with world_of(week_later(first)) as known:
        posts = find_posts(known, "facebook") + find_posts(known, "instagram")
    assert len(after) == len(posts)
    assert before.keys() - after.keys()
    assert after.keys() - before.keys()
    kept = before.keys() & after.keys()
    assert sum(after[name] for name in kept) > sum(before[name] for name in kept)


def test_addresses_in_posts_are_masked(world, undisturbed):
    said = [post["text"] for post in find_posts(world, "facebook") + find_posts(world, "instagram")]
    assert any("ina.keller@northbeam.example" in text for text in said)

    landed = " ".join(row["text"] for row in undisturbed["social_posts"])
    assert "ina.keller@" not in landed
    assert "1234567" not in landed


@pytest.mark.parametrize(
    "fault",
    [
        Fault("too_many_requests", "meta_pages", "/media"),
        Fault("server_error", "meta_pages", "/published_posts", times=2),
        Fault("unavailable", "meta_pages", "/published_posts"),
        Fault("cut_off", "meta_pages", "/media", at=2),
        Fault("page_twice", "meta_pages", "/published_posts"),
        Fault("cursor_expires", "meta_pages", "/published_posts"),
    ],
    ids=lambda fault: fault.kind,
)
def test_a_fault_does_not_show(workspace, world, undisturbed, fault, monkeypatch):
    monkeypatch.setattr(vendor, "LARGEST_PAGE", 1)
    load(workspace, world, faults=[fault])

    assert snapshot_of(workspace) == undisturbed


def test_a_token_that_ran_out_is_refused_in_words_and_kept_nowhere(workspace, world, caplog):
    with pytest.raises(SourceError, match="renew the token if it ran out") as refused:
        load(workspace, world, faults=[Fault("token_expires", "meta_pages", "/media", at=2)])
    load(workspace, world)

    assert files_with(workspace.root, "sandbox-meta_pages-access_token") == []
    assert "sandbox-meta_pages-access_token" not in caplog.text + str(refused.value)
