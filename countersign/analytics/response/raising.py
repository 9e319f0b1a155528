"""What more money in one channel alone would bring, up to what it has spent before."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from countersign.analytics.response.budget import change_at
from countersign.analytics.response.posterior import Curves
from countersign.analytics.response.series import Numbers

# A smaller step is lost in the weeks' own ups and downs.
_LEAST_STEP = 0.05


@dataclass(frozen=True)
class Raise:
    """One channel's spend raised alone; the others stay as they are.

    Args:
        spend_now: a week, in the reporting currency.
        spend_raised: the most that was tried before, and no more than the limit above today.
        effect_expected: accepted leads a week more, once it has worked through.
        effect_low: low end of the interval.
        effect_high: high end.
    """

    spend_now: float
    spend_raised: float
    effect_expected: float
    effect_low: float
    effect_high: float


def find_raises(
    curves: Curves, *, names: Sequence[str], current: Numbers, most: Numbers, level: float
) -> dict[str, Raise]:
    """By channel, what its spend raised to `most` would bring; channels without room are left out.

    Args:
        curves: draws by multiple of today's spend; the multiples reach most / current.
        names: of the channels, in the order of the curves.
        current: spend a week today, shape (channels,).
        most: the most each channel may get, within what was observed, shape (channels,).
        level: share of the draws that the interval holds.
    """
    found = {}
    for number, name in enumerate(names):
        if most[number] < (1 + _LEAST_STEP) * current[number]:
            continue
        gain = change_at(curves, channel=number, multiple=float(most[number] / current[number]))
        low, high = np.quantile(gain, [(1 - level) / 2, (1 + level) / 2])
        found[name] = Raise(
            spend_now=float(current[number]),
            spend_raised=float(most[number]),
            effect_expected=float(gain.mean()),
            effect_low=float(low),
            effect_high=float(high),
        )
    return found
