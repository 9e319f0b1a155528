"""Recent days whose outcomes are still to come: how complete each day is, read from the data itself.

Outcomes of a lead (follow-up, qualification, acceptance) count on the day the lead was created, so the
last days always look bad. Delays follow a Weibull distribution often enough; its two parameters are
fitted by least absolute deviations to daily rates by age. A step, which is what an incident looks like,
does not fit a smooth curve of delays and so does not pass as one.

Source: Chapelle (2014), "Modeling delayed feedback in display advertising", KDD; Lawless (1994),
"Adjustments for reporting delays", Canadian J. Stat. 22, for completeness by age.
"""

import numpy as np

from countersign.analytics.detection.arrays import Floats, ratio

# A day less complete than this is not judged; one more complete than `_WHOLE` needs no correction.
LEAST_COMPLETE = 0.6
_WHOLE = 0.97
_YOUNG_DAYS = 75
_SHORT_DELAY = 4
# A step must fit better than a curve of delays by this much: delays are the rule, steps the exception.
_STEP_EDGE = 1.5
_SCALES = np.geomspace(0.15, 45.0, 48)
_SHAPES = np.array([0.6, 0.8, 1.0, 1.3, 1.7, 2.3, 3.0])


def completeness(numerator: Floats, denominator: Floats, *, longest_days: float = 45.0) -> Floats:
    """Share of the outcomes of each day that are there already, shape (days,), oldest first, in (0, 1].

    Args:
        numerator: outcomes of all places together per day, shape (days,), the last day is yesterday.
        denominator: those who may still have that outcome.
        longest_days: no delay's scale is longer; a promise of hours is kept or broken within days.
    """
    days = len(numerator)
    young = min(_YOUNG_DAYS, days // 2)
    old_above, old_below = numerator[: days - young], denominator[: days - young]
    mature = _recent_rate(old_above, old_below)
    if mature <= 0:
        return np.ones(days)
    age = np.arange(young, dtype=np.float64)
    above, below = numerator[::-1][:young], denominator[::-1][:young]
    curves = _curves(age + 1.0, longest_days=longest_days)
    expected = mature * below * curves
    loss = np.abs(np.sqrt(above + 0.375) - np.sqrt(expected + 0.375)).sum(axis=1)
    flat = np.abs(np.sqrt(above + 0.375) - np.sqrt(mature * below + 0.375)).sum()
    # The curve must earn its two parameters: half a standard deviation of a root each, twice over.
    if loss.min() > min(flat - 2.0, _step_loss(above, mature * below) + _STEP_EDGE):
        return np.ones(days)
    best = curves[loss.argmin()]
    found = np.ones(days)
    found[::-1][:young] = np.where(best >= _WHOLE, 1.0, best)
    return found


def _step_loss(above: Floats, expected: Floats) -> float:
    """Loss of the best step: all days younger than some age at one lower rate, the others as ever."""
    factor = np.minimum(ratio(np.cumsum(above), np.cumsum(expected)), 1.0)
    young = np.tri(len(above), dtype=bool)
    stepped = np.where(young, factor[:, None], 1.0) * expected[None, :]
    loss = np.abs(np.sqrt(above + 0.375) - np.sqrt(stepped + 0.375)).sum(axis=1)
    # A delay of a few days is a step, too.
    return float(loss[_SHORT_DELAY:].min(initial=np.inf))


def _curves(age: Floats, *, longest_days: float) -> Floats:
    scales = _SCALES[longest_days >= _SCALES]
    scale, shape = (grid.ravel()[:, None] for grid in np.meshgrid(scales, _SHAPES, indexing="ij"))
    return np.asarray(1 - np.exp(-((age[None, :] / scale) ** shape)), dtype=np.float64)


def _recent_rate(above: Floats, below: Floats) -> float:
    """Median of the weekly rates of the thirteen newest weeks of what is old enough."""
    weeks = min(13, len(above) // 7)
    if weeks == 0:
        return 0.0
    last = len(above)
    sums = [values[last - 7 * weeks :].reshape(weeks, 7).sum(axis=1) for values in (above, below)]
    rates = ratio(sums[0], sums[1], empty=np.nan)
    return float(np.nan_to_num(np.nanmedian(rates))) if np.isfinite(rates).any() else 0.0
