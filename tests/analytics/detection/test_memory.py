"""How far back a level is read: as far as foretells the series best."""

import numpy as np

from countersign.analytics.detection.memory import HALF_A_YEAR, SHORT, USUAL, quiet_noise, remembered
from countersign.analytics.detection.scan import LENGTHS, prepare

DAYS, SERIES, UNTIL = 420, 60, 308


def steady(*, per_day, seed=1):
    return np.random.default_rng(seed).poisson(per_day, (SERIES, DAYS)).astype(float)


def drifting(*, per_day, seed=2):
    random = np.random.default_rng(seed)
    level = np.exp(np.cumsum(0.03 * random.standard_normal((SERIES, DAYS)), axis=1))
    return random.poisson(per_day * level).astype(float)


def chosen(counts, memories):
    ones = np.ones_like(counts)
    return quiet_noise(counts, ones, lengths=LENGTHS, until=UNTIL, floor=1.0, memories=memories).memory


def test_half_a_year_serves_what_holds_its_level_and_weeks_serve_what_drifts():
    memories = (USUAL, HALF_A_YEAR)

    assert (chosen(steady(per_day=1.5), memories) == 1).mean() > 0.8
    # A walk at random is foretold badly by both, now and then a little less so by the longer one.
    assert (chosen(drifting(per_day=200), memories) == 0).mean() > 0.65


def test_the_last_weeks_serve_what_drifts_fast_and_no_steady_series():
    memories = (USUAL, SHORT)

    assert (chosen(drifting(per_day=200), memories) == 1).mean() > 0.8
    assert (chosen(steady(per_day=1.5), memories) == 0).mean() > 0.8


def test_each_level_is_read_with_its_own_memory():
    counts = np.ones((2, DAYS))
    counts[:, 280:300] = 3.0
    at, memories = np.array([301]), (USUAL, SHORT)

    usual, short = remembered(
        counts, np.ones_like(counts), at=at, chosen=np.array([0, 1]), memories=memories
    ).rate[:, 301]

    assert 1.0 < usual < short


def test_few_deals_a_week_stand_out_more_where_half_a_year_is_known_of_them():
    counts = steady(per_day=1.5, seed=3)
    counts[:, -14:] *= 2

    def known(memories):
        prepared = prepare(
            counts, np.ones_like(counts), gate=counts, floor=1.0, least_effect=0.1, memories=memories
        )
        return prepared.reference.events[:, -15] / prepared.scales[:, list(LENGTHS).index(14)] ** 2

    assert np.median(known((USUAL, HALF_A_YEAR))) > 1.5 * np.median(known((USUAL,)))
