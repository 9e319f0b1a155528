"""How much further one place went than the others: a difference in differences of counts, with its interval.

Source: Angrist and Pischke (2009), "Mostly Harmless Econometrics", chapter 5, on the log scale, so that
places of any size compare. The interval takes the counts as quasi-Poisson: the variance of a log count is
dispersion / count, and the four of them add up (delta method).
"""

import math

from countersign.analytics.arithmetic import Arguments, Values, known
from countersign.core.contracts import Number

# 0.9 quantile of the standard normal: an 80% interval, the level that all our ranges have.
_Z80 = 1.2815515655446004


def beyond(values: Values, arguments: Arguments) -> Number | None:
    """(after here / before here) / (after elsewhere / before elsewhere) - 1; days cancel out.

    Inputs: the four counts in that order and the dispersion. Not known when one of the counts is zero.

    >>> round(beyond([60, 100, 90, 100, 1.0], {}), 6)
    -0.333333
    """
    found = _log_ratio(values)
    return None if found is None else math.expm1(found[0])


def beyond_low(values: Values, arguments: Arguments) -> Number | None:
    """Low end of the 80% interval of `beyond`; the same inputs."""
    found = _log_ratio(values)
    return None if found is None else math.expm1(found[0] - _Z80 * found[1])


def beyond_high(values: Values, arguments: Arguments) -> Number | None:
    """High end of the 80% interval of `beyond`; the same inputs."""
    found = _log_ratio(values)
    return None if found is None else math.expm1(found[0] + _Z80 * found[1])


def _log_ratio(values: Values) -> tuple[float, float] | None:
    """The log of the ratio of ratios, and its standard error."""
    numbers = known(values)
    if numbers is None or min(numbers) <= 0:
        return None
    after, before, after_rest, before_rest, dispersion = (float(number) for number in numbers)
    log = math.log(after / before) - math.log(after_rest / before_rest)
    return log, math.sqrt(dispersion * (1 / after + 1 / before + 1 / after_rest + 1 / before_rest))
