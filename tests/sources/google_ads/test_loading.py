"""Google Ads from the sandbox: every account's days land once, restated weeks replace themselves."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.google_ads.streams import text_of
from countersign.sources.sandbox.google_ads_accounts import CLOSED, MAIN, MANAGER, TRIALS, US, ad_group_days
from countersign.sources.sandbox.world import world_of
from tests.sources.ad_platforms import rows_of_demo_files
from tests.sources.sandboxed import (
    landed_batches,
    landed_rows,
    load_from_sandbox,
    small_world,
    source_of,
)

WORLD = small_world(weeks=6, scale=0.3)


def google(*customers: str, weeks: int = 3, world=WORLD, **said):
    since = world.until - timedelta(weeks=weeks)
    options = {"customers": list(customers), "manager_id": MANAGER.id, **said.pop("options", {})}
    return source_of("google_ads", since=since, options=options, **said)


def load(workspace, *customers: str, world=WORLD, **said):
    source = said.pop("source", google(*customers or (MAIN.id,), world=world))
    return load_from_sandbox(workspace, "google_ads", world, source=source, **said)


def spend_of(rows, campaign_id: str) -> Decimal:
    return sum((row["spend"] for row in rows if row["campaign_id"] == campaign_id), Decimal())


def test_every_ad_group_and_day_lands_with_its_figures(workspace):
    load(workspace)

    with world_of(WORLD) as world:
        known = world.rows(
            """
            select campaign_id, campaign, ad_group_id, ad_group, day, spend::decimal(18, 6) as spend,
                impressions::bigint as impressions, clicks::bigint as clicks,
                conversions::decimal(18, 6) as conversions
            from ad_days where platform = 'google_ads' and day >= ?
                and impressions + clicks + conversions > 0 -- Google leaves out days on which nothing happened
            order by campaign_id, ad_group_id, day
            """,
            [WORLD.until - timedelta(weeks=3)],
        )
    rows = landed_rows(workspace, "ad_performance")
    assert [
        (
            row["campaign_id"], row["campaign_name"], row["ad_group_id"], row["ad_group_name"],
            row["account_day"], row["spend"], row["impressions"], row["clicks"], row["platform_conversions"],
        )
        for row in rows
    ] == [tuple(row.values()) for row in known]  # fmt: skip
    assert {row["_bad"] for row in rows} == {None}


def test_rows_equal_those_of_the_demos_files(workspace):
    by_file = rows_of_demo_files(workspace, "google_ads", weeks=10, is_second_week=False)
    world = small_world(weeks=10, scale=1.0)
    load(
        workspace,
        MAIN.id,
        US.id,
        world=world,
        source=google(MAIN.id, US.id, world=world, weeks=10),
        name="by_api",
    )
    by_api = landed_rows(workspace, "ad_performance", source="by_api")

    assert len(by_api) == 8 * 7 * 10 + 3
    assert sorted(by_api, key=str) == sorted(by_file, key=str)


def test_each_account_keeps_its_currency_and_zone(workspace):
    load(workspace, MAIN.id, US.id)

    rows = landed_rows(workspace, "ad_performance")
    assert {(row["account_id"], row["currency"], row["account_time_zone"]) for row in rows} == {
        (MAIN.id, "EUR", "Europe/Berlin"),
        (US.id, "USD", "America/New_York"),
    }


def test_spend_of_campaigns_without_ad_groups_is_a_row_of_the_campaign(workspace):
    load(workspace, TRIALS.id)

    rows = [row for row in landed_rows(workspace, "ad_performance") if row["campaign_id"] == "12001"]
    assert len(rows) == 21
    assert {(row["ad_group_id"], row["ad_group_name"]) for row in rows} == {("", None)}
    assert min(row["spend"] for row in rows) > 0


def test_every_single_ad_and_day_lands_with_what_it_says(workspace):
    load(workspace)

    with world_of(WORLD) as world:
        known = world.rows(
            """
            select campaign_id, ad_group_id, ad_id, headline || ' | ' || body as text, day,
                spend::decimal(18, 6) as spend, impressions, clicks,
                conversions::decimal(18, 6) as conversions
            from single_ad_days where platform = 'google_ads' and day >= ?
                and impressions + clicks + conversions > 0
            order by campaign_id, ad_group_id, ad_id, day
            """,
            [WORLD.until - timedelta(weeks=3)],
        )
    rows = landed_rows(workspace, "single_ad_performance")
    assert [
        (
            row["campaign_id"], row["ad_group_id"], row["ad_id"], row["ad_text"], row["account_day"],
            row["spend"], row["impressions"], row["clicks"], row["platform_conversions"],
        )
        for row in rows
    ] == [tuple(row.values()) for row in known]  # fmt: skip
    assert {(row["ad_name"], row["currency"], row["_bad"]) for row in rows} == {(None, "EUR", None)}


def test_single_ads_add_up_to_their_ad_groups_and_campaigns_without_ads_have_none(workspace):
    load(workspace, MAIN.id, TRIALS.id)

    ads, groups = (landed_rows(workspace, table) for table in ("single_ad_performance", "ad_performance"))
    for campaign in ("11003", "12002"):
        assert spend_of(ads, campaign) == spend_of(groups, campaign) > 0
    assert spend_of(ads, "12001") == 0 < spend_of(groups, "12001")


@pytest.mark.parametrize("ad", [{}, {"responsiveSearchAd": {}}, {"responsiveSearchAd": {"headlines": [{}]}}])
def test_an_ad_of_another_kind_says_nothing_that_we_read(ad):
    assert text_of({"adGroupAd": {"ad": {"id": "1", **ad}}}) is None


def test_removed_campaigns_and_late_conversions_stay(workspace):
    load(workspace, TRIALS.id)

    rows = landed_rows(workspace, "ad_performance")
    assert spend_of(rows, "12002") > 0
    ((late),) = [row for row in rows if row["impressions"] == 0]
    assert (late["platform_conversions"], late["spend"], late["clicks"]) == (1, 0, 0)


def test_no_spend_is_lost_or_counted_twice(workspace):
    load(workspace, TRIALS.id)

    with world_of(WORLD) as world:
        known = ad_group_days(world, TRIALS, first=WORLD.until - timedelta(weeks=3), last=WORLD.until)
    rows = landed_rows(workspace, "ad_performance")
    assert sum(row["spend"] for row in rows) == Decimal(sum(row["cost_micros"] for row in known)) / 10**6


def test_all_enabled_accounts_under_a_manager_are_read_when_none_is_named(workspace):
    load(workspace, source=google())

    assert {row["account_id"] for row in landed_rows(workspace, "ad_performance")} == {
        MAIN.id, US.id, TRIALS.id,
    }  # fmt: skip


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace):
    load(workspace, MAIN.id, TRIALS.id)
    before = landed_batches(workspace, "ad_performance")
    load(workspace, MAIN.id, TRIALS.id)

    assert landed_batches(workspace, "ad_performance") == before


def test_a_restated_week_replaces_its_rows(workspace):
    known = small_world(weeks=7, scale=0.3, known_weeks=6)
    load(workspace, world=known)
    before = {key(row): row for row in landed_rows(workspace, "ad_performance")}
    later = replace(known, until=known.until + timedelta(days=7))
    load(workspace, world=later)
    after = {key(row): row for row in landed_rows(workspace, "ad_performance")}

    last_week = [one for one in before if one[-1] >= known.until - timedelta(days=7)]
    assert sum(before[one]["spend"] - after[one]["spend"] for one in last_week) > 0
    assert [row for row in after.values() if key(row)[-1] >= known.until - timedelta(weeks=2)] == fresh_rows(
        workspace, later
    )


def key(row):
    return row["account_id"], row["campaign_id"], row["ad_group_id"], row["account_day"]


def fresh_rows(workspace, world):
    load(workspace, world=world, name="fresh")
    return landed_rows(workspace, "ad_performance", source="fresh")


def test_options_say_how_many_days_are_read_again(workspace):
    short = google(MAIN.id, options={"restated_days": 1})
    load(workspace, source=short)
    asked: list[str] = []
    load(workspace, source=short, after_step=asked.append)

    assert asked.count("progress_kept") == 2, "one week of each of the two streams"


def test_other_conversions_can_be_chosen_in_the_workspace(workspace):
    every = {"ad_performance": {"platform_conversions": {"column": "$.metrics.allConversions"}}}
    load(workspace)
    load(workspace, source=google(MAIN.id, columns=every), name="all_actions")

    own = landed_rows(workspace, "ad_performance", source="google_ads")
    all_actions = landed_rows(workspace, "ad_performance", source="all_actions")
    for goal, action in zip(own, all_actions, strict=True):
        assert action["platform_conversions"] == round(goal["platform_conversions"] * Decimal("1.4"), 2)


@pytest.mark.parametrize(
    ("customers", "said"),
    [
        ((CLOSED.id,), "CUSTOMER_NOT_ENABLED"),
        ((MANAGER.id,), "REQUESTED_METRICS_FOR_MANAGER"),
        (("1234567890",), "USER_PERMISSION_DENIED"),
    ],
    ids=["closed account", "manager account", "account of others"],
)
def test_what_google_refuses_is_said_in_its_words(workspace, customers, said):
    with pytest.raises(SourceError, match=said) as error:
        load(workspace, *customers)
    assert "fix:" in str(error.value)


@pytest.mark.parametrize("options", [{}, {"customers": ["12-34"]}, {"customers": ["418-220-7731"], "x": 1}])
def test_options_that_do_not_fit_are_refused(workspace, options):
    source = source_of("google_ads", since=date(2026, 10, 5), options=options)
    with pytest.raises(SettingsError, match="options of google_ads"):
        load(workspace, source=source)
