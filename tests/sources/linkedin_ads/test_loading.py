"""LinkedIn ads from the sandbox: figures get their names and groups, restated weeks replace themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.linkedin_ads import streams
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.vendors import linkedin_ads as vendor
from countersign.sources.sandbox.world import world_of
from tests.sources.ad_platforms import comparable, rows_of_demo_files, transient_faults
from tests.sources.sandboxed import (
    files_with,
    landed_batches,
    landed_rows,
    load_from_sandbox,
    small_world,
    snapshot_of,
    source_of,
)

WORLD = small_world(weeks=6, scale=0.3)
# Three weeks are read, so that the many loads of this file stay quick.
SINCE = WORLD.until - timedelta(weeks=3)
ACCOUNT = {"account_id": "508812345"}


def linkedin(**options):
    return source_of("linkedin_ads", since=SINCE, options={**ACCOUNT, **options})


def week_later(world):
    return replace(world, until=world.until + timedelta(days=7))


def load(workspace, world, **said):
    return load_from_sandbox(workspace, "linkedin_ads", world, source=said.pop("source", linkedin()), **said)


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


def test_every_campaign_and_day_lands_with_its_group_and_figures(world, undisturbed):
    known = world.rows(
        """
        select campaign_id, campaign, ad_group_id, ad_group, day, spend::decimal(18, 6) as spend,
            impressions, clicks, round(conversions)::decimal(18, 6) as conversions
        from ad_days where platform = 'linkedin_ads' and day >= ? order by campaign_id, ad_group_id, day
        """,
        [SINCE],
    )
    rows = [row for row in undisturbed["ad_performance"] if row["ad_group_id"] != "330099"]
    assert [
        (
            row["campaign_id"], row["campaign_name"], row["ad_group_id"], row["ad_group_name"],
            row["account_day"], row["spend"], row["impressions"], row["clicks"], row["platform_conversions"],
        )
        for row in rows
    ] == [tuple(row.values()) for row in known]  # fmt: skip
    assert {(row["account_id"], row["currency"], row["account_time_zone"]) for row in rows} == {
        ("508812345", "EUR", "UTC")
    }
    assert {row["_bad"] for row in undisturbed["ad_performance"]} == {None}


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace, world):
    load(workspace, world)
    before = landed_batches(workspace, "ad_performance")
    load(workspace, world)

    assert landed_batches(workspace, "ad_performance") == before


def test_rows_equal_those_of_the_demos_files_and_after_the_restated_week_too(workspace):
    """The demo reads LinkedIn through this connector: its story must not change."""
    first = small_world(weeks=8, scale=1.0)
    source = source_of("linkedin_ads", name="linkedin", since=first.first_day, options=ACCOUNT)
    files = rows_of_demo_files(workspace, "linkedin_ads", weeks=8, is_second_week=False)
    load_from_sandbox(workspace, "linkedin_ads", first, source=source, name="linkedin")
    assert comparable(landed_rows(workspace, "ad_performance", source="linkedin")) == comparable(files)

    files = comparable(rows_of_demo_files(workspace, "linkedin_ads", weeks=8, is_second_week=True))
    load_from_sandbox(workspace, "linkedin_ads", week_later(first), source=source, name="linkedin")
    rows = comparable(landed_rows(workspace, "ad_performance", source="linkedin"))

    # The export repeats the last fourteen days; the connector also reads the weeks before again, in which
    # LinkedIn has claimed a few more conversions by now.
    repeated = first.until - timedelta(days=7)
    assert recent(rows, repeated) == recent(files, repeated)
    differing = [(ours, theirs) for ours, theirs in zip(rows, files, strict=True) if ours != theirs]
    assert len(differing) < 10
    for ours, theirs in differing:
        assert ours.pop("platform_conversions") > theirs.pop("platform_conversions")
        assert ours == theirs


def recent(rows, day):
    return [row for row in rows if row["account_day"] >= day]


def test_a_campaign_that_was_removed_keeps_its_name_and_group(world, undisturbed):
    everything = {campaign["id"] for campaign in vendor.find_campaigns(world, "1", ["ACTIVE", "REMOVED"])}
    active = {campaign["id"] for campaign in vendor.find_campaigns(world, "1", ["ACTIVE"])}

    [removed] = everything - active
    rows = [row for row in undisturbed["ad_performance"] if row["ad_group_id"] == str(removed)]
    assert rows
    assert all(row["campaign_name"] and row["ad_group_name"] for row in rows)


def test_an_answer_that_may_have_been_cut_off_is_asked_for_in_halves(
    workspace, world, undisturbed, monkeypatch
):
    monkeypatch.setattr(vendor, "MOST_ELEMENTS", 9)
    monkeypatch.setattr(streams, "MOST_ELEMENTS", 9)
    load(workspace, world)

    assert snapshot_of(workspace) == undisturbed


def test_a_day_that_was_cut_off_is_refused_and_nothing_of_it_lands(workspace, world, monkeypatch):
    monkeypatch.setattr(vendor, "MOST_ELEMENTS", 2)
    monkeypatch.setattr(streams, "MOST_ELEMENTS", 2)

    with pytest.raises(SourceError, match="cut off the figures of one day"):
        load(workspace, world)
    assert landed_batches(workspace, "ad_performance") == []


def test_leads_of_forms_can_be_counted_too(workspace, world, undisturbed):
    load(
        workspace, world, source=linkedin(conversion_metrics=["externalWebsiteConversions", "oneClickLeads"])
    )

    for row, usual in zip(
        landed_rows(workspace, "ad_performance"), undisturbed["ad_performance"], strict=True
    ):
        expected = usual["platform_conversions"] + usual["platform_conversions"] // 5
        assert row["platform_conversions"] == expected


@pytest.mark.parametrize(
    "metrics", [["clicks"], ["externalWebsiteConversions", "externalWebsitePostClickConversions"]]
)
def test_counts_that_are_no_conversions_or_hold_one_another_are_refused(workspace, world, metrics):
    with pytest.raises(SettingsError, match="externalWebsite"):
        load(workspace, world, source=linkedin(conversion_metrics=metrics))


def test_a_version_that_was_sunset_is_refused_in_words(workspace, world):
    with pytest.raises(SourceError, match="NONEXISTENT_VERSION"):
        load(workspace, world, source=linkedin(api_version="202403"))


@pytest.mark.parametrize(
    "fault", transient_faults("linkedin_ads", "/adAnalytics"), ids=lambda fault: fault.kind
)
def test_a_fault_of_the_connection_does_not_show(workspace, world, undisturbed, fault):
    load(workspace, world, faults=[fault], late_s=11.0)

    assert snapshot_of(workspace) == undisturbed


@pytest.mark.parametrize(
    "fault",
    [
        Fault("page_twice", "linkedin_ads", "/adCampaigns"),
        Fault("cursor_expires", "linkedin_ads", "/adCampaigns"),
        Fault("token_expires", "linkedin_ads", "/adAnalytics", at=3),
    ],
    ids=lambda fault: fault.kind,
)
def test_a_fault_of_paging_or_of_the_token_does_not_show(workspace, world, undisturbed, fault, monkeypatch):
    monkeypatch.setattr(vendor, "LARGEST_PAGE", 3)
    load(workspace, world, faults=[fault])

    assert snapshot_of(workspace) == undisturbed


def test_a_token_that_is_never_renewed_is_refused_in_words(workspace, world):
    fault = Fault("too_many_requests", "linkedin_ads", "/accessToken", times=99)
    with pytest.raises(SourceError, match="no access token"):
        load(workspace, world, faults=[fault])


def test_no_secret_is_kept_anywhere(workspace, world, caplog):
    load(workspace, world, faults=[Fault("token_expires", "linkedin_ads", "/adAnalytics", at=3)])

    for secret in ("sandbox-linkedin_ads-refresh_token", "sandbox-linkedin_ads-client_secret", "-session-"):
        assert files_with(workspace.root, secret) == []
        assert secret not in caplog.text
