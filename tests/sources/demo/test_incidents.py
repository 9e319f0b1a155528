"""Every planted incident can be measured in the raw files, at its place and in its days only."""

import json
from datetime import date

import pytest


@pytest.fixture(scope="module")
def incidents(demo):
    listed = json.loads((demo.root / demo.truth).read_text())["incidents"]
    return {one["kind"]: one for one in listed}


def test_truth_plants_six_kinds_each_with_place_days_and_size(incidents):
    assert len(incidents) == 6
    for one in incidents.values():
        assert one["channel"]
        assert date.fromisoformat(one["start"]) < date.fromisoformat(one["end"])
        assert one["factor"] != 1


def test_bid_price_spike_raises_the_click_price_of_one_campaign(ask):
    price = dict(
        ask("""
        select (campaign_id = '11002') || '/' || (day >= '2026-11-09'), sum(spend) / sum(clicks)
        from google where currency = 'EUR' and day >= '2026-10-12' group by all
    """)
    )

    assert 1.3 < price["true/true"] / price["true/false"] < 1.65
    assert price["false/true"] / price["false/false"] == pytest.approx(1, abs=0.1)


def test_broken_landing_page_stops_leads_on_phones_only_while_sessions_hold(ask):
    found = {
        (device, is_broken): (rate, sessions)
        for device, is_broken, rate, sessions in ask("""
        select device_category, session_start_utc >= '2026-11-09', sum(form_submits) / count(*), count(*)
        from sessions where campaign = 'Search | Calibration service' and session_start_utc >= '2026-11-02'
        group by all
    """)
    }

    assert found["mobile", True][0] < 0.3 * found["mobile", False][0]
    assert found["desktop", True][0] > 0.5 * found["desktop", False][0]
    assert found["mobile", True][1] == pytest.approx(found["mobile", False][1], rel=0.2)


def test_lead_quality_collapses_in_paid_social_while_spend_holds(ask):
    rate = dict(
        ask("""
        select created_at >= '2026-10-12', count(*) filter (where "Taken over" = 'yes') / count(*)
        from feedback inner join leads using ("Lead ID") where "Original source" = 'Meta Ads' group by 1
    """)
    )
    ((now, before),) = ask("""
        select sum(spend) filter (where day >= '2026-10-12') / 5,
            sum(spend) filter (where day >= '2026-09-07' and day < '2026-10-12') / 5 from meta
    """)

    assert rate[True] < 0.27 < 0.4 < rate[False]
    assert now == pytest.approx(before, rel=0.1)


def test_dead_campaign_spends_without_leads(ask):
    ((spend,),) = ask("select sum(spend) from meta where campaign_id = '22003' and day >= '2026-10-19'")
    leads = dict(
        ask("""
        select created_at >= '2026-10-19', count(*) from leads where "Ad campaign ID" = '22003' group by 1
    """)
    )

    assert spend > 4_000
    assert leads.get(True, 0) <= 5 < 50 < leads[False]


def test_tracking_outage_loses_sessions_but_not_leads(ask):
    days = dict(
        ask("""
        select session_start_utc::date::varchar, count(*) from sessions
        where source_medium = 'google / organic' group by 1
    """)
    )
    ((leads,),) = ask("""
        select count(*) from leads
        where "Original source" = 'Organic' and created_at >= '2026-10-06' and created_at < '2026-10-08'
    """)

    assert days.get("2026-10-06", 0) + days.get("2026-10-07", 0) == 0
    assert days["2026-10-05"] > 50
    assert days["2026-10-08"] > 50
    assert leads >= 5


def test_sales_follows_event_leads_up_late_in_the_last_weeks(ask):
    share = dict(
        ask("""
        with first_tries as (select "Lead ID", min(done_at) as first_at from activities group by 1)
        select created_at >= '2026-10-26', avg((first_at <= created_at + interval 24 hour)::int)
        from leads inner join first_tries using ("Lead ID")
        where "Original source" = 'Trade fair' and created_at < '2026-11-13' group by 1
    """)
    )
    others = ask("""
        with first_tries as (select "Lead ID", min(done_at) as first_at from activities group by 1)
        select avg((first_at <= created_at + interval 24 hour)::int)
        from leads inner join first_tries using ("Lead ID")
        where "Original source" <> 'Trade fair' and created_at >= '2026-10-26'
    """)

    assert share[True] < 0.4 < 0.65 < share[False]
    assert others[0][0] > 0.6


def test_dirty_rows_are_exactly_those_that_the_truth_lists(demo, ask):
    listed = json.loads((demo.root / demo.truth).read_text())["dirty_rows"]
    above = ask("""
        select count(*) from (
            select clicks, impressions from google
            union all select clicks, impressions from meta
            union all select clicks, impressions from linkedin
        ) where clicks > impressions
    """)
    ((repeated,),) = ask("""select count(*) - count(distinct "Activity ID") from activities""")
    ((impossible,),) = ask("select count(*) from feedback where decided_at is null")

    assert {row["problem"]: row["rows"] for row in listed} == {
        "clicks_above_impressions": above[0][0],
        "duplicate_key": repeated,
        "impossible_date": impossible,
    }
    assert [above[0][0], repeated, impossible] == [1, 1, 1]
