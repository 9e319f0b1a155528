"""Incidents beside others, announcements and noise: each keeps its own place, days and doubt."""

from datetime import timedelta

import numpy as np
import pytest
from scipy.stats import norm, t

from countersign.analytics.detection import find_incidents
from countersign.analytics.detection.cube import read_observed
from countersign.analytics.detection.pictures import at_place, build_judged
from countersign.analytics.detection.routine import is_routine
from countersign.analytics.detection.scan import log_p_of, prepare, scan


def incidents_of(company):
    return find_incidents(company.connect(), as_of=company.as_of)


def with_account(company, *, campaigns=("camp_1", "camp_4")):
    """The same company, some campaigns of channel_1 in an account of their own."""
    company.campaigns = [
        (channel, "account_9" if name in campaigns else account, name)
        for channel, account, name in company.campaigns
    ]
    return company


def plant_bots(company, *, start, end=0):
    """Robots click in account_9: twice the clicks and visits, and nobody reads."""
    days = slice(company.days - start, company.days - end)
    company.clicks[[1, 4], days] *= 2
    for name in ("camp_1", "camp_4"):
        at = company.where(start=start, end=end, campaign_id=name)
        company.sessions[at] *= 2
        company.engaged[at] = 0.3


def test_what_befalls_one_account_hides_nothing_in_another_channel(make_company):
    company = with_account(make_company(seed=61))
    plant_bots(company, start=12)
    company.sessions[company.where(start=9, channel="channel_2")] *= 1.3

    found = {incident.kind: incident.place for incident in incidents_of(company)}

    assert found == {
        "bot_clicks": {"channel": "channel_1", "account_id": "account_9"},
        "duplicated_tracking": {"channel": "channel_2"},
    }


@pytest.mark.parametrize("channel", ["channel_0", ""])
def test_robots_are_no_promotion_and_another_channels_promotion_is_no_excuse(make_company, channel):
    company = with_account(make_company(seed=62))
    plant_bots(company, start=6)
    company.marks = [(company.as_of - timedelta(days=7), "promotion", "Summer", channel, "")]

    assert [incident.kind for incident in incidents_of(company)] == ["bot_clicks"]


def test_a_window_begins_and_ends_with_what_moved(make_company):
    company = make_company(seed=63)
    company.engaged[company.where(start=18, end=6, channel="channel_0")] = 0.4

    (found,) = incidents_of(company)

    # Twelve days: no window that is scanned has that length.
    assert abs((found.start - (company.as_of - timedelta(days=18))).days) <= 1
    assert abs((found.end - (company.as_of - timedelta(days=7))).days) <= 1


def test_whoever_buys_more_clicks_pays_more_for_each(make_company):
    company, spike = make_company(seed=64), make_company(seed=64)
    days = slice(company.days - 15, company.days)
    company.clicks[3, days] *= 1.6
    company.impressions[3, days] *= 1.6
    company.sessions[company.where(start=15, campaign_id="camp_3")] *= 1.6
    company.leads[company.where(start=15, campaign_id="camp_3")] *= 1.6
    company.spend[3, days] *= 1.6 * 1.35
    spike.spend[3, days] *= 1.35

    assert incidents_of(company) == ()
    assert [incident.kind for incident in incidents_of(spike)] == ["bid_price_spike"]


def test_prices_are_told_by_impressions_where_clicks_are_few(make_company):
    company = make_company(seed=65)
    few = company.random.binomial(company.clicks[5].astype(int), 0.02)
    company.clicks[5] = few
    company.spend[5] = company.impressions[5] * 0.05
    days = slice(company.days - 10, company.days)
    company.spend[5, days] *= 1.4

    assert ("cost_per_impression", "bid_price_spike") in {
        (incident.metric, incident.kind) for incident in incidents_of(company)
    }


def test_noise_read_from_few_windows_has_students_tail():
    z = np.array([4.5, 6.0, 9.0])

    few, many = log_p_of(z, freedom=12.0), log_p_of(z, freedom=1e6)

    np.testing.assert_allclose(few, np.log(2) + t.logsf(z, 12), rtol=1e-6)
    assert (few > many).all()
    assert (many > np.log(2) + norm.logsf(z)).all()


def test_a_single_day_must_stand_out_further():
    z = np.array([1.0, 5.0, -8.0])

    one, more = log_p_of(z, is_single=True), log_p_of(z)

    assert one[0] == more[0]
    assert (one[1:] > more[1:] + 2).all()


def test_what_is_judged_for_falls_alone_sees_no_rise_and_pays_for_no_test_of_one():
    counts = np.full((2, 340), 100.0)
    counts[:, -10:] = [[70.0], [130.0]]
    below = np.ones_like(counts)

    falls, both = (
        scan(prepare(counts, below, gate=counts, floor=1.0, least_effect=0.08, only=only))
        for only in ("fall", "")
    )

    assert falls.log_p[0] == pytest.approx(both.log_p[0] - np.log(2))
    assert both.log_p[1] < -10
    assert falls.log_p[1] == 0


def test_visits_of_a_mailing_counted_twice_bring_no_more_leads(make_company):
    company = make_company(seed=66)
    company.clicks[[2, 5, 8]] = 0
    company.impressions[[2, 5, 8]] = company.spend[[2, 5, 8]] = 0
    at = company.where(start=12, channel="channel_2")
    company.sessions[at] *= 2

    found = {(incident.metric, incident.kind) for incident in incidents_of(company)}

    assert ("sessions", "duplicated_tracking") in found


@pytest.mark.parametrize(("share", "count"), [(1.12, 0), (1.6, 1)])
def test_a_few_more_visits_a_click_are_no_tag_that_fires_twice(make_company, share, count):
    company = make_company(seed=67)
    company.sessions[company.where(start=20, channel="channel_0")] *= share

    assert len(incidents_of(company)) == count


@pytest.mark.parametrize(("clicks", "spend", "is_nothing"), [(0.7, 1.0, True), (1.0, 1.4, False)])
def test_a_click_is_no_dearer_where_people_click_less_for_the_same_price_of_being_seen(
    make_company, clicks, spend, is_nothing
):
    company = make_company(seed=68)
    days = slice(company.days - 15, company.days)
    company.clicks[3, days] *= clicks
    company.spend[3, days] *= spend
    judged, _ = build_judged(read_observed(company.connect(), as_of=company.as_of))
    place = {"channel": "channel_0", "campaign_id": "camp_3"}

    move = at_place(judged["cost_per_click"], place, start=days.start, end=days.stop)

    assert move.change > 0.3
    assert is_routine(move, place, kind="bid_price_spike", judged=judged) == is_nothing
