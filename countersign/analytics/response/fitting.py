"""Fit all curves to a channel at once: a Gaussian process in log leads, one Cholesky per kind of noise.

log leads = log curve(adstocked spend) + season + trend + demand + slow drift + noise. Counts enter through
one step of iteratively reweighted least squares around a pilot fit, so that all but the curve is Gaussian
and integrates out exactly; curves, decays and sizes of noise are a grid whose points get posterior odds.
Around each curve the elasticity may deviate a little, which fills the gaps of the grid and allows for curves
that are none of ours. Weeks that lie far off the pilot fit (an outage, a tracking fault) count less.

Sources: Jin et al. (2017) for curve and adstock under priors; Rasmussen and Williams (2006), "Gaussian
processes for machine learning", ch. 2 (evidence, prediction); Ng, Wang and Dai (2021), "Bayesian time varying
coefficient model with applications to marketing mix modeling" (drift of the level); Huber (1964) (weights).
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from countersign.analytics.response.series import ChannelWeeks, Numbers
from countersign.analytics.response.shapes import DECAYS, LEAST_SPEND, all_shapes, carry_over

NOISES, DRIFTS, MEMORIES = (0.03, 0.08, 0.2), (0.02, 0.08, 0.2), (3.0, 15.0)
LEVEL_WEEKS = 4
BEND_DEVIATION = 0.12
_YEAR = 365.25 / 7
_FAR = 2.5
_PILOT_ROUNDS = 4
_PILOT_SHAPE = 5  # the power 0.5, between no response and a proportional one


@dataclass(frozen=True)
class Fit:
    """What the data say of one channel, for each noise (rows) and each decay and shape (columns).

    Args:
        evidence: log marginal likelihood, shape (noises, decays * shapes), decays outermost.
        level: mean of log leads a week now, at today's spend; same shape.
        level_deviation: its standard deviation; same shape.
        bend: mean of what the elasticity is above the shape's own; same shape.
        bend_deviation: its standard deviation; same shape.
        noise: each noise's standard deviation of one week's log leads, counts included, shape (noises,).
    """

    evidence: Numbers
    level: Numbers
    level_deviation: Numbers
    bend: Numbers
    bend_deviation: Numbers
    noise: Numbers


@dataclass(frozen=True)
class _Noise:
    latent: Numbers
    single: float


def fit_channel(weeks: ChannelWeeks, channel: int, *, current: float) -> Fit:
    """Fit one channel's curves to its leads.

    Args:
        weeks: the record.
        channel: its column.
        current: spend a week that the curves are scaled to; above 0.
    """
    relative = weeks.spend[:, channel] / current
    controls, means, variances = build_controls(weeks)
    working_spend = [carry_over(relative, decay=decay) for decay in DECAYS]
    curves = [np.log(np.column_stack([s.at(spend) for s in all_shapes()])) for spend in working_spend]
    prior = controls @ means
    pilot = curves[1][:, _PILOT_SHAPE]
    working, spread = _linearise(weeks.leads[:, channel], controls, variances, offset=pilot + prior)
    noises = _noises(controls, variances)
    target = (working - prior)[:, None] - np.column_stack(curves)
    bends = np.column_stack([np.log(np.maximum(spend, LEAST_SPEND)) for spend in working_spend])
    found = [_fit_noise(target, noise, spread, bends=bends) for noise in noises]
    evidence, level, level_deviation, bend, bend_deviation = (
        np.array([row[part] for row in found]) for part in range(5)
    )
    return Fit(
        evidence=evidence,
        level=level + float(prior[-LEVEL_WEEKS:].mean()),
        level_deviation=level_deviation,
        bend=bend,
        bend_deviation=bend_deviation,
        noise=np.array([np.sqrt(noise.single**2 + np.median(spread)) for noise in noises]),
    )


def build_controls(weeks: ChannelWeeks) -> tuple[Numbers, Numbers, Numbers]:
    """Level, trend, two harmonics of the year, and demand as seen in what no money bought.

    Returns:
        The columns, shape (weeks, controls), and the mean and variance of each one's effect before any data.
    """
    time = (np.arange(weeks.weeks) - weeks.weeks + 1) / _YEAR
    waves = [wave(2 * np.pi * turn * time) for turn in (1, 2) for wave in (np.sin, np.cos)]
    demand = read_demand(weeks)
    columns = np.column_stack([np.ones_like(time), time, *waves, demand])
    means = np.array([3.0, 0, 0, 0, 0, 0, 0.6 if demand.any() else 0.0])
    variances = np.array([9.0, 0.09, 0.03, 0.03, 0.01, 0.01, 0.16])
    return columns, means, variances


def read_demand(weeks: ChannelWeeks) -> Numbers:
    """Demand in logs around its mean: unpaid visits, else unpaid leads, over three weeks; zeros if none."""
    count = weeks.visits if weeks.visits.mean() >= 30 else weeks.demand
    if count.mean() < 5:
        return np.zeros(weeks.weeks)
    padded = np.pad(count, 1, mode="edge")
    smooth = np.log((padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4 + 0.5)
    centred = smooth - np.median(smooth)
    return np.asarray(np.clip(centred, -1.0, 1.0))


def ageing(weeks: int, *, memory: float) -> Numbers:
    """Correlation of two weeks that forget each other by a factor e every `memory` weeks."""
    time = np.arange(weeks)
    return np.asarray(np.exp(-np.abs(time[:, None] - time[None, :]) / memory))


def _noises(controls: Numbers, variances: Numbers) -> list[_Noise]:
    shared = (controls * variances) @ controls.T
    return [
        _Noise(latent=shared + drift**2 * ageing(len(controls), memory=memory), single=single)
        for single, drift, memory in product(NOISES, DRIFTS, MEMORIES)
    ]


def _linearise(
    leads: Numbers, controls: Numbers, variances: Numbers, *, offset: Numbers
) -> tuple[Numbers, Numbers]:
    """Working response and its variance per week, around a pilot fit; far weeks get a larger variance."""
    latent = (controls * variances) @ controls.T + 0.1**2 * ageing(len(leads), memory=8.0)
    working, spread = np.log(leads + 0.5), 1 / (leads + 0.5)
    far = np.zeros_like(leads)
    for _ in range(_PILOT_ROUNDS):
        noisy = latent + np.diag(spread + far + 0.1**2)
        fitted = offset + latent @ np.linalg.solve(noisy, working - offset)
        mean = np.maximum(np.exp(np.clip(fitted, -3, 15)), 0.3)
        working = np.log(mean) + np.clip((leads - mean) / mean, -1.0, 1.5)
        spread = 1 / mean
        off = working - fitted
        scale = max(1.4826 * float(np.median(np.abs(off))), 0.03)
        excess = np.maximum(np.abs(off) / (_FAR * scale), 1.0)
        far = scale**2 * (excess**4 - 1)
    return working, spread + far


def _fit_noise(
    target: Numbers, noise: _Noise, spread: Numbers, *, bends: Numbers
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    """Evidence, level and bend with their deviations, one of each a column of `target`.

    The bend is one more regressor, of its decay's log spend: a rank-one change of what was whitened.
    """
    root = np.linalg.cholesky(noise.latent + np.diag(spread + noise.single**2))
    toward = noise.latent[-LEVEL_WEEKS:].mean(axis=0)
    both = np.linalg.inv(root) @ np.column_stack([target, bends, toward])
    columns = target.shape[1]
    white, held = both[:, :columns], both[:, -1]
    bent = np.repeat(both[:, columns:-1], columns // bends.shape[1], axis=1)
    weight = BEND_DEVIATION**-2 + (bent**2).sum(axis=0)
    bend = (bent * white).sum(axis=0) / weight
    evidence = -0.5 * ((white**2).sum(axis=0) - bend**2 * weight) - np.log(np.diag(root)).sum()
    evidence -= 0.5 * np.log(weight * BEND_DEVIATION**2)
    lean = held @ bent
    left = noise.latent[-LEVEL_WEEKS:, -LEVEL_WEEKS:].mean() - held @ held + lean**2 / weight
    level = held @ white - lean * bend
    return evidence, level, np.sqrt(np.maximum(left, 1e-8)), bend, weight**-0.5
