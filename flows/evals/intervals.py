"""95% intervals of what is measured over many companies: clustered by company, and honest at the edges."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 2000
_SEED = 5
_Z95 = 1.959963984540054


@dataclass(frozen=True)
class Measured:
    """A number with its 95% interval; `count` is what it rests on. None: nothing to measure."""

    value: float | None
    low: float | None
    high: float | None
    count: int


def measure_share(hits: Sequence[int], trials: Sequence[int]) -> Measured:
    """A share over companies: hits of all by trials of all.

    The interval is the wider of a bootstrap over companies (events of one company hang together) and Wilson's
    over events (a bootstrap of all hits or none has no width).

    Args:
        hits: by company.
        trials: by company, in the same order.
    """
    above, below = np.array(hits, dtype=float), np.array(trials, dtype=float)
    if below.sum() == 0:
        return Measured(None, None, None, 0)
    low, high = _bootstrap(
        len(above), lambda drawn: _ratio(above[drawn].sum(axis=1), below[drawn].sum(axis=1))
    )
    sure = _wilson(float(above.sum()), float(below.sum()))
    value = float(above.sum() / below.sum())
    return Measured(value, min(low, sure[0]), max(high, sure[1]), int(below.sum()))


def measure_mean(values: Sequence[float]) -> Measured:
    """A mean over companies."""
    return _measure_by(values, lambda drawn: drawn.mean(axis=1))


def measure_median(values: Sequence[float]) -> Measured:
    """A median over companies."""
    return _measure_by(values, lambda drawn: np.median(drawn, axis=1))


def _measure_by(
    values: Sequence[float], statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> Measured:
    numbers = np.array(values, dtype=float)
    if not len(numbers):
        return Measured(None, None, None, 0)
    low, high = _bootstrap(len(numbers), lambda drawn: statistic(numbers[drawn]))
    return Measured(float(statistic(numbers[None, :])[0]), low, high, len(numbers))


def _bootstrap(
    count: int, statistic: Callable[[NDArray[np.int64]], NDArray[np.float64]]
) -> tuple[float, float]:
    drawn = np.random.default_rng(_SEED).integers(0, count, (_RESAMPLES, count))
    found = statistic(drawn)
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(low), float(high)


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(below > 0, above / np.maximum(below, 1), np.nan)


def _wilson(hits: float, trials: float) -> tuple[float, float]:
    """Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22."""
    share, square = hits / trials, _Z95**2
    center = (share + square / (2 * trials)) / (1 + square / trials)
    half = _Z95 / (1 + square / trials) * sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    return max(center - half, 0.0), min(center + half, 1.0)
