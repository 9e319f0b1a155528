"""What becomes of a move once it is found: told as what it is, where it is, or not told at all."""

from datetime import timedelta

import numpy as np
import pytest

from countersign.analytics.detection import find_incidents
from countersign.analytics.detection.families import Pattern, Seen, name_kind


def told(company):
    return [
        (one.kind, one.metric, one.place) for one in find_incidents(company.connect(), as_of=company.as_of)
    ]


def kind_of(root, *, place=None, days=7, **seen):
    """The kind of a pattern: measures as (change, z)."""
    return name_kind(Pattern(root, place or {}, days, {name: Seen(*did) for name, did in seen.items()}))[0]


@pytest.mark.parametrize(("forms", "kinds"), [(1.0, []), (1.16, ["duplicated_tracking"])])
def test_a_sixth_more_visits_are_counted_twice_only_where_forms_are_too(make_company, forms, kinds):
    company = make_company(seed=71, size=200.0)
    at = company.where(start=12, channel="channel_2")
    company.sessions[at] += company.random.binomial(company.sessions[at].astype(int), 0.14)
    company.forms[at] = forms

    assert [kind for kind, _, _ in told(company)] == kinds


def test_an_account_whose_hours_moved_lacks_clicks_and_no_visits(make_company):
    company = make_company(seed=72)
    days = slice(company.days - 2, company.days)
    for counted in (company.clicks, company.impressions, company.spend):
        counted[[1, 4, 7], days] *= 0.5

    assert ("account_time_zone", "sessions_per_click", {"channel": "channel_1"}) in [
        (kind, metric, {"channel": place.get("channel")}) for kind, metric, place in told(company)
    ]


@pytest.mark.parametrize(("visits", "kinds"), [(1.0, ["account_time_zone"]), (0.55, [])])
def test_one_day_short_of_hours_is_told_by_all_that_fell_together_while_visits_did_not(
    make_company, visits, kinds
):
    company = make_company(seed=80, size=40.0)
    for counted in (company.clicks, company.impressions, company.spend):
        counted[[1, 4, 7], -5] *= 0.55
    at = company.where(start=5, end=4, channel="channel_1")
    company.sessions[at] = company.thin(company.sessions[at], visits)

    assert [kind for kind, _, _ in told(company)] == kinds


@pytest.mark.parametrize(("everywhere", "kinds"), [(False, ["landing_page_broken"]), (True, [])])
def test_a_holiday_is_everybodys_and_excuses_no_single_page(make_company, everywhere, kinds):
    company = make_company(seed=78, size=300.0)
    company.marks = [(company.as_of - timedelta(days=2), "holiday", "A day off", "", "")]
    company.engaged[company.where(start=3, **({} if everywhere else {"campaign_id": "camp_4"}))] = 0.4

    assert [kind for kind, _, _ in told(company)] == kinds


def test_leads_of_one_source_that_nobody_calls_are_told_as_the_source(make_company):
    company = make_company(seed=79)
    company.followed[company.where(start=14, campaign_id="camp_4")] = 0.0
    company.followed[company.where(start=14, channel="channel_1")] *= 0.3

    found = [(kind, place) for kind, _, place in told(company)]

    assert found == [("sales_stopped_following_up", {"channel": "channel_1"})]


def test_a_whole_account_that_became_a_little_dearer_by_one_factor_is_told_and_one_campaign_is_not(
    make_company,
):
    account, campaign = make_company(seed=73), make_company(seed=73)
    account.spend[[1, 4, 7], -25:] *= 1.12
    campaign.spend[1, -25:] *= 1.12

    ((_, metric, place),) = told(account)
    assert metric in {"cost_per_click", "cost_per_impression"}
    assert place == {"channel": "channel_1"}
    assert told(campaign) == []


def test_two_causes_one_after_the_other_explain_what_the_channel_lost_through_both(make_company):
    company = make_company(seed=74, size=400.0)
    first = company.where(start=40, end=20, campaign_id="camp_1")
    second = company.where(start=20, campaign_id="camp_4")
    for at in (first, second):
        company.engaged[at] = 0.35
        company.leads[at] = company.thin(company.leads[at], 0.15)

    places = [place["campaign_id"] for _, _, place in told(company)]

    assert sorted(places) == ["camp_1", "camp_4"]


@pytest.mark.parametrize("place", [{}, {"device": "desktop"}])
def test_robots_in_one_campaign_hide_no_form_that_broke_in_all(make_company, place):
    company = make_company(seed=301, size=200.0)
    company.clicks[1, -12:] *= 2
    at = company.where(start=12, campaign_id="camp_1")
    company.sessions[at] *= 2
    company.engaged[at] = 0.3
    forms = company.where(start=12, **place)
    company.leads[forms] = company.thin(company.leads[forms], 0.5)

    kinds = {(kind, tuple(where)) for kind, _, where in told(company)}

    assert kinds == {("bot_clicks", ("account_id", "channel", "campaign_id")), ("form_broken", tuple(place))}


def test_that_fewer_leads_came_is_no_reason_to_call_fewer_of_them(make_company):
    company = make_company(seed=301, size=200.0)
    mobile = company.where(start=14, device="mobile")
    company.leads[mobile] = company.thin(company.leads[mobile], 0.4)
    company.followed[company.where(start=12, channel="channel_2")] = 0.3

    assert [(kind, where) for kind, _, where in told(company)] == [
        ("form_broken", {"device": "mobile"}),
        ("sales_stopped_following_up", {"channel": "channel_2"}),
    ]


