"""One measure over all places of its table, ready to be scanned: standardised, seasonal, mature, masked."""

from dataclasses import dataclass

import numpy as np

from countersign.analytics.detection.arrays import Floats, Whole
from countersign.analytics.detection.cube import Cube
from countersign.analytics.detection.maturity import LEAST_COMPLETE, completeness
from countersign.analytics.detection.measures import Measure
from countersign.analytics.detection.memory import Noise
from countersign.analytics.detection.places import Places
from countersign.analytics.detection.scan import Prepared, prepare
from countersign.analytics.detection.seasonality import (
    shared_day_effect,
    standard_rates,
    weekday_of,
    weekday_profile,
)

_OPEN_DAYS = 4


@dataclass(frozen=True)
class Board:
    """A measure on its cube.

    Args:
        measure: what is judged.
        cube, places: where.
        above: events per leaf and day, masked days zero.
        below: expected shape of events per leaf and day (exposure at long-run rates); masked days zero.
        raw_below: the denominator as it is, for ratios that people read; ones for a count.
        profile: weekday effect per place, shape (places, days).
    """

    measure: Measure
    cube: Cube
    places: Places
    above: Floats
    below: Floats
    raw_below: Floats
    profile: Floats

    @property
    def doubts(self) -> Floats:
        """What is added to the log of each place's p-value."""
        names = self.places.names
        is_segment = np.array(["device" in name or "country" in name for name in names], dtype=bool)
        return np.asarray(self.measure.doubt + self.measure.segment_doubt * is_segment)

    def prepared(self, *, noise: Noise | None = None, places: Whole | None = None) -> Prepared:
        """The series of all or some places, held against their past; known noise is not measured again."""
        chosen = self.places if places is None else self.places.only(places)
        profile = self.profile if places is None else self.profile[places]
        above = chosen.summed(self.above)
        below = chosen.summed(self.below) * profile
        money = self.measure.is_money
        gate = chosen.summed(self.raw_below) if money and self.measure.denominator else above
        return prepare(
            above,
            below,
            gate=gate,
            floor=1e-6 if money else self.measure.floor,
            least_effect=self.measure.least_effect,
            least_plain=self.measure.least_plain,
            may_fade=self.measure.may_fade,
            noise=noise,
            memories=self.measure.memories,
            trials=chosen.summed(self.raw_below) if self.measure.is_share else None,
            only=self.measure.only,
        )


def build_board(measure: Measure, cube: Cube, *, places: Places) -> Board | None:
    """A board, or None when the cube lacks a measure that this one is made of or has nothing to count."""
    if not set(measure.numerator + measure.denominator) <= set(cube.values):
        return None
    above = np.sum([cube.values[name] for name in measure.numerator], axis=0)
    if not above.any():
        return None
    raw_below, below = _exposure(measure, cube, above)
    # Visits of channels that never have a click belong to no ratio of visits and clicks.
    above = above * (raw_below.sum(axis=1) > 0)[:, None]
    if measure.longest_delay_days:
        arrived = completeness(
            above.sum(axis=0), raw_below.sum(axis=0), longest_days=measure.longest_delay_days
        )
        share = arrived * _decided(measure, cube)
        judged = share >= measure.least_complete
        # However quick outcomes were so far, those of the newest days may still come.
        judged[-min(int(np.ceil(measure.longest_delay_days)), _OPEN_DAYS) :] = False
        above, raw_below, below = above * judged, raw_below * judged, below * np.where(judged, share, 0.0)
    profile = weekday_profile(places.summed(above), places.summed(below), cube.days)
    return Board(measure, cube, places, above, below, raw_below, profile[:, weekday_of(cube.days)])


def _exposure(measure: Measure, cube: Cube, above: Floats) -> tuple[Floats, Floats]:
    parents = cube.keys["channel"]
    if measure.denominator:
        raw = np.sum([cube.values[name] for name in measure.denominator], axis=0)
        return raw, raw * standard_rates(above, raw, parents=parents)[:, None]
    groups = np.char.add(parents, cube.keys.get("campaign_id", parents))
    effect = shared_day_effect(above, cube.days, groups=groups)
    return np.ones_like(above), above.mean(axis=1, keepdims=True) * effect[None, :]


def _decided(measure: Measure, cube: Cube) -> Floats:
    """Zero on days when less than half of the usual share is decided at all, else one."""
    if len(measure.denominator) < 2 or "leads" not in cube.values:
        return np.ones(len(cube.days))
    decided = np.sum([cube.values[name] for name in measure.denominator], axis=0).sum(axis=0)
    share = completeness(decided, cube.values["leads"].sum(axis=0))
    return np.asarray(share >= LEAST_COMPLETE, dtype=np.float64)
