"""The demo company's files tell a believable B2B story, with rates as truth.json states them."""

import json
from statistics import mean, stdev

import pytest

CHANNEL_OF = """case "Original source"
    when 'PPC Google' then 'Paid search' when 'Meta Ads' then 'Paid social'
    when 'LinkedIn Ads' then 'LinkedIn ads'
    when 'Organic' then 'Organic search' when 'Direct / none' then 'Direct' when 'Newsletter' then 'Email'
    when 'Partner site' then 'Referral' when 'Trade fair' then 'Events' end"""
SPEND = """select day, spend from google where currency = 'EUR' union all select day, spend from meta
    union all select day, spend from linkedin"""


def truth_of(demo):
    return json.loads((demo.root / demo.truth).read_text())


def test_volumes_are_those_of_a_mid_sized_b2b_company(ask):
    ((sessions,),) = ask("select count(*) from sessions")
    ((leads,),) = ask("select count(*) from leads")
    ((spend,),) = ask(f"select sum(spend) / 26 from ({SPEND})")
    ((customers,),) = ask("""select count(*) from deals where "Deal stage" = 'Won'""")

    assert 80_000 < sessions < 160_000
    assert 6_000 < leads < 10_000
    assert 35_000 < spend < 60_000
    assert 2_000 < spend * 26 / customers < 8_000


def test_eight_channels_bring_leads_every_week(ask):
    weeks = ask(
        f"select {CHANNEL_OF}, count(distinct date_trunc('week', created_at)) from leads group by all"
    )

    assert dict(weeks) == dict.fromkeys(truth_of_channels(), 26)


def truth_of_channels():
    return [
        "Paid search", "Paid social", "LinkedIn ads", "Organic search", "Direct", "Email",
        "Referral", "Events",
    ]  # fmt: skip


def test_money_is_never_negative_and_never_unreadable(ask):
    for platform in ("google", "meta", "linkedin"):
        ((low, missing),) = ask(f"select min(spend), count(*) filter (where spend is null) from {platform}")
        assert low >= 0
        assert missing == 0


def test_last_week_costs_clearly_more_per_lead_than_the_thirteen_before(ask):
    weeks = ask(f"""
        with spent as (select date_trunc('week', day) as week, sum(spend) as spend from ({SPEND}) group by 1),
        won as (select date_trunc('week', created_at) as week, count(*) as leads from leads group by 1)
        select spend / leads from spent inner join won using (week) order by week
    """)
    *before, now = [cost for (cost,) in weeks][-14:]

    assert now > max(before)
    assert now > mean(before) + 2.5 * stdev(before)


def test_paid_search_carries_most_of_the_change(ask):
    spend = dict(
        ask("""
        select date_trunc('week', day)::date::varchar, sum(spend)
        from google where currency = 'EUR' group by 1
    """)
    )
    total = dict(ask(f"select date_trunc('week', day)::date::varchar, sum(spend) from ({SPEND}) group by 1"))
    rise = total["2026-11-09"] - total["2026-11-02"]

    assert (spend["2026-11-09"] - spend["2026-11-02"]) / rise > 0.8


def test_funnel_rates_agree_with_the_truth(demo, ask):
    rates = dict(
        ask(f"""
        select {CHANNEL_OF}, count(*) filter (where "Taken over" = 'yes') / count(*)
        from feedback inner join leads using ("Lead ID")
        where created_at < '2026-09-28' and decided_at is not null group by all
    """)
    )

    for channel, truth in truth_of(demo)["channels"].items():
        assert rates[channel] == pytest.approx(truth["acceptance_rate"], abs=0.1)


def test_linkedin_looks_dear_per_lead_and_is_cheap_per_accepted_lead(ask):
    def costs(table, source):
        ((spend,),) = ask(f"select sum(spend) from {table} where currency = 'EUR' and day < '2026-10-12'")
        ((leads, accepted),) = ask(f"""
            select count(*), count(*) filter (where "Taken over" = 'yes')
            from leads left join feedback using ("Lead ID")
            where created_at < '2026-10-12' and "Original source" = '{source}'
        """)
        return spend / leads, spend / accepted

    linkedin, social = costs("linkedin", "LinkedIn Ads"), costs("meta", "Meta Ads")

    assert linkedin[0] > social[0]
    assert linkedin[1] < 0.9 * social[1]


def test_verdicts_and_deals_take_their_time(ask):
    ((verdict_days,),) = ask("""
        select median(date_diff('hour', created_at, decided_at)) / 24
        from feedback inner join leads using ("Lead ID")
        where "Original source" <> 'Trade fair'
    """)
    ((close_weeks,),) = ask("""
        select median(date_diff('day', created_at, strptime("Closed", '%d.%m.%Y %H:%M'))) / 7
        from deals inner join leads using ("Lead ID") where "Deal stage" = 'Won'
    """)

    assert 2 <= verdict_days <= 10
    assert 4 <= close_weeks <= 14


def test_recent_leads_have_fewer_verdicts(ask):
    share = dict(
        ask("""
        select date_trunc('week', created_at)::date::varchar, count("Taken over") / count(*)
        from leads left join feedback using ("Lead ID") group by 1
    """)
    )

    assert share["2026-11-09"] < 0.2 < 0.6 < share["2026-10-12"]


def test_weekends_are_quiet(ask):
    ((weekend, weekday),) = ask("""
        select count(*) filter (where isodow(session_start_utc) > 5) / 2,
            count(*) filter (where isodow(session_start_utc) <= 5) / 5 from sessions
    """)

    assert weekend < 0.6 * weekday


def test_contact_data_is_invented(ask):
    ((leads, invented, phones),) = ask("""
        select count(*), count(*) filter (where "E-mail" like '%@%.example.com'),
            count(*) filter (where "Phone" like '+49 30 23125 %') from leads
    """)

    assert leads == invented == phones


def test_identities_link_leads_to_sessions(ask):
    ((linked, leads),) = ask("""
        select count(distinct "Lead ID") filter (where client_id is not null), count(distinct "Lead ID")
        from leads left join sessions on client_id = "Web client ID" where "Original source" <> 'Trade fair'
    """)

    assert linked / leads > 0.95
