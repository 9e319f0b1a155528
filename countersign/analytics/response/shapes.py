"""The curves that are tried: adstock decays times saturating shapes, each scaled to 1 at today's spend.

Sources: Broadbent (1979), "One way TV advertisements work", JMRS 21(3) (geometric adstock); Jin, Wang, Sun,
Chan and Koehler (2017), "Bayesian methods for media mix modeling with carryover and shape effects", Google
(adstock and Hill curves fitted together); Hanssens, Parsons and Schultz (2001), "Market response models"
(constant elasticities).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from countersign.analytics.response.series import Numbers

# Share of a week's carry-over that reaches the next week, and how likely each is before any data.
DECAYS = (0.0, 0.15, 0.3, 0.5, 0.7)
DECAY_ODDS = (0.28, 0.22, 0.22, 0.17, 0.11)
_WARM_UP_WEEKS = 8
LEAST_SPEND = 0.02
_STEP = 1e-4
# One channel in six may be unlike the others: S-shaped, or hardly responding.
_TAIL_SHARE, _TAIL_CENTER, _TAIL_SPREAD = 0.15, 0.8, 0.6


@dataclass(frozen=True)
class Shape:
    """One curve of spend, in multiples of today's: 1 at 1.

    `kind` is `power` (u ** bend) or `hill` (u ** bend / (u ** bend + half ** bend)); `free` is the
    share of today's leads that would come without spend.
    """

    kind: str
    bend: float
    half: float
    free: float

    def at(self, multiple: Numbers) -> Numbers:
        """Leads, in multiples of today's, at spend in multiples of today's; any shape.

        >>> Shape("power", 0.5, 0.0, 0.0).at(np.array([1.0, 4.0])).tolist()
        [1.0, 2.0]
        """
        spend = np.maximum(multiple, LEAST_SPEND) ** self.bend
        if self.kind == "hill":
            half = self.half**self.bend
            spend = spend / (spend + half) * (1 + half)
        return self.free + (1 - self.free) * spend

    def elasticity(self) -> float:
        """Percent more leads for a percent more spend, at today's spend."""
        ends = self.at(np.array([1 - _STEP, 1 + _STEP]))
        return float((ends[1] - ends[0]) / (2 * _STEP))


@cache
def all_shapes() -> tuple[Shape, ...]:
    """Every shape that is tried: from no response at all to slightly more than proportional."""
    return tuple(_shapes())


@cache
def shape_odds(center: float, *, spread: float) -> Numbers:
    """How likely each shape is before any data: normal in its elasticity around `center`, with wide tails.

    Shapes are not evenly spread over elasticities, so each counts by how rare its like is.
    """
    found = np.array([shape.elasticity() for shape in all_shapes()])
    crowd = np.exp(-0.5 * ((found[:, None] - found[None, :]) / 0.06) ** 2).sum(axis=1)
    near = np.exp(-0.5 * ((found - center) / spread) ** 2) / spread
    wide = np.exp(-0.5 * ((found - _TAIL_CENTER) / _TAIL_SPREAD) ** 2) / _TAIL_SPREAD
    odds = ((1 - _TAIL_SHARE) * near + _TAIL_SHARE * wide) / crowd
    return np.asarray(odds / odds.sum())


def carry_over(spend: Numbers, *, decay: float) -> Numbers:
    """Spend as it works: each week passes `decay` of what works in it on to the next (geometric adstock).

    Weights sum to one, so that steady spend works as itself; before the first week, spend is taken to have
    been what the first weeks were on average.

    Args:
        spend: any unit a week, shape (weeks,), oldest first.
        decay: 0 to below 1.

    >>> carry_over(np.array([2.0] * 8 + [4.0, 2.0]), decay=0.5)[-3:].tolist()
    [2.0, 3.0, 2.5]
    """
    working = np.empty_like(spend)
    held = float(spend[:_WARM_UP_WEEKS].mean())
    for week, amount in enumerate(spend):
        held = decay * held + (1 - decay) * float(amount)
        working[week] = held
    return working


def _shapes() -> Iterator[Shape]:
    for bend in (0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15):
        yield Shape("power", bend, 0.0, 0.0)
    for free in (0.2, 0.45, 0.7):
        for bend in (0.7, 1.0):
            yield Shape("power", bend, 0.0, free)
    for bend in (1.0, 1.6, 2.5):
        for half in (0.25, 0.5, 1.0, 2.0, 4.0):
            yield Shape("hill", bend, half, 0.0)
            if half in (0.5, 1.0):
                yield Shape("hill", bend, half, 0.3)
