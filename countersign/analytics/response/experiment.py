"""Which test would tell what a channel brings: on and off by fortnights, with how sure it would be."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from countersign.analytics.response.posterior import Curves
from countersign.analytics.response.series import ChannelWeeks

POWER, SIGNIFICANCE = 0.8, 0.1
_SHORTEST, _LONGEST = 4, 16


@dataclass(frozen=True)
class TestDesign:
    """A test of one channel: half of the weeks, drawn by lot in pairs, at lower spend, half at today's.

    Args:
        channel: where what is not known matters most.
        kind: `on_off` (all of the channel in turns) or `geo` (some regions all the time).
        reduction: by which share spend is cut in the weeks or regions that are off, 0..1.
        weeks: how long.
        power: chance to notice the loss that is expected, at a significance of 0.1 on one side.
        least_loss: the smallest loss that it would notice with a power of 0.8, as a share of leads.
        expected_loss: the loss that is expected, as a share of the channel's leads.
    """

    __test__ = False

    channel: str
    kind: str
    reduction: float
    weeks: int
    power: float
    least_loss: float
    expected_loss: float


def design_test(weeks: ChannelWeeks, curves: Curves, *, limit: float) -> TestDesign:
    """The shortest test with a power of 0.8, up to 16 weeks, in the channel whose curve matters most.

    Noise is that of single weeks around the fit; two arms of equal length are compared (a z-test of two
    means). A cut is at least half of the spend, because a small one is lost in the noise of weeks.

    Source: Vaver and Koehler (2011), "Measuring ad effectiveness using geo experiments", Google;
    Bojinov, Simchi-Levi and Zhao (2023), "Design and analysis of switchback experiments", Mgmt Sci 69(7).
    """
    worth = curves.accepted.mean(axis=1) * curves.elasticity.std(axis=1)
    channel = int(np.argmax(worth))
    reduction = max(limit, 0.5)
    elasticity = max(float(np.median(curves.elasticity[channel])), 0.1)
    loss = 1 - (1 - reduction) ** elasticity
    noise = max(float(curves.noise[channel]), 0.01)
    chosen = _LONGEST
    for length in range(_SHORTEST, _LONGEST + 1, 2):
        if power_of(loss, noise=noise, weeks=length) >= POWER:
            chosen = length
            break
    normal = NormalDist()
    needed = (normal.inv_cdf(POWER) + normal.inv_cdf(1 - SIGNIFICANCE)) * 2 * noise / math.sqrt(chosen)
    return TestDesign(
        channel=weeks.channels[channel],
        kind="on_off",
        reduction=reduction,
        weeks=chosen,
        power=power_of(loss, noise=noise, weeks=chosen),
        least_loss=1 - math.exp(-needed),
        expected_loss=loss,
    )


def power_of(loss: float, *, noise: float, weeks: int) -> float:
    """Chance that a loss shows: z-test of two means of log leads, `weeks / 2` each, one side at 0.1.

    >>> round(power_of(0.2, noise=0.2, weeks=12), 2)
    0.74
    """
    deviation = 2 * noise / math.sqrt(weeks)
    z = -math.log(max(1 - loss, 1e-9)) / deviation
    return NormalDist().cdf(z - NormalDist().inv_cdf(1 - SIGNIFICANCE))
