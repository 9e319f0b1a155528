"""What repeats and what is shared: weekday profile, day effect of all campaigns, rates of the leaves.

Indirect standardisation (Breslow and Day 1987, "Statistical methods in cancer research" II, ch. 2) keeps
a shift of the mix apart from a change of rates: the denominator of a place is what its leaves would give
at their own long-run rates, so moving spend between two unchanged campaigns moves no ratio.
"""

import numpy as np

from countersign.analytics.detection.arrays import Days, Floats, ratio

# Strength of the pooled profile or rate, in events, against a place's own.
_PRIOR_EVENTS = 60.0
_LEVEL_DAYS = 91
_FEWEST_IN_EFFECT = 4


def weekday_of(days: Days) -> np.ndarray:
    """0 for Monday to 6 for Sunday."""
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % 7


def standard_rates(numerator: Floats, denominator: Floats, *, parents: np.ndarray) -> Floats:
    """Long-run rate of each leaf, drawn to its parent's where events are few (gamma-Poisson shrinkage).

    Args:
        numerator: events per leaf and day, shape (leaves, days).
        denominator: exposure per leaf and day.
        parents: one label per leaf; leaves of one label share a rate to be drawn to.
    """
    above, below = numerator.sum(axis=1), denominator.sum(axis=1)
    overall = above.sum() / below.sum() if below.sum() else 0.0
    _, group = np.unique(parents, return_inverse=True)
    group_above, group_below = np.bincount(group, above), np.bincount(group, below)
    weight = _PRIOR_EVENTS / overall if overall else 1.0
    group_rate = (group_above + _PRIOR_EVENTS) / (group_below + weight)
    leaf_weight = ratio(np.full(len(above), _PRIOR_EVENTS), group_rate[group], empty=1.0)
    return np.asarray((above + _PRIOR_EVENTS) / (below + leaf_weight), dtype=np.float64)


def weekday_profile(numerator: Floats, denominator: Floats, days: Days) -> Floats:
    """Multiplicative weekday effect per series, shape (series, 7), mean about one.

    Weeks are compared within themselves (a trend does not leak in) and weekly ratios are clipped at
    three times the usual, so that single incidents do not write a profile. A series with few events
    leans on the profile of all series together.
    """
    weekday = weekday_of(days)
    expected = denominator * _local_ratio(numerator, denominator)
    clipped = np.minimum(numerator, 3 * expected)
    above = np.stack([clipped[:, weekday == day].sum(axis=1) for day in range(7)], axis=1)
    below = np.stack([expected[:, weekday == day].sum(axis=1) for day in range(7)], axis=1)
    pooled = ratio(above.sum(axis=0), below.sum(axis=0), empty=1.0)
    own_size = below.sum(axis=1, keepdims=True)
    events = numerator.sum(axis=1, keepdims=True)
    prior = ratio(own_size, events, empty=1.0) * _PRIOR_EVENTS
    return ratio(above + prior * pooled, below + prior, empty=1.0)


def _local_ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Ratio of the four weeks around each day: whole weeks, so it holds no weekday effect itself."""
    above, below = _moving_sum(numerator, 28), _moving_sum(denominator, 28)
    return ratio(above, below)


def _moving_sum(values: Floats, width: int) -> Floats:
    days = values.shape[1]
    sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    start = np.clip(np.arange(days) - width // 2, 0, max(days - width, 0))
    found: Floats = sums[:, np.minimum(start + width, days)] - sums[:, start]
    return found


def shared_day_effect(counts: Floats, days: Days, *, groups: np.ndarray) -> Floats:
    """What moves all series on a day alike (holidays, pay days, season), shape (days,), one if nothing.

    The weighted median over groups of each day's count against its own level (the median of 13 weeks
    around) and weekday: one group, however large, cannot move it, more than half of them must.

    Args:
        counts: events per leaf and day.
        days: one per column.
        groups: one label per leaf; a group is one vote.
    """
    _, group = np.unique(groups, return_inverse=True)
    votes = np.zeros((group.max() + 1, counts.shape[1]))
    np.add.at(votes, group, counts)
    votes = votes[votes.sum(axis=1) >= 2 * counts.shape[1]]
    if len(votes) < _FEWEST_IN_EFFECT:
        return np.ones(counts.shape[1])
    profile = weekday_profile(votes, np.ones_like(votes), days)[:, weekday_of(days)]
    flat = votes / profile
    level = _moving_median(flat, _LEVEL_DAYS)
    active = level >= 2
    residual = np.where(active, np.log((flat + 0.5) / (level + 0.5)), np.nan)
    weight = np.where(active, np.sqrt(level), 0.0)
    return np.asarray(np.exp(_weighted_median(residual, weight)), dtype=np.float64)


def _moving_median(values: Floats, width: int) -> Floats:
    days = values.shape[1]
    width = min(width, days)
    windows = np.lib.stride_tricks.sliding_window_view(values, width, axis=1)[:, ::7]
    medians = np.median(windows, axis=2)
    start = np.clip(np.arange(days) - width // 2, 0, days - width)
    found: Floats = medians[:, np.minimum(np.round(start / 7).astype(np.int64), medians.shape[1] - 1)]
    return found


def _weighted_median(values: Floats, weights: Floats) -> Floats:
    """Weighted median down each column; zero where nothing has weight."""
    order = np.argsort(np.where(weights > 0, values, np.inf), axis=0)
    ordered = np.take_along_axis(np.where(weights > 0, values, 0.0), order, axis=0)
    reached = np.cumsum(np.take_along_axis(weights, order, axis=0), axis=0)
    middle = (reached >= reached[-1] / 2).argmax(axis=0)
    return np.asarray(ordered[middle, np.arange(values.shape[1])], dtype=np.float64)
