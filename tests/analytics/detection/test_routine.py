"""What a found move is not told for: each rule on a company where it holds and on one where it does not."""

from dataclasses import replace

import numpy as np
import pytest

from countersign.analytics.detection.cube import read_observed
from countersign.analytics.detection.incidents import detect
from countersign.analytics.detection.pictures import at_place, build_judged
from countersign.analytics.detection.routine import is_routine

CAMPAIGN = {"channel": "channel_1", "campaign_id": "camp_4"}
CORNER = {**CAMPAIGN, "device": "mobile"}


def judged_routine(company, measure, place, *, start, kind="unexplained"):
    judged, _ = build_judged(read_observed(company.connect(), as_of=company.as_of))
    move = at_place(judged[measure], place, start=company.days - start, end=company.days)
    return is_routine(move, place, kind=kind, judged=judged)


@pytest.mark.parametrize(("share", "routine"), [(0.65, True), (0.02, False)])
def test_fewer_forms_in_a_corner_whose_visitors_read_on_are_told_only_when_plain(
    make_company, share, routine
):
    company = make_company(seed=81)
    at = company.where(start=12, campaign_id="camp_4", device="mobile")
    company.leads[at] = company.thin(company.leads[at], share)

    assert judged_routine(company, "lead_rate", CORNER, start=12, kind="form_broken") is routine


def test_fewer_forms_in_a_corner_whose_visitors_leave_are_told(make_company):
    company = make_company(seed=81)
    at = company.where(start=12, campaign_id="camp_4", device="mobile")
    company.leads[at] = company.thin(company.leads[at], 0.5)
    company.engaged[at] = 0.35

    assert not judged_routine(company, "lead_rate", CORNER, start=12, kind="landing_page_broken")


@pytest.mark.parametrize(("days", "routine"), [(9, False), (1, True)])
def test_where_leads_are_missing_the_forms_are_counted_and_not_the_leads_left(make_company, days, routine):
    company = make_company(seed=87, size=40.0)
    at = company.where(start=days, campaign_id="camp_4")
    company.lose(1.0, at=at)

    assert judged_routine(company, "leads_per_web_conversion", CAMPAIGN, start=days) is routine


@pytest.mark.parametrize(("lost", "routine"), [(0.6, False), (0.0, True)])
def test_forms_and_leads_must_have_parted_whichever_is_held_against_the_other(make_company, lost, routine):
    company = make_company(seed=88)
    company.lose(lost, at=company.where(start=9, campaign_id="camp_4"))
    judged, _ = build_judged(read_observed(company.connect(), as_of=company.as_of))
    seen = at_place(judged["leads_per_web_conversion"], CAMPAIGN, start=company.days - 9, end=company.days)
    found = replace(seen, z=-5.0, actual=0.4 * seen.expected)

    assert is_routine(found, CAMPAIGN, kind="crm_sync_broken", judged=judged) is routine


@pytest.mark.parametrize(("clicks", "routine"), [(1.0, False), (3.0, True)])
def test_a_budget_that_buys_worse_clicks_is_no_broken_form(make_company, clicks, routine):
    company = make_company(seed=82)
    company.clicks[[1, 4, 7], -12:] *= clicks
    at = company.where(start=12, channel="channel_1")
    company.sessions[at] *= clicks
    company.leads[at] = company.thin(company.leads[at] * clicks, 0.5)

    found = judged_routine(company, "lead_rate", {"channel": "channel_1"}, start=12, kind="form_broken")

    assert found is routine


def test_dearer_clicks_at_the_old_price_of_an_impression_are_no_bids(make_company):
    fewer, dearer = make_company(seed=83), make_company(seed=83)
    fewer.clicks[4, -8:] *= 0.6
    dearer.spend[4, -8:] /= 0.6

    for company, routine in ((fewer, True), (dearer, False)):
        found = judged_routine(company, "cost_per_click", CAMPAIGN, start=8, kind="bid_price_spike")
        assert found is routine


@pytest.mark.parametrize(("price", "routine"), [(1.1, True), (3.0, False)])
def test_more_bought_explains_a_little_of_a_price_and_not_its_threefold(make_company, price, routine):
    company = make_company(seed=86)
    for counted in (company.clicks, company.impressions):
        counted[4, -10:] *= 1.6
    company.sessions[company.where(start=10, campaign_id="camp_4")] *= 1.6
    company.spend[4, -10:] *= 1.6 * price

    assert judged_routine(company, "cost_per_click", CAMPAIGN, start=10, kind="bid_price_spike") is routine


@pytest.mark.parametrize(("share", "routine"), [(0.7, True), (0.2, False)])
def test_clicks_that_never_came_for_a_day_are_no_outage_of_one_campaign(make_company, share, routine):
    company = make_company(seed=84)
    at = company.where(start=1, campaign_id="camp_4")
    company.sessions[at] = company.thin(company.sessions[at], share)

    assert judged_routine(company, "sessions_per_click", CAMPAIGN, start=1, kind="tracking_outage") is routine


@pytest.mark.parametrize(("days", "routine"), [(1, True), (3, False)])
def test_visits_counted_twice_for_one_day_of_one_campaign_are_clicks_booked_apart(
    make_company, days, routine
):
    company = make_company(seed=89, size=400.0)
    company.sessions[company.where(start=days, campaign_id="camp_4")] *= 1.8
    found = judged_routine(company, "sessions_per_click", CAMPAIGN, start=days, kind="duplicated_tracking")

    assert found is routine


@pytest.mark.parametrize(("share", "routine"), [(0.87, True), (0.5, False)])
def test_a_tenth_fewer_forms_is_no_broken_form(make_company, share, routine):
    company = make_company(seed=90)
    at = company.where(start=21)
    company.leads[at] = company.thin(company.leads[at], share)

    assert judged_routine(company, "lead_rate", {}, start=21, kind="form_broken") is routine


@pytest.mark.parametrize(("uneven", "routine"), [(0.9, False), (0.0, True)])
def test_fewer_clicks_of_what_is_plainly_shown_less_are_other_placements_and_no_tired_advertisement(
    make_company, uneven, routine
):
    company = make_company(seed=91, size=400.0)
    shown = np.exp(uneven * company.random.standard_normal(company.days))
    shown[-14:] *= 0.55
    company.impressions[4] *= shown
    company.clicks[4] *= shown
    company.clicks[4, -14:] *= 0.7

    assert judged_routine(company, "click_rate", CAMPAIGN, start=14, kind="creative_fatigue") is routine


@pytest.mark.parametrize(
    ("before", "last", "routine"), [(1.0, 1.8, False), (0.6, 1.8, True), (1.0, 1.0, True)]
)
def test_two_dear_days_of_a_campaign_are_bids_unless_days_were_booked_apart(
    make_company, before, last, routine
):
    company = make_company(seed=92)
    company.spend[4, -4:-2] *= before
    company.spend[4, -2] *= 2.6 if last == 1 else 1.8
    company.spend[4, -1] *= last

    assert judged_routine(company, "cost_per_click", CAMPAIGN, start=2, kind="bid_price_spike") is routine


def test_what_has_lasted_for_months_does_not_hide_what_is_new(make_company):
    company = make_company(seed=85)
    for start, share in ((100, 0.8), (12, 0.25)):
        at = company.where(start=start)
        company.leads[at] = company.thin(company.leads[at], share)

    starts = [
        (company.as_of - one.start).days
        for one in detect(company.connect(), as_of=company.as_of).incidents
        if one.kind == "form_broken"
    ]

    assert starts == [pytest.approx(12, abs=2)]
