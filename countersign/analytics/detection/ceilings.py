"""Spend that lies at a ceiling: days that agree to a fraction of a percent, where days used to differ.

A daily budget that binds is told by its shape long before it is told by its size: seven days at 595.00
are no chance, however noisy the spend was, while seven days a third below the usual may be anybody's
decision. The chance that two near days agree is read from the place's own past, so a place that has always
been at its budget, or is paid by a flat fee, is never news.

Method: a binomial test of the days that agree with the highest of their window, paid for all windows as
in `scan` and for all places.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom  # type: ignore[import-untyped]

from countersign.analytics.detection.arrays import Floats
from countersign.analytics.detection.scan import LENGTHS, penalty

# Days that agree: but for rounding, or but for exchange rates and what platforms deliver beyond a budget.
TOLERANCES = (0.0005, 0.005)
# Fewer days cannot be told from a coincidence, and a ceiling that most days miss is none.
FEWEST_DAYS = 3
_MOST_DAYS = 0.6
# How far apart two days of the past may lie to be compared, and how many pairs say nothing yet.
_PAST_LAGS = 14
_FEWEST_PAIRS = 200


@dataclass(frozen=True)
class Ceiling:
    """Days of a place whose spend lies at their highest.

    Args:
        place: index of the series.
        start, end: day indices, end exclusive.
        log_p: natural log of the p-value; all windows, both tolerances and all places are paid for.
    """

    place: int
    start: int
    end: int
    log_p: float


def find_ceilings(spend: Floats, *, scanned_days: int, rate: float) -> list[Ceiling]:
    """At most one ceiling per place, the most certain one, where it is no coincidence.

    Args:
        spend: money per day, shape (places, days), the last day is yesterday.
        scanned_days: windows lie within so many last days.
        rate: probability of one or more false ceilings in all places together (Bonferroni).
    """
    first = spend.shape[1] - scanned_days
    if first <= _PAST_LAGS or not len(spend):
        return []
    best = [Ceiling(place, 0, 0, 0.0) for place in range(len(spend))]
    for tolerance in TOLERANCES:
        chance = chance_of_agreeing(spend[:, :first], tolerance=tolerance)
        for length in LENGTHS[(LENGTHS >= FEWEST_DAYS) & (scanned_days >= LENGTHS)]:
            for found in _of_length(spend[:, first:], int(length), tolerance=tolerance, chance=chance):
                if found.log_p < best[found.place].log_p:
                    best[found.place] = found
    price = float(np.log(len(spend) * len(TOLERANCES)))
    certain = [
        Ceiling(one.place, one.start + first, one.end + first, one.log_p + price)
        for one in best
        if one.log_p + price <= np.log(rate)
    ]
    return [_stretched(one, spend[one.place]) for one in certain]


def _stretched(one: Ceiling, spend: Floats) -> Ceiling:
    """The ceiling with the days right before and after it that agree with it, too."""
    highest = float(spend[one.start : one.end].max())
    agrees = np.abs(spend - highest) <= min(TOLERANCES) * highest
    start, end = one.start, one.end
    while start > 0 and agrees[start - 1]:
        start -= 1
    while end < len(spend) and agrees[end]:
        end += 1
    return Ceiling(one.place, start, end, one.log_p)


def chance_of_agreeing(past: Floats, *, tolerance: float) -> Floats:
    """Share of near days of the past that agree within the tolerance; one where the past says nothing.

    >>> chance_of_agreeing(np.array([[5.0] * 60]), tolerance=0.01).tolist()
    [1.0]
    """
    agreed, pairs = np.full(len(past), 1.0), np.zeros(len(past))
    for lag in range(1, _PAST_LAGS + 1):
        early, late = past[:, :-lag], past[:, lag:]
        both = (early > 0) & (late > 0)
        pairs += both.sum(axis=1)
        agreed += (both & (np.abs(early - late) <= tolerance * np.maximum(early, late))).sum(axis=1)
    return np.asarray(np.where(pairs >= _FEWEST_PAIRS, np.minimum(agreed / np.maximum(pairs, 1), 1.0), 1.0))


def _of_length(spend: Floats, length: int, *, tolerance: float, chance: Floats) -> list[Ceiling]:
    """The best window of a length of every place that has one."""
    windows = np.lib.stride_tricks.sliding_window_view(spend, length, axis=1)
    highest = windows.max(axis=2)
    at_highest = (windows >= (1 - tolerance) * highest[:, :, None]).sum(axis=2)
    is_ceiling = (highest > 0) & (at_highest >= max(FEWEST_DAYS, _MOST_DAYS * length))
    log_p = binom.logsf(at_highest - 2, length - 1, chance[:, None])
    log_p = np.where(is_ceiling, log_p + penalty(np.array([length]), days=spend.shape[1]), 0.0)
    start = log_p.argmin(axis=1)
    return [
        Ceiling(place, int(begin), int(begin) + length, float(log_p[place, begin]))
        for place, begin in enumerate(start)
        if log_p[place, begin] < 0
    ]
