"""The robust level before each day, and the noise of windows of each length, measured on the series itself.

The level is the ratio over the weeks before (nine, unless `memory` says otherwise), weekly ratios weighted by
Huber's function, so a week that was an incident counts little. The noise of a window is not assumed but
measured: the signed root of the Poisson deviance (binomial for a share) of every earlier window of the same
length against its own weeks. Its robust scale is one for a series that holds its level, more for
overdispersed, bursty, autocorrelated or drifting ones: the empirical null.

Source: Huber (1964), "Robust estimation of a location parameter", Ann. Math. Stat. 35; McCullagh and
Nelder (1989), "Generalized linear models", ch. 9 (quasi-likelihood) and 12 (deviance residuals);
Efron (2004), "Large-scale simultaneous hypothesis testing: the choice of a null hypothesis", JASA 99.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy  # type: ignore[import-untyped]
from scipy.stats import norm  # type: ignore[import-untyped]

from countersign.analytics.detection.arrays import Floats, Whole, cumulated, median_where, ratio

WEEKS = 9
FEWEST_WEEKS = 3
_HUBER = 1.345
# Noise is read from windows that start on every third day: all weekdays, a third of the work.
NOISE_STEP = 3
# Weight, in windows, of the noise of the next shorter length.
LEANED_WINDOWS = 6.0
# Single days have odd ones among them (late counts, outages told of nowhere): they are judged by their tails.
_SHORT_DAYS = 3
_TAIL_SHARE = 0.98
# Nothing that happens to most is taken to happen to more than all but this share.
_LEAST_SPARE = 0.02


@dataclass(frozen=True)
class Reference:
    """Level and weight of the weeks before each day, shape (series, days + 1).

    Args:
        rate: events per unit of exposure; zero where not known.
        events: how many events stand behind the rate.
        weeks: how many weeks with exposure.
    """

    rate: Floats
    events: Floats
    weeks: Floats

    def only(self, rows: slice) -> "Reference":
        """The same for some of the series."""
        return Reference(self.rate[rows], self.events[rows], self.weeks[rows])


def build_reference(
    numerator: Floats,
    denominator: Floats,
    *,
    at: Whole | None = None,
    fading: float = 1.0,
    weeks: int = WEEKS,
) -> Reference:
    """The robust rate of the weeks before each day, nine unless told (see the module's docstring).

    Args:
        numerator, denominator: shape (series, days).
        at: day indices to build it for, all when None; elsewhere it says that nothing is known.
        fading: weight of a week over that of the week after it; one weighs all alike.
        weeks: how many weeks are remembered.
    """
    faded = fading ** np.arange(weeks)[:, None, None]
    days = numerator.shape[1]
    wanted = np.arange(days + 1) if at is None else at
    above, below = (_weeks_before(one, wanted, weeks=weeks) * faded for one in (numerator, denominator))
    rate = ratio(above.sum(axis=0), below.sum(axis=0))
    bound = _HUBER * np.sqrt(_weekly_overdispersion(above, below, rate))[None, :, None]
    off, weight = np.empty_like(above), np.empty_like(above)
    for _ in range(3):
        # In place: half a year of weeks before each day of hundreds of series are many numbers.
        np.multiply(rate, below, out=weight)
        np.abs(np.subtract(above, weight, out=off), out=off)
        np.maximum(off, 1e-9, out=off)
        np.sqrt(np.maximum(weight, 0.5, out=weight), out=weight)
        weight *= bound
        weight /= off
        np.minimum(weight, 1.0, out=weight)
        rate = ratio(_over_weeks(weight, above), _over_weeks(weight, below))
    events = _over_weeks(weight, above)
    seen = (below > 0).sum(axis=0).astype(np.float64)
    if at is None:
        return Reference(rate, events, seen)
    spread = np.zeros((3, len(numerator), days + 1))
    spread[:, :, at] = rate, events, seen
    return Reference(*spread)


def _over_weeks(weight: Floats, values: Floats) -> Floats:
    return np.asarray(np.einsum("wsd,wsd->sd", weight, values), dtype=np.float64)


def _weeks_before(values: Floats, wanted: Whole, *, weeks: int) -> Floats:
    """Sums of the weeks before each wanted day, shape (weeks, series, wanted), newest first."""
    sums = cumulated(values)
    found = np.zeros((weeks, len(values), len(wanted)))
    for week in range(weeks):
        end = wanted - 7 * week
        whole = end >= 7
        found[week][:, whole] = sums[:, end[whole]] - sums[:, end[whole] - 7]
    return found


def _weekly_overdispersion(above: Floats, below: Floats, rate: Floats) -> Floats:
    """Robust variance of weekly sums over their mean, one per series, at least one."""
    step = slice(None, None, 7 if rate.shape[1] > 500 else 3)
    expected = rate[:, step] * below[:, :, step]
    squared = (above[:, :, step] - expected) ** 2 / np.maximum(expected, 0.5)
    rows = expected.shape[1]
    middle = median_where(
        squared.swapaxes(0, 1).reshape(rows, -1), (expected > 0).swapaxes(0, 1).reshape(rows, -1)
    )
    # 0.455 is the median of chi-squared with one degree of freedom.
    return np.asarray(np.maximum(np.nan_to_num(middle / 0.455, nan=1.0), 1e-12), dtype=np.float64)


@dataclass(frozen=True)
class Windows:
    """Windows of one scan, parallel arrays: start (first day), end (day after the last)."""

    start: Whole
    end: Whole

    @property
    def length(self) -> Whole:
        """Days in each window."""
        return self.end - self.start


@dataclass(frozen=True)
class Deviations:
    """Windows of series against their references, each of shape (series, windows).

    Args:
        actual: events in the window.
        expected: events at the rate of the weeks before.
        root: signed root of the Poisson deviance, in units where a steady Poisson series has scale one.
    """

    actual: Floats
    expected: Floats
    root: Floats


def deviate(
    numerator: Floats,
    denominator: Floats,
    *,
    reference: Reference,
    windows: Windows,
    trials: Floats | None = None,
) -> Deviations:
    """Hold each window against the level before its first day.

    Args:
        numerator, denominator: events, and what they are expected in proportion to; shape (series, days).
        reference: levels before each day.
        windows: which days are summed.
        trials: of how many the numerator is a share: the deviance is binomial then. None for Poisson.
    """
    above, below = cumulated(numerator), cumulated(denominator)
    actual = above[:, windows.end] - above[:, windows.start]
    exposure = below[:, windows.end] - below[:, windows.start]
    rate = reference.rate[:, windows.start]
    behind = reference.events[:, windows.start]
    known = (reference.weeks[:, windows.start] >= FEWEST_WEEKS) & (behind > 0) & (exposure > 0)
    expected = np.where(known, rate * exposure, 0.0)
    among = None
    if trials is not None:
        sums = cumulated(trials)
        among = sums[:, windows.end] - sums[:, windows.start]
    certain = 1 + ratio(expected, behind)
    found = deviance(actual, expected, trials=among) / certain
    root = np.sign(actual - expected) * np.sqrt(found)
    return Deviations(actual, expected, np.where(known, root, 0.0))


def deviance(actual: Floats, expected: Floats, *, trials: Floats | None = None) -> Floats:
    """Twice the log-likelihood that counts gain over what was expected, element by element, zero or more.

    Args:
        actual: events counted.
        expected: events expected, zero where not known (and then the deviance means nothing).
        trials: of how many they are a share: what those without the event add makes it binomial.
    """
    found = 2 * (xlogy(actual, ratio(actual, expected, empty=1.0)) - (actual - expected))
    if trials is not None:
        others = np.maximum(trials - actual, 0.0)
        usual = np.maximum(trials - expected, _LEAST_SPARE * trials)
        found += 2 * (xlogy(others, ratio(others, usual, empty=1.0)) + actual - expected)
    return np.asarray(np.maximum(found, 0.0), dtype=np.float64)


def noise_scale(
    numerator: Floats,
    denominator: Floats,
    *,
    reference: Reference,
    lengths: Whole,
    until: int,
    floor: float,
    by_tails: bool = False,
    trials: Floats | None = None,
) -> Floats:
    """Scale of the root deviance of quiet windows by length, shape (series, lengths).

    Long windows are few: each length leans on the next shorter one with the weight of six windows, made
    wider by as much as the noise of all series together has grown between the two (drift shows in all).

    Args:
        numerator, denominator: as in `deviate`.
        reference: of the same series.
        lengths: window lengths in days, ascending.
        until: only windows that end on or before this day index are read.
        floor: no scale is below it (one for counts).
        trials: as in `deviate`.
        by_tails: whether windows of few days are as wide as their tails say; a range's middle is narrower.
    """
    scales = np.ones((len(numerator), len(lengths)))
    before: Floats | None = None
    for place, length in enumerate(lengths):
        step = max(1, int(length) // (4 * NOISE_STEP)) * NOISE_STEP
        starts = np.arange(7 * FEWEST_WEEKS, until - length + 1, step)
        if len(starts):
            windows = Windows(starts, starts + length)
            found = deviate(numerator, denominator, reference=reference, windows=windows, trials=trials)
            held = found.expected > 0
            independent = held.sum(axis=1) * min(1.0, step / length)
            own = np.nan_to_num(1.4826 * median_where(np.abs(found.root), held), nan=1.0)
        else:
            own, independent = np.ones(len(numerator)), np.zeros(len(numerator))
            if by_tails and length <= _SHORT_DAYS:
                wide = np.quantile(np.where(held, np.abs(found.root), 0.0), _TAIL_SHARE, axis=1)
                own = np.maximum(own, wide / norm.isf((1 - _TAIL_SHARE) / 2))
        own = np.maximum(own, floor)
        if before is not None:
            leaned = before * _growth(own, before, weight=independent)
            weights = independent + LEANED_WINDOWS
            own = np.sqrt((independent * own**2 + LEANED_WINDOWS * leaned**2) / weights)
        scales[:, place] = before = own
    return scales


def _growth(own: Floats, before: Floats, *, weight: Floats) -> float:
    """Typical ratio of the noise of two lengths, over all series that have windows of the longer one."""
    seen = (weight > 0) & (before > 0)
    return float(max(np.median(own[seen] / before[seen]), 1.0)) if seen.any() else 1.0
