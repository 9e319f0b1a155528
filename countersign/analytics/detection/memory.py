"""How far back the level of a series is read: as far as would have foretold that series best.

Nine weeks serve most. A price that drifts with the market is told better by its last weeks, and a share of
ten deals a week by half a year: nine weeks of those are so few events that the level is hardly known. So the
windows of a fortnight before the scanned days are foretold with each memory, and the one that missed by
least is kept, each with the noise that is its own.

Source: Brown (1963), "Smoothing, forecasting and prediction of discrete time series" (a shorter memory for a
level that moves, chosen by the errors of past forecasts); Dawid (1984), "Present position and potential
developments: the prequential approach", JRSS A 147.
"""

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from countersign.analytics.detection.arrays import Floats, Whole, ratio
from countersign.analytics.detection.reference import (
    FEWEST_WEEKS,
    NOISE_STEP,
    WEEKS,
    Reference,
    build_reference,
    noise_scale,
)

# The window whose misses are compared.
_FORETOLD_DAYS = 14


class Memory(NamedTuple):
    """Weeks that are remembered, and the weight of each over that of the week after it."""

    weeks: int
    fading: float


USUAL = Memory(WEEKS, 1.0)
# All that is remembered weighs as much as three weeks, or as one and a half.
SHORT, SHORTEST = Memory(WEEKS, 0.7), Memory(WEEKS, 0.4)
HALF_A_YEAR = Memory(26, 1.0)


@dataclass(frozen=True)
class Noise:
    """What quiet days before the scanned ones say of each series.

    Args:
        scales: noise by length, shape (series, lengths); see `noise_scale`.
        memory: index of the memory that foretells it best, shape (series,).
    """

    scales: Floats
    memory: Whole

    def only(self, rows: Whole) -> "Noise":
        """The same for some of the series."""
        return Noise(self.scales[rows], self.memory[rows])


def quiet_noise(
    numerator: Floats,
    denominator: Floats,
    *,
    lengths: Whole,
    until: int,
    floor: float,
    memories: tuple[Memory, ...] = (USUAL,),
    trials: Floats | None = None,
) -> Noise:
    """Noise of each series with the memory that foretells it best.

    Args:
        numerator, denominator, trials: as in `deviate`.
        lengths: window lengths in days, ascending.
        until: only windows that end on or before this day index are read.
        floor: as in `noise_scale`.
        memories: what may be chosen; the first where none is better.
    """
    at = np.arange(7 * FEWEST_WEEKS, until + 1, NOISE_STEP)
    levels = [build_reference(numerator, denominator, at=at, **memory._asdict()) for memory in memories]

    def noise(lengths: Whole, reference: Reference) -> Floats:
        return noise_scale(
            numerator,
            denominator,
            reference=reference,
            lengths=lengths,
            until=until,
            floor=floor,
            by_tails=True,
            trials=trials,
        )

    missed = [
        noise(np.array([_FORETOLD_DAYS]), one)[:, 0] * np.sqrt(_uncertain(denominator, one, until=until))
        for one in (levels if len(levels) > 1 else ())
    ]
    chosen = np.argmin(missed, axis=0) if missed else np.zeros(len(numerator), dtype=np.int64)
    rows = np.arange(len(numerator))
    kept = (np.stack([getattr(one, part.name) for one in levels])[chosen, rows] for part in fields(Reference))
    return Noise(noise(lengths, Reference(*kept)), chosen)


def _uncertain(denominator: Floats, reference: Reference, *, until: int) -> Floats:
    """By how much a level that is itself an estimate widens what a fortnight is foretold with, squared."""
    expected = reference.rate[:, : until + 1] * denominator[:, :until].mean(axis=1, keepdims=True)
    share = ratio(_FORETOLD_DAYS * expected, reference.events[:, : until + 1], empty=np.nan)
    known = np.isfinite(share) & (share > 0)
    return np.asarray(
        1 + ratio(np.where(known, share, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))
    )


def remembered(
    numerator: Floats, denominator: Floats, *, at: Whole, chosen: Whole, memories: tuple[Memory, ...]
) -> Reference:
    """The level before each day `at`, each series with its own memory (its index in `memories`)."""
    found = np.zeros((3, len(numerator), numerator.shape[1] + 1))
    for index, memory in enumerate(memories):
        rows = np.flatnonzero(chosen == index)
        if len(rows):
            part = build_reference(numerator[rows], denominator[rows], at=at, **memory._asdict())
            found[:, rows] = part.rate, part.events, part.weeks
    return Reference(*found)
