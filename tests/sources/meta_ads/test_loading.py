"""Meta ads from the sandbox: every ad set and day lands once, restated weeks replace themselves."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.meta_ads.options import MetaOptions
from countersign.sources.meta_ads.streams import read_texts
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.vendors import meta_ads as vendor
from countersign.sources.sandbox.world import world_of
from tests.sources.ad_platforms import comparable, rows_of_demo_files, transient_faults
from tests.sources.sandboxed import (
    end_of,
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
ACCOUNT = {"account_id": "act_905512740"}


def meta(**options):
    return source_of("meta_ads", since=SINCE, options={**ACCOUNT, **options})


def week_later(world):
    return replace(world, until=world.until + timedelta(days=7))


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


def load(workspace, world, **said):
    return load_from_sandbox(workspace, "meta_ads", world, source=said.pop("source", meta()), **said)


def test_every_ad_set_and_day_lands_with_its_figures(workspace, world):
    load(workspace, world)

    known = world.rows(
        """
        select campaign_id, campaign_name, adset_id, adset_name, day, spend::decimal(18, 6) as spend,
            impressions::bigint as impressions, clicks::bigint as clicks,
            conversions::decimal(18, 6) as leads
        from meta_ads where day >= ? order by campaign_id, adset_id, day
        """,
        [SINCE],
    )
    rows = landed_rows(workspace, "ad_performance")
    assert [
        (
            row["campaign_id"], row["campaign_name"], row["ad_group_id"], row["ad_group_name"],
            row["account_day"], row["spend"], row["impressions"], row["clicks"], row["platform_conversions"],
        )
        for row in rows
    ] == [tuple(row.values()) for row in known]  # fmt: skip
    assert {row["account_id"] for row in rows} == {"act_905512740"}
    assert {(row["currency"], row["account_time_zone"]) for row in rows} == {("EUR", "Europe/Berlin")}
    assert {row["_bad"] for row in rows} == {None}


def test_every_ad_and_day_lands_with_what_it_says(workspace, world):
    load(workspace, world)

    known = world.rows(
        """
        select campaign_id, ad_group_id, ad_id, ad_name, headline || ' | ' || body as text, day,
            spend::decimal(18, 6) as spend, impressions, clicks, conversions::decimal(18, 6) as conversions
        from single_ad_days where platform = 'meta_ads' and day >= ?
        order by campaign_id, ad_group_id, ad_id, day
        """,
        [SINCE],
    )
    rows = landed_rows(workspace, "single_ad_performance")
    assert [
        (
            row["campaign_id"], row["ad_group_id"], row["ad_id"], row["ad_name"], row["ad_text"],
            row["account_day"], row["spend"], row["impressions"], row["clicks"], row["platform_conversions"],
        )
        for row in rows
    ] == [tuple(row.values()) for row in known]  # fmt: skip
    assert {(row["account_id"], row["currency"], row["_bad"]) for row in rows} == {
        ("act_905512740", "EUR", None)
    }


def test_ads_add_up_to_their_ad_sets(workspace, world):
    load(workspace, world)

    added = [
        sum(row["spend"] for row in landed_rows(workspace, table))
        for table in ("single_ad_performance", "ad_performance")
    ]
    assert added[0] == added[1] > 0


@pytest.mark.parametrize(
    ("creative", "text"),
    [
        ({"title": "From stock", "body": "Order today"}, "From stock | Order today"),
        ({"body": "Order today"}, "Order today"),
        ({"asset_feed_spec": {"bodies": [{"text": "One of many"}]}}, None),
        (None, None),
    ],
    ids=["both", "body only", "put together by Meta", "no creative"],
)
def test_an_ad_says_what_its_creative_holds_as_its_own(creative, text):
    class Answer:
        def get(self, path, params):
            return {"data": [{"id": "7", "creative": creative}]}

    assert read_texts(Answer(), MetaOptions(**ACCOUNT)).get("7") == text


def test_a_value_is_landed_only_where_meta_tells_one(workspace, world):
    load(workspace, world)

    for row in landed_rows(workspace, "ad_performance"):
        expected = row["platform_conversions"] * 90 if row["platform_conversions"] else None
        assert row["platform_conversion_value"] == expected


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace, world):
    load(workspace, world)
    before = landed_batches(workspace, "ad_performance")
    load(workspace, world)

    assert landed_batches(workspace, "ad_performance") == before


def test_rows_equal_those_of_the_demos_files_and_after_the_restated_week_too(workspace):
    """The demo reads Meta through this connector: its story must not change."""
    first = small_world(weeks=8, scale=1.0)
    source = source_of("meta_ads", name="meta", since=first.first_day, options=ACCOUNT)
    for is_second_week, known in ((False, first), (True, week_later(first))):
        files = rows_of_demo_files(workspace, "meta_ads", weeks=8, is_second_week=is_second_week)
        load_from_sandbox(workspace, "meta_ads", known, source=source, name="meta")

        assert comparable(landed_rows(workspace, "ad_performance", source="meta")) == comparable(files)


def test_a_restated_week_replaces_its_rows(workspace):
    first = small_world(weeks=7, scale=0.3, known_weeks=6)
    load(workspace, first)
    before = landed_rows(workspace, "ad_performance")
    load(workspace, week_later(first))
    after = {
        (row["ad_group_id"], row["account_day"]): row for row in landed_rows(workspace, "ad_performance")
    }

    last_week = [row for row in before if row["account_day"] >= first.until - timedelta(days=7)]
    paid_back = sum(
        row["spend"] - after[row["ad_group_id"], row["account_day"]]["spend"] for row in last_week
    )
    assert paid_back > 0
    assert len(after) > len(before)


def test_what_a_deleted_ad_set_spent_is_asked_for(workspace, world):
    load(workspace, world)
    everything = {row["ad_group_id"] for row in landed_rows(workspace, "ad_performance")}
    asked = {
        "level": "adset",
        "time_increment": "1",
        "time_range": '{"since":"2026-11-09","until":"2026-11-15"}',
    }
    live = {row["adset_id"] for row in vendor.find_insights(world, {**asked, "fields": "adset_id"})}

    assert live < everything


def test_answers_day_by_day_give_the_same_rows_as_reports(workspace, world, undisturbed):
    load(workspace, world, source=meta(reports="direct"))

    assert snapshot_of(workspace) == undisturbed


def test_a_report_that_is_too_large_is_asked_for_in_halves(workspace, world, undisturbed, monkeypatch):
    monkeypatch.setattr(vendor, "LARGEST_REPORT_DAYS", 2)
    load(workspace, world)

    assert snapshot_of(workspace) == undisturbed


def test_a_report_of_one_day_that_fails_is_refused_in_words(workspace, world, monkeypatch):
    monkeypatch.setattr(vendor, "LARGEST_REPORT_DAYS", 0)

    with pytest.raises(SourceError, match="could not make the report of one day"):
        load(workspace, world)


@pytest.mark.parametrize(
    ("windows", "share"),
    [(["7d_click"], "clicked"), (["1d_view"], "viewed"), ([], "all")],
)
def test_conversions_count_in_the_windows_asked_for(workspace, world, windows, share):
    load(workspace, world, source=meta(attribution_windows=windows))

    known = world.rows("select conversions::bigint as n from meta_ads where day >= ?", [SINCE])
    viewed = sum(row["n"] * 3 // 10 for row in known)
    everything = sum(row["n"] for row in known)
    expected = {"clicked": everything - viewed, "viewed": viewed, "all": everything}[share]
    assert sum(row["platform_conversions"] for row in landed_rows(workspace, "ad_performance")) == expected


def test_other_actions_can_be_counted(workspace, world):
    load(workspace, world, source=meta(conversion_actions=["link_click"], attribution_windows=[]))

    for row in landed_rows(workspace, "ad_performance"):
        assert row["platform_conversions"] == Decimal(row["clicks"])


def test_windows_that_hold_one_another_are_refused(workspace, world):
    with pytest.raises(SettingsError, match="one window of each kind"):
        load(workspace, world, source=meta(attribution_windows=["1d_click", "7d_click"]))


@pytest.mark.parametrize("fault", transient_faults("meta_ads", "/insights"), ids=lambda fault: fault.kind)
def test_a_fault_of_the_connection_does_not_show(workspace, world, undisturbed, fault):
    load(workspace, world, faults=[fault], late_s=11.0)

    assert snapshot_of(workspace) == undisturbed


@pytest.mark.parametrize(
    "fault",
    [
        Fault("page_twice", "meta_ads", "/insights"),
        Fault("cursor_expires", "meta_ads", "/insights", at=1),
    ],
    ids=lambda fault: fault.kind,
)
def test_a_fault_of_paging_does_not_show(workspace, world, undisturbed, fault, monkeypatch):
    monkeypatch.setattr("countersign.sources.meta_ads.streams.PAGE", 10)
    load(workspace, world, faults=[fault])

    assert snapshot_of(workspace) == undisturbed


def test_a_token_that_ran_out_is_refused_in_words_and_the_next_load_goes_on(workspace, world, undisturbed):
    fault = Fault("token_expires", "meta_ads", "/insights", at=6, times=99)
    with pytest.raises(SourceError, match="renew the token if it ran out"):
        load(workspace, world, faults=[fault])

    assert 0 < len(landed_rows(workspace, "ad_performance")) < len(undisturbed["ad_performance"])
    load(workspace, world)
    assert snapshot_of(workspace) == undisturbed


def test_no_secret_is_kept_anywhere(workspace, world, caplog):
    fault = Fault("token_expires", "meta_ads", "/insights", at=6, times=99)
    with pytest.raises(SourceError) as refused:
        load(workspace, world, faults=[fault])
    load(workspace, world)

    for secret in ("sandbox-meta_ads-access_token", "sandbox-meta_ads-app_secret"):
        assert files_with(workspace.root, secret) == []
        assert secret not in caplog.text
        assert secret not in str(refused.value)


def test_the_worlds_end_is_the_last_day_asked_for(workspace, world):
    load(workspace, world, until=end_of(WORLD) - timedelta(days=7))

    last = max(row["account_day"] for row in landed_rows(workspace, "ad_performance"))
    assert last == WORLD.until - timedelta(days=8)
