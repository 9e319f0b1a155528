"""under_way_by: the day by which a change had begun, where events are too few to show the day itself."""

import numpy as np
import pytest

from countersign.analytics.detection.moves import Move
from countersign.analytics.detection.onset import is_sister, under_way_by
from countersign.analytics.detection.scan import prepare, scan

DAYS, SERIES, BEGAN, ENDED = 340, 150, 318, 338


def series(*, per_day, change, seed, share=None):
    """Poisson (or binomial) series of which each changes from BEGAN to ENDED."""
    random = np.random.default_rng(seed)
    level = np.full((SERIES, DAYS), 1.0)
    level[:, BEGAN:ENDED] += change
    trials = np.full((SERIES, DAYS), np.round(per_day / share)) if share else None
    counts = (
        random.poisson(per_day * level)
        if share is None
        else random.binomial(trials.astype(int), share * level)
    )
    below = np.full((SERIES, DAYS), per_day)
    counts = counts.astype(float)
    return prepare(counts, below, gate=counts, floor=1.0, least_effect=0.08, trials=trials)


def moves_of(prepared, *, measure="mql_rate", start=None):
    best = scan(prepared)
    starts = best.start if start is None else np.full(SERIES, start)
    return [
        Move(measure, place, int(starts[place]), ENDED, float(best.z[place]), -20.0, 1.0, 1.0, 1.0, 1.0)
        for place in range(SERIES)
    ]


def test_where_events_are_many_it_is_the_day_itself():
    prepared = series(per_day=120, change=-0.5, seed=1)

    found = [under_way_by([(move, prepared)]) for move in moves_of(prepared)]

    assert set(found) == {BEGAN}


@pytest.mark.parametrize("share", [None, 0.6])
def test_where_they_are_few_it_holds_as_often_as_it_says(share):
    prepared = series(per_day=4, change=-0.6, seed=2, share=share)

    found = np.array([under_way_by([(move, prepared)]) for move in moves_of(prepared, start=BEGAN)])

    # Days are whole: the true one is named more often than the probability asks.
    assert 0.75 <= (found >= BEGAN).mean() <= 0.97
    assert np.median(np.abs(found - BEGAN)) <= 3


def test_it_is_seldom_many_days_too_early_where_the_best_window_often_is():
    prepared = series(per_day=4, change=-0.55, seed=3)
    moves = moves_of(prepared)

    found = np.array([under_way_by([(move, prepared)]) for move in moves])
    best = np.array([move.start for move in moves])

    assert (best < BEGAN - 3).mean() > 2 * (found < BEGAN - 3).mean()


def test_a_measure_that_moved_for_the_same_cause_says_more():
    first, second = series(per_day=4, change=-0.5, seed=4), series(per_day=8, change=-0.5, seed=5)
    alone, both = [], []
    for move, sister in zip(
        moves_of(first, start=BEGAN), moves_of(second, measure="acceptance_rate", start=BEGAN), strict=True
    ):
        alone.append(under_way_by([(move, first)]))
        both.append(under_way_by([(move, first), (sister, second)]))

    assert np.abs(np.array(both) - BEGAN).mean() < 0.8 * np.abs(np.array(alone) - BEGAN).mean()


def test_only_a_measure_of_other_events_that_moved_the_same_way_is_asked():
    poor = Move("mql_rate", 0, 10, 20, -4.0, -9.0, 10.0, 20.0, 50.0, 1.0)

    def other(measure, z):
        return Move(measure, 0, 10, 20, z, 0.0, 10.0, 20.0, 50.0, 1.0)

    assert is_sister(other("acceptance_rate", -2.5), of=poor)
    assert not is_sister(other("acceptance_rate", -1.0), of=poor)
    assert not is_sister(other("acceptance_rate", 3.0), of=poor)
    assert not is_sister(other("lead_rate", -3.0), of=poor)
