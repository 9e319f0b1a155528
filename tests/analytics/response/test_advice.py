"""Budget advice: it gains on unknown companies, stays in bounds, and abstains when it must."""

from dataclasses import replace

import numpy as np
import pytest

from countersign.analytics.response.advice import advise_on
from countersign.analytics.response.demand import trace_demand
from countersign.analytics.response.experiment import POWER, power_of
from tests.analytics.response.companies import KINDS, make_company

LIMIT = 0.3
# None of these was looked at while the constants were chosen.
SEEDS = range(700, 703)
IDENTIFIED = [kind for kind in KINDS if kind not in ("follows", "steady")]


@pytest.fixture(scope="module")
def trials():
    companies = [make_company(kind, seed=seed) for kind in KINDS for seed in SEEDS]
    return [(company, advise_on(company.weeks, limit=LIMIT)) for company in companies]


def _advised(company, advice):
    return np.array([advice.spend_by_channel[name] for name in company.weeks.channels])


def test_advice_captures_most_of_the_attainable_gain_of_identified_companies(trials):
    shares = [
        company.gain(_advised(company, advice)) / company.best_gain(limit=LIMIT)
        for company, advice in trials
        if company.kind in IDENTIFIED
    ]
    assert np.median(shares) >= 0.6


def test_advice_is_seldom_worse_than_doing_nothing(trials):
    worse = [company.gain(_advised(company, advice)) < -1e-9 for company, advice in trials]
    assert sum(worse) <= 1


def test_intervals_hold_the_true_effect_about_as_often_as_they_say(trials):
    held = [
        advice.effect_low <= company.gain(_advised(company, advice)) <= advice.effect_high
        for company, advice in trials
        if not advice.abstained
    ]
    # 80% of some twenty companies, give or take what chance does to twenty.
    assert 0.6 <= np.mean(held) <= 0.97


def test_money_is_moved_only_where_the_whole_interval_is_a_gain(trials):
    lows = [advice.effect_low for _, advice in trials if not advice.abstained]
    assert lows
    assert min(lows) >= 0


def test_the_total_stays_and_no_channel_leaves_what_was_tried_or_the_limit(trials):
    for _, advice in trials:
        assert sum(advice.spend_by_channel.values()) == pytest.approx(sum(advice.current.values()))
        for name, spend in advice.spend_by_channel.items():
            least, most = advice.range_observed[name]
            today = advice.current[name]
            assert min(today, max(least, today * (1 - LIMIT))) - 1e-6 <= spend
            assert spend <= max(today, min(most, today * (1 + LIMIT))) + 1e-6


def test_spend_that_follows_demand_is_recognised_and_a_test_is_proposed():
    found = [advise_on(make_company("follows", seed=seed).weeks, limit=LIMIT) for seed in SEEDS]
    abstaining = [advice for advice in found if "moves with demand" in advice.abstained]
    assert len(abstaining) >= 2
    for advice in abstaining:
        assert advice.spend_by_channel == advice.current
        design = advice.test_design
        assert design is not None
        assert design.channel in advice.current
        assert design.power >= POWER or design.weeks == 16


def test_spend_that_is_planned_is_not_taken_to_follow_demand():
    followed = [
        trace_demand(make_company(kind, seed=seed).weeks).is_followed for kind in IDENTIFIED for seed in SEEDS
    ]
    assert sum(followed) == 0


def test_leads_that_do_not_depend_on_spend_earn_no_confident_promise():
    weeks = make_company("noisy", seed=31).weeks
    random = np.random.default_rng(5)
    flat = np.repeat(weeks.leads.mean(axis=0)[None, :], weeks.weeks, axis=0)
    leads = random.poisson(flat).astype(float)
    accepted = random.binomial(leads.astype(int), 0.5).astype(float)
    advice = advise_on(replace(weeks, leads=leads, accepted=accepted, decided=leads), limit=LIMIT)
    lows = [low for low, _, _ in advice.elasticity.values()]
    assert max(lows) < 0.35
    assert advice.effect_low <= 0.06 * advice.accepted_now


def test_a_fault_in_counting_does_not_turn_the_advice_around():
    company = make_company("hill", seed=12)
    broken = company.weeks.leads.copy()
    broken[40:42, 0] = 0.0
    broken[70, 1] *= 4
    advice = advise_on(replace(company.weeks, leads=broken), limit=LIMIT)
    assert company.gain(_advised(company, advice)) > -1e-9


@pytest.mark.parametrize(("weeks", "reason"), [(slice(-20, None), "too few"), (slice(-1, None), "too few")])
def test_a_short_record_is_refused(weeks, reason):
    whole = make_company("hill", seed=3).weeks
    names = ("starts", "spend", "leads", "accepted", "decided", "demand", "visits")
    short = replace(whole, **{name: getattr(whole, name)[weeks] for name in names})
    assert reason in advise_on(short, limit=LIMIT).abstained


def test_the_same_record_gives_the_same_advice():
    weeks = make_company("weibull", seed=8).weeks
    assert advise_on(weeks, limit=LIMIT) == advise_on(weeks, limit=LIMIT)


@pytest.mark.parametrize("limit", [0.0, 1.0, -0.2])
def test_a_limit_that_is_no_share_is_refused(limit):
    with pytest.raises(ValueError, match="between 0 and 1"):
        advise_on(make_company("hill", seed=3).weeks, limit=limit)


def test_power_is_what_repeated_tests_find():
    random = np.random.default_rng(11)
    noise, weeks, loss = 0.15, 8, 0.2
    off = random.normal(np.log(1 - loss), noise, (4000, weeks // 2)).mean(axis=1)
    on = random.normal(0.0, noise, (4000, weeks // 2)).mean(axis=1)
    deviation = noise * np.sqrt(2 / (weeks / 2))
    found = ((on - off) / deviation > 1.2816).mean()
    assert power_of(loss, noise=noise, weeks=weeks) == pytest.approx(found, abs=0.03)
