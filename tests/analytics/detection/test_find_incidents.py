"""find_incidents: planted causes come back with their place and days, quiet companies stay silent."""

from datetime import date, timedelta

import duckdb
import numpy as np

from countersign.analytics.detection import detect, find_incidents


def test_quiet_companies_have_about_no_alarm(make_company):
    companies = [make_company(seed=seed) for seed in (11, 12, 13, 14)]

    alarms = [find_incidents(company.connect(), as_of=company.as_of) for company in companies]

    assert sum(map(len, alarms)) <= 1


def test_sessions_lost_in_one_country_are_named_once_and_leads_per_session_not_at_all(make_company):
    company = make_company(seed=21)
    at = company.where(start=20, country="ES")
    company.sessions[at] = company.thin(company.sessions[at], 0.5)
    company.leads[at] = company.thin(company.leads[at], 1.0)

    found = find_incidents(company.connect(), as_of=company.as_of)

    assert [(one.metric, one.place, one.direction, one.kind) for one in found] == [
        ("sessions_per_click", {"country": "ES"}, "down", "consent_loss")
    ]
    assert found[0].end is None
    assert abs((found[0].start - (company.as_of - timedelta(days=20))).days) <= 2
    assert found[0].actual < found[0].low < found[0].expected < found[0].high
    assert ("leads_per_click", "held") in found[0].evidence


def test_a_page_broken_on_one_device_of_one_campaign_is_not_blamed_on_its_channel(make_company):
    company = make_company(seed=22, size=400.0)
    at = company.where(start=16, campaign_id="camp_4", device="mobile")
    company.leads[at] = company.thin(company.leads[at], 0.1)

    found = find_incidents(company.connect(), as_of=company.as_of)

    assert [one.place for one in found] == [
        {"channel": "channel_1", "account_id": "account_1", "campaign_id": "camp_4", "device": "mobile"}
    ]
    assert found[0].kind == "landing_page_broken"


def test_sales_refusing_a_whole_channel_is_blamed_on_the_channel_and_not_on_its_campaigns(make_company):
    company = make_company(seed=23)
    company.quality[company.where(start=45, channel="channel_2")] = 0.15

    found = find_incidents(company.connect(), as_of=company.as_of)

    assert [(one.metric, one.place, one.kind) for one in found] == [
        ("acceptance_rate", {"channel": "channel_2"}, "lead_quality_collapse")
    ]


def test_an_incident_that_is_over_has_an_end(make_company):
    company = make_company(seed=24)
    at = company.where(start=30, end=20, channel="channel_0")
    company.leads[at] = company.thin(company.leads[at], 0.2)

    (found,) = find_incidents(company.connect(), as_of=company.as_of)

    assert found.place == {"channel": "channel_0"}
    assert abs((found.end - (company.as_of - timedelta(days=21))).days) <= 1


def test_a_launch_that_was_announced_is_no_incident(make_company):
    company = make_company(seed=25)
    company.spend[3, -14:] *= 1.8
    connection = company.connect()
    unannounced = find_incidents(connection, as_of=company.as_of)[0]
    connection.execute(
        "insert into marts.event_marks values (?, 'launch', 'Spring', 'channel_0', 'camp_3')",
        [company.as_of - timedelta(days=14)],
    )

    assert (unannounced.metric, unannounced.kind) == ("cost_per_click", "bid_price_spike")
    assert unannounced not in find_incidents(connection, as_of=company.as_of)


def test_a_mix_of_devices_that_shifts_and_cancels_is_no_incident(make_company):
    company = make_company(seed=29)
    for values in (company.sessions, company.leads):
        mobile, desktop = company.where(start=20, device="mobile"), company.where(start=20, device="desktop")
        moved = (values[mobile] * 0.3).round()
        values[mobile] -= moved
        values[desktop] += moved

    found = find_incidents(company.connect(), as_of=company.as_of)

    assert [one for one in found if one.metric == "sessions_per_click"] == []


def test_a_smaller_budget_is_no_incident_and_a_clipped_one_is(make_company):
    smaller, clipped = make_company(seed=30), make_company(seed=30)
    spend = smaller.spend[0, -21:]
    cap = 0.35 * np.median(spend)
    for company, share in ((smaller, np.full(21, 0.4)), (clipped, np.minimum(cap / spend, 1.0))):
        for values in (company.clicks, company.spend, company.impressions):
            values[0, -21:] *= share
        for values in (company.sessions, company.leads):
            values[0, ..., -21:] = company.thin(values[0, ..., -21:], share)

    in_smaller = find_incidents(smaller.connect(), as_of=smaller.as_of)
    in_clipped = find_incidents(clipped.connect(), as_of=clipped.as_of)

    assert [one.kind for one in in_smaller if one.kind == "budget_cap"] == []
    assert [one.place["campaign_id"] for one in in_clipped if one.kind == "budget_cap"] == ["camp_0"]


def test_a_shift_between_unchanged_campaigns_is_no_incident(make_company):
    company = make_company(seed=26)
    for campaign, factor in ((0, 1.7), (1, 0.5), (3, 1.2), (4, 0.8)):
        for values in (company.impressions, company.clicks, company.spend, company.sessions, company.leads):
            values[campaign, ..., -25:] = (values[campaign, ..., -25:] * factor).round()

    found = find_incidents(company.connect(), as_of=company.as_of)

    counts = {"spend", "impressions", "clicks", "sessions"}
    assert {one.metric for one in found} <= counts
    assert all(one.place for one in found)


def test_what_is_missing_is_said_and_the_rest_is_judged(make_company):
    company = make_company(seed=27)
    at = company.where(start=12, channel="channel_1")
    company.leads[at] = company.thin(company.leads[at], 0.2)
    connection = company.connect()
    connection.execute("alter table marts.campaign_day drop column clicks")
    connection.execute("drop table marts.event_marks")

    found = detect(connection, as_of=company.as_of)

    assert [one.place for one in found.incidents] == [{"channel": "channel_1"}]
    assert any(
        "cost_per_click cannot be judged: marts.campaign_day has no clicks" in line for line in found.missing
    )
    assert any("event_marks" in line for line in found.missing)


def test_less_than_thirteen_weeks_says_so(make_company):
    company = make_company(seed=28, days=80 + 21)
    found = detect(company.connect(), as_of=company.as_of - timedelta(days=21))

    assert found.incidents == ()
    assert "13 weeks" in found.missing[-1]


def test_an_empty_database_is_judged_not_at_all_without_a_crash():
    found = detect(duckdb.connect(), as_of=date(2026, 1, 1))

    assert found.incidents == ()
    assert found.missing