def test_campaigns_at_their_ceiling_on_the_same_days_are_told_as_the_channel_that_holds_them(make_company):
    company = make_company(seed=75)
    for campaign in (1, 4, 7):
        company.spend[campaign, -8:] = 0.45 * np.median(company.spend[campaign])

    assert [place for kind, _, place in told(company) if kind == "budget_cap"] == [{"channel": "channel_1"}]


def test_who_reads_the_page_as_ever_and_sends_no_form_met_a_broken_form():
    mobile = {"device": "mobile"}
    leads = (-0.6, -9.0)

    assert kind_of("lead_rate", place=mobile, lead_rate=leads, engaged_rate=(-0.01, -0.3)) == "form_broken"
    assert (
        kind_of("lead_rate", place=mobile, lead_rate=leads, engaged_rate=(-0.4, -6.0))
        == "landing_page_broken"
    )


def test_more_leads_are_spam_only_when_sales_plainly_refuse_them():
    more = (1.5, 6.0)

    assert kind_of("lead_rate", lead_rate=more, mql_rate=(-0.5, -4.0)) == "spam_leads"
    assert kind_of("lead_rate", lead_rate=more, mql_rate=(-0.2, -2.1)) == "unexplained"


def test_sales_that_refuse_what_was_added_met_spam_and_no_worse_leads():
    refused = (-0.5, -8.0)

    assert kind_of("mql_rate", mql_rate=refused, lead_rate=(1.0, 7.0)) == "spam_leads"
    assert kind_of("mql_rate", mql_rate=refused, lead_rate=(0.15, 3.2)) == "lead_quality_collapse"
    assert kind_of("mql_rate", mql_rate=refused, lead_rate=(1.0, 2.2)) == "lead_quality_collapse"


def test_robots_thin_the_leads_of_a_campaign_and_do_not_end_them():
    seen = {"engaged_rate": (-0.3, -6.0), "clicks": (0.3, 2.5), "spend": (0.3, 2.5)}
    place = {"channel": "Video", "campaign_id": "7"}

    assert kind_of("engaged_rate", place=place, days=31, lead_rate=(-0.25, -2.2), **seen) == "bot_clicks"
    assert kind_of("engaged_rate", place=place, days=31, lead_rate=(-0.98, -6.0), **seen) == (
        "campaign_left_running"
    )


def test_visits_and_forms_counted_twice_are_no_leads_that_the_crm_lacks():
    seen = {
        "leads_per_web_conversion": (-0.48, -12.5),
        "lead_rate": (-0.5, -6.0),
        "web_conversion_rate": (0.0, 0.0),
    }

    assert kind_of("leads_per_web_conversion", **seen) == "crm_sync_broken"
    assert kind_of("leads_per_web_conversion", sessions=(0.95, 9.0), **seen) == "duplicated_tracking"


def test_a_rival_is_paid_out_of_the_same_budget_and_a_currency_is_not():
    place = {"channel": "Display", "account_id": "9"}
    price = {"cost_per_click": (0.5, 8.0), "cost_per_impression": (0.5, 8.0)}

    assert kind_of("cost_per_click", place=place, spend=(0.52, 2.2), clicks=(0.01, 0.1), **price) == (
        "account_currency"
    )
    assert kind_of("cost_per_click", place=place, spend=(0.1, 0.6), clicks=(-0.27, -1.4), **price) == (
        "bid_price_spike"
    )


@pytest.mark.parametrize(("spend_z", "kind"), [(-2.2, "account_currency"), (-9.0, "unexplained")])
def test_what_is_spent_follows_a_currency_as_far_as_its_noise_can_tell(spend_z, kind):
    place = {"channel": "Display", "account_id": "9"}
    price = {"cost_per_click": (-0.43, -6.7), "cost_per_impression": (-0.38, -13.9)}
    seen = kind_of("cost_per_impression", place=place, spend=(-0.27, spend_z), clicks=(0.23, 1.8), **price)

    assert seen == kind


def test_two_outages_that_overlap_are_told_each_since_its_own_day(make_company):
    company = make_company(seed=76, size=300.0)
    for device, start in (("desktop", 24), ("mobile", 9)):
        at = company.where(start=start, device=device)
        company.sessions[at] = company.thin(company.sessions[at], 0.4)

    found = find_incidents(company.connect(), as_of=company.as_of)

    lasted = {one.place.get("device"): (company.as_of - one.start).days for one in found}
    assert lasted == {"desktop": pytest.approx(24, abs=1), "mobile": pytest.approx(9, abs=1)}


def test_more_clicks_thin_who_engages_and_do_not_drive_readers_away():
    place = {"channel": "Video", "campaign_id": "7"}
    clicks = (0.6, 4.0)

    assert kind_of("engaged_rate", place=place, clicks=clicks, engaged_rate=(-0.37, -8.0)) == "bot_clicks"
    assert kind_of("engaged_rate", place=place, clicks=clicks, engaged_rate=(-0.7, -9.0)) == (
        "landing_page_broken"
    )
