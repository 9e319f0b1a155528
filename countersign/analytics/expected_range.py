"""The range where a weekly figure should fall if nothing but its usual noise moved it.

The range is `median ± k(n) · MAD` of the 6 to 13 weeks before the week in question. k(n) makes it an
80% prediction interval for one further week of independent Gaussian noise: the 0.8 quantile of
|x(n+1) - median| / MAD, tabulated from one million simulated series per n. Median and MAD hold
still when up to half of the earlier weeks were incidents themselves (breakdown point 50%).

Assumptions, which the reader of a range should know: the earlier weeks share one level (a steady
trend makes the range lag behind), weeks are independent, and there is no yearly season in 13 weeks.

Source: Hampel (1974), "The influence curve and its role in robust estimation", JASA 69; Rousseeuw
and Croux (1993), "Alternatives to the median absolute deviation", JASA 88, for small samples.
"""

from statistics import median

from countersign.analytics.arithmetic import Arguments, Values
from countersign.core.contracts import Number

LEVEL = 0.8
MOST_WEEKS = 13
FEWEST_WEEKS = 6
METHOD = "median ± k·MAD of the 6–13 weeks before, k set for an 80% prediction interval"

# k by number of known weeks; see the module's docstring.
_HALF_WIDTH = {6: 3.068, 7: 2.930, 8: 2.702, 9: 2.633, 10: 2.506, 11: 2.464, 12: 2.387, 13: 2.367}

# A range is never narrower than ±1% of its middle: a budget that hardly ever moves is no alarm bell.
NARROWEST = 0.01

# 0.9 quantile of the standard normal: half of an 80% interval in standard deviations.
_NORMAL_HALF = 1.2816


def expected_range(history: Values, *, is_count: bool) -> tuple[float, float] | None:
    """Low and high for the next week, or None when fewer than six earlier weeks are known.

    Args:
        history: weekly values before the week in question, any order; None where not known. Only
            the last 13 are read.
        is_count: whether the series counts events. A count is never steadier than a Poisson
            process of its level, so its range is at least that wide.

    Returns:
        (low, high), low never below zero when no earlier week was.
    """
    numbers = [float(value) for value in history[-MOST_WEEKS:] if value is not None]
    if len(numbers) < FEWEST_WEEKS:
        return None
    center = median(numbers)
    half = _HALF_WIDTH[len(numbers)] * median(abs(number - center) for number in numbers)
    half = max(half, NARROWEST * abs(center))
    if is_count:
        half = max(half, _NORMAL_HALF * max(center, 1.0) ** 0.5)
    low = center - half
    return (max(low, 0.0) if min(numbers) >= 0 else low), center + half


def expected_low(values: Values, arguments: Arguments) -> Number | None:
    """Low end of the expected range of the inputs; argument `series`: "count" or "measure"."""
    found = expected_range(values, is_count=arguments["series"] == "count")
    return found and found[0]


def expected_high(values: Values, arguments: Arguments) -> Number | None:
    """High end of the expected range of the inputs; argument `series`: "count" or "measure"."""
    found = expected_range(values, is_count=arguments["series"] == "count")
    return found and found[1]


def position(value: Number, *, low: Number, high: Number) -> float:
    """Where a value lies: 0 at the middle of its range, ±1 at its ends, beyond ±2 about one in 100.

    A range without width puts every other value infinitely far outside.

    >>> position(15.0, low=0.0, high=10.0)
    2.0
    """
    middle, half = (float(high) + float(low)) / 2, (float(high) - float(low)) / 2
    away = float(value) - middle
    if half == 0:
        return 0.0 if away == 0 else float("inf") * (1 if away > 0 else -1)
    return away / half
