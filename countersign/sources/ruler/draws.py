"""Random numbers that stay the same where nothing changed.

Every stage draws its own numbers, of a fixed shape, and turns them into counts through the inverse of the
distribution. A company with an incident and the same company without it therefore agree bit for bit wherever
the incident does not reach, and differ in its place only by its effect.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Up to this mean counts are found exactly, above it by a Cornish-Fisher expansion (error far below one
# count).
_EXACT_MEAN = 25.0
_LAST_COUNT = 80


def generator(seed: int, stage: str) -> np.random.Generator:
    """The generator of one stage of one company."""
    return np.random.default_rng([seed, zlib.crc32(stage.encode())])


class Noise:
    """Chance: what a stage's expectation becomes in one history.

    `heaviness` 1 is log-normal shocks; above it shocks have the heavy tails of Student's t with 4 degrees of
    freedom and that many times the spread.
    """

    def __init__(self, seed: int, *, heaviness: float = 1.0) -> None:
        self._seed = seed
        self._heaviness = heaviness

    def shock(self, stage: str, shape: tuple[int, ...], *, sd: float) -> Array:
        """Factors around 1 with relative standard deviation about `sd`."""
        rng = generator(self._seed, f"shock {stage}")
        if self._heaviness > 1:
            tails = np.clip(rng.standard_t(4, shape) / np.sqrt(2), -6, 6)
            return np.asarray(np.exp(sd * self._heaviness * tails - (sd * self._heaviness) ** 2 / 2))
        return np.asarray(np.exp(sd * rng.standard_normal(shape) - sd**2 / 2))

    def poisson(self, stage: str, mean: Array) -> Array:
        """Counts with the given mean, zero or more."""
        uniform, normal = self._numbers(stage, mean.shape)
        cautious = np.maximum(mean, 0.0)
        counts = np.floor(cautious + normal * np.sqrt(cautious) + (normal**2 - 1) / 6 + 0.5)
        small = cautious < _EXACT_MEAN
        counts[small] = _poisson_quantile(cautious[small], uniform[small])
        return np.asarray(np.maximum(counts, 0.0))

    def binomial(self, stage: str, trials: Array, share: Array | float) -> Array:
        """How many of the trials succeed; never more than `trials`."""
        chance = np.clip(np.broadcast_to(np.asarray(share, dtype=float), trials.shape), 0.0, 1.0)
        uniform, normal = self._numbers(stage, trials.shape)
        mean = trials * chance
        spread = np.sqrt(mean * (1 - chance))
        counts = np.floor(mean + normal * spread + (1 - 2 * chance) * (normal**2 - 1) / 6 + 0.5)
        # The rarer outcome is the one that is counted, so that few steps are enough.
        flipped = chance > 0.5
        rare = np.where(flipped, 1 - chance, chance)
        small = trials * rare < _EXACT_MEAN
        low = _binomial_quantile(trials[small], rare[small], uniform[small])
        counts[small] = np.where(flipped[small], trials[small] - low, low)
        return np.asarray(np.clip(counts, 0.0, trials))

    def _numbers(self, stage: str, shape: tuple[int, ...]) -> tuple[Array, Array]:
        rng = generator(self._seed, stage)
        return rng.random(shape), rng.standard_normal(shape)


class Silence(Noise):
    """No chance at all: every stage gives its expectation."""

    def __init__(self) -> None:
        super().__init__(0)

    def shock(self, stage: str, shape: tuple[int, ...], *, sd: float) -> Array:
        """Ones."""
        return np.ones(shape)

    def poisson(self, stage: str, mean: Array) -> Array:
        """The mean."""
        return mean

    def binomial(self, stage: str, trials: Array, share: Array | float) -> Array:
        """The mean."""
        return np.asarray(trials * np.clip(share, 0.0, 1.0))


def _poisson_quantile(mean: Array, uniform: Array) -> Array:
    counts = np.zeros_like(mean)
    term = np.exp(-mean)
    left = uniform - term
    waiting = np.flatnonzero(left > 0)
    term, left, rate = term[waiting], left[waiting], mean[waiting]
    for count in range(1, _LAST_COUNT):
        if not len(waiting):
            break
        counts[waiting] = count
        term = term * rate / count
        left = left - term
        going = left > 0
        waiting, term, left, rate = waiting[going], term[going], left[going], rate[going]
    return counts


def _binomial_quantile(trials: Array, chance: Array, uniform: Array) -> Array:
    counts = np.zeros_like(trials)
    term = (1 - chance) ** trials
    left = uniform - term
    waiting = np.flatnonzero((left > 0) & (trials > 0))
    term, left = term[waiting], left[waiting]
    number, odds = trials[waiting], (chance / np.maximum(1 - chance, 1e-12))[waiting]
    for count in range(1, _LAST_COUNT):
        if not len(waiting):
            break
        counts[waiting] = count
        term = term * odds * (number - count + 1) / count
        left = left - term
        going = (left > 0) & (count < number)
        waiting, term, left = waiting[going], term[going], left[going]
        number, odds = number[going], odds[going]
    return counts
