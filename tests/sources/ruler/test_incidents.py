"""Incidents change what they say and only in their place; decoys change nothing that should be reported."""

from datetime import date, timedelta

import numpy as np
import pytest

from countersign.sources.ruler.decoys import plant_decoys
from countersign.sources.ruler.drawing import draw_company
from countersign.sources.ruler.families import FAMILIES, family_named
from countersign.sources.ruler.incidents import Incident, pulls_of
from countersign.sources.ruler.places import Place, draw_place, mask_of
from countersign.sources.ruler.simulate import simulate
from countersign.sources.ruler.strength import PLATFORM_NUMBERS
from countersign.sources.ruler.world import make_world

UNTIL = date(2026, 6, 1)
LENGTH = 21
# What each family leaves alone although it is near: the sign by which families are told apart.
HOLDS = {
    "tracking_outage": "clicks", "duplicated_tracking": "leads", "creative_fatigue": "impressions",
    "landing_page_broken": "sessions", "form_broken": "engaged_sessions", "lead_quality_collapse": "leads",
    "follow_up_stops": "leads", "left_running": "sessions", "currency_change": "clicks",
    "deal_slippage": "leads", "consent_loss": "clicks", "pixel_lost": "leads",
    "crm_sync_broken": "web_conversions", "time_zone_change": "sessions", "slow_page": "sessions",
}  # fmt: skip


@pytest.fixture(scope="module")
def company():
    return draw_company(11, weeks=40, until=UNTIL, scale=3)


@pytest.fixture(scope="module")
def without(company):
    return make_world(company, chance=True)


def _incident(company, family, size=None):
    """One of a family in the first of its places, over the last three weeks but one day."""
    place = draw_place(company, family.places[0], rng=np.random.default_rng(4))
    start = company.as_of - timedelta(days=LENGTH)
    top = family.sizes[1] if size is None else size
    return Incident(family.name, place, start, company.as_of - timedelta(days=2), top, 0.0, "", 0.0)


def _ratio(world, company, place, shows):
    above, below = shows
    days = slice(company.days - LENGTH, company.days - 1)
    mask = mask_of(company, place)
    total = world.series(above, mask)[days].sum()
    return total / max(world.series(below, mask)[days].sum(), 1.0) if below else total


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_each_family_moves_a_number_that_it_says_it_shows_in(company, without, family):
    incident = _incident(company, family)
    touched = make_world(company, pulls_of(company, incident), chance=True)

    moves = [
        abs(
            _ratio(touched, company, incident.place, shows) / _ratio(without, company, incident.place, shows)
            - 1
        )
        for shows in family.shows
        if not (incident.place.is_within_sessions and PLATFORM_NUMBERS & set(shows))
        and _ratio(without, company, incident.place, shows) > 0
    ]
    # A time zone moves hours to the next day: over weeks nothing is gained or lost.
    assert max(moves) > (0.001 if family.name == "time_zone_change" else 0.15)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_each_family_leaves_every_other_place_and_day_as_it_was(company, without, family):
    incident = _incident(company, family)
    touched = make_world(company, pulls_of(company, incident), chance=True)
    mask = mask_of(company, incident.place)
    first = company.day_number(incident.start)
    elsewhere = ~mask
    # Channels lift each other and saturate as one, so a budget that is capped is felt in neighbours' leads.
    others = ~np.isin(company.channel_of, company.channel_of[mask.any(axis=1)])

    for number in ("clicks", "booked_spend", "platform_conversions", "followed_up_leads"):
        now, then = getattr(touched.history, number), getattr(without.history, number)
        np.testing.assert_array_equal(now[:, :first], then[:, :first])
        if number in ("clicks", "booked_spend"):
            np.testing.assert_array_equal(now[others], then[others])
    now, then = touched.history.sessions, without.history.sessions
    np.testing.assert_array_equal(now[:, :, :first], then[:, :, :first])
    if family.name not in ("budget_cap", "bid_price_spike", "bot_clicks"):
        np.testing.assert_array_equal(now[elsewhere], then[elsewhere])


@pytest.mark.parametrize(("family", "number"), HOLDS.items())
def test_what_should_hold_holds_exactly(company, family, number):
    incident = _incident(company, family_named(family))
    quiet = make_world(company, chance=False)
    touched = make_world(company, pulls_of(company, incident), chance=False)
    mask = mask_of(company, Place(channel=incident.place.channel))

    if family in ("form_broken", "consent_loss"):
        mask = mask_of(company, Place())
    np.testing.assert_allclose(touched.series(number, mask), quiet.series(number, mask), rtol=1e-9)


