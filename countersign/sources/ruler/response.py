"""How spend becomes leads: saturating curves, carry-over, and what channels do to each other.

A channel's curve is g(u), u being its weekly spend as a share of a reference; g(1) = 1. Curves: Hill,
logarithm, negative exponential and power, as in Jin, Wang, Sun, Chan and Koehler (2017), "Bayesian methods
for media mix modeling with carryover and shape effects". Carry-over: geometric, Weibull density, or none.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from countersign.sources.ruler.draws import Array

CurveKind = Literal["hill", "log", "negative_exponential", "power"]
CarryKind = Literal["geometric", "weibull", "none"]
CARRY_DAYS = 42


@dataclass(frozen=True)
class Curve:
    """g(u): leads as a share of those at the reference spend; rises with u, g(0) = 0, g(1) = 1.

    `half` is where a Hill curve or logarithm bends, in reference spends; `slope` is the exponent of Hill and
    power.
    """

    kind: CurveKind
    half: float
    slope: float

    def at(self, pressure: Array | float) -> Array:
        """The curve's value; `pressure` in reference spends, zero or more."""
        u = np.maximum(np.asarray(pressure, dtype=float), 0.0)
        if self.kind == "hill":
            powered = u**self.slope
            return np.asarray(powered * (1 + self.half**self.slope) / (powered + self.half**self.slope))
        if self.kind == "log":
            return np.asarray(np.log1p(u / self.half) / np.log1p(1 / self.half))
        if self.kind == "negative_exponential":
            return np.asarray(np.expm1(-u / self.half) / np.expm1(-1 / self.half))
        return np.asarray(u**self.slope)

    def efficiency(self, pressure: Array) -> Array:
        """g(u) / u: leads per unit of spend, as a share of that at the reference."""
        u = np.maximum(pressure, 1e-3)
        return np.asarray(self.at(u) / u)


@dataclass(frozen=True)
class CarryOver:
    """When a visit's leads come: weights over the days after it, which sum to 1.

    `days` is the half-life of a geometric carry-over, the scale of a Weibull one.
    """

    kind: CarryKind
    days: float
    shape: float = 1.0

    def weights(self) -> Array:
        """Shape (CARRY_DAYS,), today first; only today counts when there is none."""
        lag = np.arange(CARRY_DAYS, dtype=float)
        if self.kind == "none":
            return np.asarray((lag == 0).astype(float))
        if self.kind == "geometric":
            found = 0.5 ** (lag / self.days)
        else:
            x = (lag + 0.5) / self.days
            found = x ** (self.shape - 1) * np.exp(-(x**self.shape))
        return np.asarray(found / found.sum())


def carried(series: Array, weights: Array) -> Array:
    """Spread each day over the days after it; before the first day there was always the first week's mean.

    Args:
        series: shape (..., days), oldest first.
        weights: today first; sum to 1.
    """
    last = int(np.flatnonzero(weights > 1e-6)[-1]) + 1
    before = np.repeat(series[..., :7].mean(axis=-1, keepdims=True), last - 1, axis=-1)
    padded = np.concatenate([before, series], axis=-1)
    days = series.shape[-1]
    total = np.zeros_like(series)
    for lag in range(last):
        total += weights[lag] * padded[..., last - 1 - lag : last - 1 - lag + days]
    return total
