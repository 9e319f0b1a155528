"""The range where a daily series should fall in its next days, for counts, money and ratios.

The middle is the robust rate of the nine weeks before times exposure and weekday; the width is the noise
that windows of that length have shown in this very series. Counts are whole, so their range reaches half
an event further. Between them stands a gamma distribution with
that mean and variance: the continuous form of the overdispersed (negative binomial) count.

Source: Cameron and Trivedi (2013), "Regression analysis of count data", ch. 3, for variance in proportion
to the mean; the range covers its level only where the future is like the past.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv  # type: ignore[import-untyped]

from countersign.analytics.detection.arrays import Days, Floats
from countersign.analytics.detection.reference import (
    FEWEST_WEEKS,
    Reference,
    Windows,
    build_reference,
    deviate,
    noise_scale,
)
from countersign.analytics.detection.seasonality import weekday_of, weekday_profile

LEVEL = 0.8
_FEWEST_DAYS = 91
# A drifting series is better told by its last weeks: the memory with the least noise so far is used.
_FADING = (1.0, 0.6, 0.3)


@dataclass(frozen=True)
class ExpectedRange:
    """Where the sum over the judged days should lie.

    Args:
        expected, low, high: in units of the numerator, or of the ratio when there is a denominator.
        actual: what it was.
        scale: noise of such windows, in standard deviations of a Poisson series (money: of its unit's root).
    """

    expected: float
    low: float
    high: float
    actual: float
    scale: float


def expected_range(
    values: Floats,
    *,
    days: Days,
    exposure: Floats | None = None,
    length: int = 1,
    level: float = LEVEL,
    is_money: bool = False,
) -> ExpectedRange | None:
    """Range of the last `length` days of a series, from all days before them.

    Args:
        values: events or money per day, oldest first, the judged days last.
        days: one per value.
        exposure: the denominator of a ratio; None for a count.
        length: judged days.
        level: share of quiet windows that should fall inside.
        is_money: whether values are amounts, which may be steadier than any count.

    Returns:
        The range, or None with fewer than 13 weeks before, or without anything to compare with.
    """
    if len(values) < _FEWEST_DAYS + length:
        return None
    below = np.ones(len(values)) if exposure is None else exposure
    known = len(values) - length
    profile = weekday_profile(values[None, :known], below[None, :known], days[:known])[0]
    series, shape = values[None, :], (below * profile[weekday_of(days)])[None, :]
    floor = 1e-6 if is_money else 1.0
    scale, reference = min(
        (_noise(series, shape, fading=fading, length=length, floor=floor) for fading in _FADING),
        key=lambda found: found[0],
    )
    windows = Windows(np.array([known]), np.array([known + length]))
    found = deviate(series, shape, reference=reference, windows=windows)
    expected, behind = float(found.expected[0, 0]), float(reference.events[0, known])
    if expected <= 0 or reference.weeks[0, known] < FEWEST_WEEKS:
        return None
    low, high = spread(expected, scale=scale * (1 + expected / behind) ** 0.5, level=level)
    if not is_money:
        low, high = max(low - 0.5, 0.0), high + 0.5
    unit = float(below[known:].sum()) if exposure is not None else 1.0
    return ExpectedRange(expected / unit, low / unit, high / unit, float(values[known:].sum()) / unit, scale)


def _noise(
    series: Floats, shape: Floats, *, fading: float, length: int, floor: float
) -> tuple[float, Reference]:
    reference = build_reference(series, shape, fading=fading)
    until = series.shape[1] - length
    scales = noise_scale(
        series, shape, reference=reference, lengths=np.array([length]), until=until, floor=floor
    )
    return float(scales[0, 0]), reference


def spread(expected: float, *, scale: float, level: float = LEVEL) -> tuple[float, float]:
    """Equal-tailed range of a gamma distribution with this mean and variance scale² · mean.

    >>> [round(end, 1) for end in spread(100.0, scale=1.0)]
    [87.4, 113.0]
    """
    variance = scale**2
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    low, high = gammaincinv(expected / variance, tails) * variance
    return float(low), float(high)
