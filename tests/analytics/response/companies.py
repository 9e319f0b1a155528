"""Companies whose curves are known, of several kinds, most of them outside the fitted family."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from countersign.analytics.response.series import ChannelWeeks

KINDS = ("hill", "log", "linear", "weibull", "s_shape", "drift", "follows", "halo", "steady", "noisy")
CHANNELS = ("Paid search", "Paid social", "Display", "Video", "Affiliates")
_FIRST = date(2024, 1, 1)


@dataclass(frozen=True)
class Company:
    """A company's weeks, and what its accepted leads a week would be under other steady spend."""

    kind: str
    weeks: ChannelWeeks
    current: np.ndarray
    accepted_at: Callable[[np.ndarray], float]

    def gain(self, spend: np.ndarray) -> float:
        """True change in accepted leads a week against the current spend."""
        return self.accepted_at(spend) - self.accepted_at(self.current)

    def best_gain(self, *, limit: float) -> float:
        """The most that moving money within the limit could truly bring: a greedy search in small steps."""
        low, high = self.current * (1 - limit), self.current * (1 + limit)
        best = 0.0
        starts = [self.current] + [_tilted(self.current, low, high, first) for first in range(len(low))]
        for start in starts:
            best = max(best, self._climb(start, low, high))
        return best

    def _climb(self, start, low, high):
        spend, step, gained = start.copy(), self.current.sum() / 200, self.gain(start)
        while step > self.current.sum() / 1600:
            moves = []
            for giver in range(len(spend)):
                for taker in range(len(spend)):
                    moved = spend.copy()
                    amount = min(step, spend[giver] - low[giver], high[taker] - spend[taker])
                    if giver == taker or amount <= 0:
                        continue
                    moved[giver] -= amount
                    moved[taker] += amount
                    moves.append((self.gain(moved), moved))
            found = max(moves, key=lambda move: move[0], default=(gained, spend))
            if found[0] > gained + 1e-9:
                gained, spend = found
            else:
                step /= 2
        return gained


def _tilted(current, low, high, first):
    spend = low.copy()
    room = current.sum() - low.sum()
    order = [first, *[index for index in range(len(low)) if index != first]]
    for index in order:
        spend[index] += min(room, high[index] - low[index])
        room = current.sum() - spend.sum()
    return spend


def make_company(kind: str, *, seed: int, weeks: int = 104) -> Company:
    """One company of a kind; the same seed gives the same company."""
    random = np.random.default_rng([seed, KINDS.index(kind)])
    size = int(random.integers(3, 6))
    season = _season(random, weeks)
    shock = _autoregressive(random, weeks, keep=0.8, deviation=0.06)
    demand = season + shock + np.linspace(0, random.normal(0, 0.15), weeks)
    base_spend = np.exp(random.normal(np.log(6000), 0.6, size))
    spend = _spend(random, kind, base_spend, demand, weeks)
    current = spend[-4:].mean(axis=0)
    curves = [_curve(random, kind, base_spend[channel]) for channel in range(size)]
    per_lead = np.exp(random.normal(np.log(60), 0.55, size))
    level = base_spend / per_lead / np.array([curve(1.0) for curve in curves])
    lags = [_lag(random, kind) for _ in range(size)]
    follow = random.uniform(0.5, 1.1, size)
    drift = _drift(random, kind, weeks, size)
    halo = random.uniform(0.1, 0.3) if kind == "halo" and size > 2 else 0.0
    extra = 0.22 if kind == "noisy" else random.uniform(0.03, 0.1)
    mean = np.zeros((weeks, size))
    for channel in range(size):
        working = _lagged(spend[:, channel], lags[channel]) / base_spend[channel]
        mean[:, channel] = level[channel] * np.array([curves[channel](u) for u in working])
    mean *= np.exp(follow * demand[:, None] + drift)
    if halo:
        lift = (_lagged(spend[:, -1], lags[-1]) / base_spend[-1]) ** halo
        mean[:, 0] *= lift
    noise = np.exp(random.normal(0, extra, mean.shape) - extra**2 / 2)
    leads = random.poisson(mean * noise).astype(float)
    rate = random.uniform(0.25, 0.7, size)
    decided, accepted = _verdicts(random, leads, rate)
    organic = random.poisson(80 * np.exp(demand + random.normal(0, 0.04, weeks))).astype(float)
    now = np.exp(follow * demand[-4:].mean() + drift[-4:].mean(axis=0))

    def accepted_at(steady: np.ndarray) -> float:
        relative = steady / base_spend
        got = level * np.array([curve(u) for curve, u in zip(curves, relative, strict=True)]) * now
        if halo:
            got[0] *= relative[-1] ** halo
        return float((got * rate * 0.95).sum())

    return Company(
        kind=kind,
        weeks=ChannelWeeks(
            starts=tuple(_FIRST + timedelta(weeks=week) for week in range(weeks)),
            channels=CHANNELS[:size],
            spend=spend, leads=leads, accepted=accepted, decided=decided,
            demand=organic, visits=organic * 25,
        ),
        current=current,
        accepted_at=accepted_at,
    )  # fmt: skip