def test_a_price_spike_makes_clicks_dearer_by_its_size(company):
    incident = _incident(company, family_named("bid_price_spike"), size=0.5)
    touched, quiet = (make_world(company, pulls, chance=False) for pulls in (pulls_of(company, incident), ()))
    dearer = _ratio(touched, company, incident.place, ("booked_spend", "clicks")) / _ratio(
        quiet, company, incident.place, ("booked_spend", "clicks")
    )
    assert dearer == pytest.approx(1.5, rel=0.1)


def test_a_capped_campaign_never_spends_more_than_its_cap(company):
    incident = _incident(company, family_named("budget_cap"), size=0.6)
    touched = make_world(company, pulls_of(company, incident), chance=True)
    spend = touched.series("booked_spend", mask_of(company, incident.place))[-LENGTH:-1]

    assert len(np.unique(spend.round(6))) < 4


def test_fatigue_grows_slowly(company):
    incident = _incident(company, family_named("creative_fatigue"))
    touched, quiet = (make_world(company, pulls, chance=False) for pulls in (pulls_of(company, incident), ()))
    mask = mask_of(company, incident.place)
    left = (touched.series("clicks", mask) / quiet.series("clicks", mask))[-LENGTH:-1]

    assert (np.diff(left) < 0).all()
    assert left[0] > 0.95 > 0.5 > left[-1]


def test_a_bigger_incident_shows_more_plainly():
    incidents = [one for seed in range(21, 33) for one in simulate(seed, weeks=40).incidents]
    scored = [one for one in incidents if not one.is_past]

    assert min(one.z for one in scored) < 3 < 6 < max(one.z for one in scored)
    assert all(one.z > 0 for one in scored)
    assert any(one.end is None for one in scored)
    assert any(one.end is not None for one in scored)


def test_planted_decoys_leave_the_rates_of_their_places_alone():
    """A launch and a mix shift move budgets: more of the same, at the price and quality of before."""
    kinds = set()
    for seed in range(40, 60):
        company = draw_company(seed, weeks=40, until=UNTIL)
        planted = plant_decoys(company, ())
        kinds |= {decoy.kind for decoy in planted.decoys}
        budgets = tuple(pull for pull in planted.pulls if pull.lever == "budget")
        if seed > 44 or not budgets:
            continue
        moved, still = (make_world(company, pulls, chance=False) for pulls in (budgets, ()))
        for above, below in (("clicks", "impressions"), ("sessions", "clicks"), ("mqls", "leads")):
            everywhere = mask_of(company, Place())
            paid = np.array([bool(one.campaign_id) for one in company.campaigns])[:, None] & everywhere
            for mask in (
                paid & mask_of(company, decoy.place) for decoy in planted.decoys if decoy.place.campaign_id
            ):
                now = moved.series(above, mask)[-42:].sum() / moved.series(below, mask)[-42:].sum()
                then = still.series(above, mask)[-42:].sum() / still.series(below, mask)[-42:].sum()
                assert now == pytest.approx(then, rel=0.03)
    assert kinds == {"planned_launch", "promotion", "mix_shift", "restatement", "release_without_effect"}


def test_a_mix_shift_leaves_the_channels_spend_as_it_was():
    for seed in range(40, 60):
        company = draw_company(seed, weeks=40, until=UNTIL)
        planted = plant_decoys(company, ())
        shifts = [decoy for decoy in planted.decoys if decoy.kind == "mix_shift"]
        if shifts and not any(decoy.kind == "planned_launch" for decoy in planted.decoys):
            moved, still = (
                make_world(company, pulls, chance=False, is_flat=True) for pulls in (planted.pulls, ())
            )
            whole = mask_of(company, Place(channel=shifts[0].place.channel))
            np.testing.assert_allclose(
                moved.series("booked_spend", whole), still.series("booked_spend", whole), rtol=1e-6
            )
            own = mask_of(company, shifts[0].place)
            assert (moved.series("booked_spend", own) < 0.95 * still.series("booked_spend", own)).any()
            return
    pytest.fail("no mix shift in twenty companies")


def test_a_third_of_the_companies_break_the_usual_model_and_some_have_no_incident():
    broken = [bool(draw_company(seed).breaks) for seed in range(1, 31)]

    assert sum(broken) >= 10
    assert not all(broken)


def test_decoys_that_every_company_has_are_of_many_kinds():
    kinds = {decoy.kind for seed in range(1, 7) for decoy in simulate(seed, weeks=40, scale=0.5).decoys}

    assert {"late_data", "weekday_pattern", "small_segment", "budget_decision", "holiday_dip"} <= kinds
