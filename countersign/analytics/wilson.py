"""How sure a share is that was counted: Wilson intervals and a test of two shares.

Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22.
"""

import math

from countersign.analytics.arithmetic import Arguments, Values
from countersign.core.contracts import Number

# 0.9 quantile of the standard normal: an 80% interval, the level that all our ranges have.
_Z80 = 1.2815515655446004


def wilson_interval(successes: float, trials: float) -> tuple[float, float] | None:
    """80% interval of a share, None without trials or when the successes exceed them.

    >>> [round(end, 3) for end in wilson_interval(5, 10)]
    [0.312, 0.688]
    """
    if trials <= 0 or not 0 <= successes <= trials:
        return None
    share, square = successes / trials, _Z80**2
    center = (share + square / (2 * trials)) / (1 + square / trials)
    spread = math.sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    half = _Z80 * spread / (1 + square / trials)
    low = 0.0 if successes == 0 else max(center - half, 0.0)
    return low, 1.0 if successes == trials else min(center + half, 1.0)


def wilson_low(values: Values, arguments: Arguments) -> Number | None:
    """Low end of the 80% Wilson interval; inputs: successes, trials."""
    found = _interval_of(values)
    return found and found[0]


def wilson_high(values: Values, arguments: Arguments) -> Number | None:
    """High end of the 80% Wilson interval; inputs: successes, trials."""
    found = _interval_of(values)
    return found and found[1]


def share_z(now: tuple[float, float], prior: tuple[float, float]) -> float | None:
    """z of the difference of two shares, each (successes, trials), with pooled variance.

    None without trials, without any spread, or when a "share" exceeds one (its two counts come
    from different populations, so it is no share).

    >>> round(share_z((30, 100), (50, 100)), 2)
    -2.89
    """
    (hits, tries), (hits_before, tries_before) = now, prior
    if min(tries, tries_before) <= 0 or hits > tries or hits_before > tries_before:
        return None
    pooled = (hits + hits_before) / (tries + tries_before)
    variance = pooled * (1 - pooled) * (1 / tries + 1 / tries_before)
    if variance <= 0:
        return None
    return (hits / tries - hits_before / tries_before) / math.sqrt(variance)


def _interval_of(values: Values) -> tuple[float, float] | None:
    successes, trials = values
    if successes is None or trials is None:
        return None
    return wilson_interval(float(successes), float(trials))
