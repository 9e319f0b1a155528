"""find_incidents: each kind of incident is named after what moved and what held, at its own place."""

import numpy as np
import pytest

from countersign.analytics.detection import find_incidents


def first_of(company):
    found = find_incidents(company.connect(), as_of=company.as_of)
    assert found, "nothing was found"
    return found[0].kind, found[0].metric, found[0].place


def test_visits_missing_while_leads_hold_are_a_tracking_outage(make_company):
    company = make_company(seed=41)
    at = company.where(start=10, end=4, channel="channel_0")
    company.sessions[at] = company.thin(company.sessions[at], 0.4)

    assert first_of(company) == ("tracking_outage", "sessions_per_click", {"channel": "channel_0"})


@pytest.mark.parametrize("place", [{}, {"channel": "channel_1"}])
@pytest.mark.parametrize("share", [0.6, 1.0])
def test_forms_that_never_arrive_in_the_crm_are_its_sync_and_no_broken_form(make_company, share, place):
    company = make_company(seed=45)
    company.lose(share, at=company.where(start=9, **place))

    kind, _, where = first_of(company)

    assert (kind, where) == ("crm_sync_broken", place)


def test_forms_that_nobody_could_send_are_no_sync(make_company):
    company = make_company(seed=45)
    at = company.where(start=9, channel="channel_1")
    company.leads[at] = company.thin(company.leads[at], 0.4)

    kind, _, where = first_of(company)

    assert (kind, where) == ("form_broken", {"channel": "channel_1"})


def test_forms_counted_twice_are_no_leads_lost(make_company):
    company = make_company(seed=46)
    company.forms[company.where(start=9, channel="channel_1")] = 2

    kind, _, where = first_of(company)

    assert (kind, where) == ("duplicated_tracking", {"channel": "channel_1"})


def test_visits_counted_twice_while_leads_hold_are_duplicated_tracking(make_company):
    company = make_company(seed=42)
    company.sessions[company.where(start=8, channel="channel_2")] *= 2

    assert first_of(company) == ("duplicated_tracking", "sessions_per_click", {"channel": "channel_2"})


def test_prices_that_jump_in_all_campaigns_of_one_account_are_its_currency(make_company):
    company = make_company(seed=43)
    company.campaigns = [
        (channel, "account_9" if name in ("camp_1", "camp_4") else account, name)
        for channel, account, name in company.campaigns
    ]
    company.spend[[1, 4], -15:] *= 1.6

    kind, metric, place = first_of(company)

    assert (kind, metric) == ("account_currency", "cost_per_click")
    assert place == {"channel": "channel_1", "account_id": "account_9"}


def test_a_click_rate_that_slides_for_weeks_is_creative_fatigue(make_company):
    company = make_company(seed=44)
    company.impressions[2, -28:] /= 1 - 0.3 * np.linspace(0, 1, 28)

    kind, metric, place = first_of(company)

    assert (kind, metric) == ("creative_fatigue", "click_rate")
    assert place["campaign_id"] == "camp_2"


def test_clicks_that_double_while_nobody_reads_are_bots(make_company):
    company = make_company(seed=45)
    at = company.where(start=9, campaign_id="camp_3")
    company.clicks[3, -9:] *= 2
    company.sessions[at] *= 2
    company.engaged[at] = 0.3

    kind, _, place = first_of(company)

    assert kind == "bot_clicks"
    assert place["campaign_id"] == "camp_3"


def test_spend_without_leads_for_weeks_is_a_campaign_left_running(make_company):
    company = make_company(seed=46)
    company.leads[company.where(start=30, campaign_id="camp_5")] = 0

    kind, _, place = first_of(company)

    assert kind == "campaign_left_running"
    assert place["campaign_id"] == "camp_5"


def test_leads_that_nobody_calls_are_sales_that_stopped_following_up(make_company):
    company = make_company(seed=47)
    company.followed[company.where(start=14, channel="channel_1")] = 0.3

    assert first_of(company) == ("sales_stopped_following_up", "follow_up_rate", {"channel": "channel_1"})


def test_leads_that_rise_while_sales_refuse_them_are_spam(make_company):
    company = make_company(seed=48)
    at = company.where(start=30, channel="channel_1")
    genuine = company.leads[at]
    spam = company.random.poisson(1.2 * genuine.mean(axis=-1, keepdims=True) * np.ones_like(genuine))
    company.leads[at] += spam
    company.quality[at] *= genuine / np.maximum(genuine + spam, 1.0)

    assert first_of(company) == ("spam_leads", "web_conversion_rate", {"channel": "channel_1"})


def test_leads_that_rise_and_are_wanted_are_no_incident(make_company):
    company = make_company(seed=48)
    at = company.where(start=30, channel="channel_1")
    company.leads[at] += company.random.poisson(1.2 * company.leads[at].mean(axis=-1, keepdims=True))

    assert find_incidents(company.connect(), as_of=company.as_of) == ()


def test_good_news_does_not_hide_bad_news_that_does_not_follow_from_it(make_company):
    company = make_company(seed=49)
    company.leads[company.where(start=25, device="desktop")] *= 2
    company.followed[company.where(start=25, channel="channel_1")] = 0.4

    assert first_of(company) == ("sales_stopped_following_up", "follow_up_rate", {"channel": "channel_1"})