def _season(random, weeks):
    phase, size = random.uniform(0, 6.28), random.uniform(0.05, 0.2)
    return size * np.sin(2 * np.pi * np.arange(weeks) / 52.18 + phase)


def _autoregressive(random, weeks, *, keep, deviation):
    values = np.zeros(weeks)
    for week in range(1, weeks):
        values[week] = keep * values[week - 1] + random.normal(0, deviation * np.sqrt(1 - keep**2))
    return values


def _spend(random, kind, base, demand, weeks):
    size = len(base)
    wobble = 0.02 if kind == "steady" else random.uniform(0.1, 0.3)
    logs = np.empty((weeks, size))
    for channel in range(size):
        plan = np.repeat(random.normal(0, 0.6 * wobble, weeks // 13 + 1), 13)[:weeks]
        logs[:, channel] = plan + _autoregressive(random, weeks, keep=0.5, deviation=wobble)
    if kind == "follows":
        logs = 0.25 * logs + random.uniform(1.0, 2.0) * demand[:, None]
    return base * np.exp(logs)


def _curve(random, kind, base):
    del base
    if kind == "log":
        bend = random.uniform(0.2, 3.0)
        return lambda u: np.log1p(u / bend)
    if kind == "linear":
        free = random.uniform(0.0, 0.4)
        return lambda u: free + u
    if kind == "s_shape":
        half, bend = random.uniform(0.5, 1.5), random.uniform(1.8, 3.0)
        return lambda u: u**bend / (u**bend + half**bend)
    half, bend = random.uniform(0.3, 2.5), random.uniform(0.8, 1.3)
    return lambda u: u**bend / (u**bend + half**bend)


def _lag(random, kind):
    ages = np.arange(12)
    if kind in ("linear", "steady"):
        weights = (ages == 0).astype(float)
    elif kind == "weibull":
        shape, scale = random.uniform(1.3, 2.5), random.uniform(1.0, 3.0)
        weights = np.exp(-((ages / scale) ** shape)) - np.exp(-(((ages + 1) / scale) ** shape))
    else:
        weights = random.uniform(0.1, 0.6) ** ages
    return weights / weights.sum()


def _lagged(spend, weights):
    padded = np.concatenate([np.full(len(weights) - 1, spend[:8].mean()), spend])
    return np.convolve(padded, weights, mode="valid")


def _drift(random, kind, weeks, size):
    step = 0.025 if kind == "drift" else 0.004
    walk = np.cumsum(random.normal(0, step, (weeks, size)), axis=0)
    return walk - walk[-1] * 0.5


def _verdicts(random, leads, rate):
    weeks = len(leads)
    age = np.arange(weeks)[::-1][:, None] + 0.5
    decided = random.binomial(leads.astype(int), 0.95 * (1 - np.exp(-age / 1.5))).astype(float)
    return decided, random.binomial(decided.astype(int), rate).astype(float)
