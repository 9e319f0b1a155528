"""Does spend follow demand? Then leads rise with spend whether or not spend brings them.

Leads and visits that no money bought are a negative control: spend ought not to explain them. Where it moves
with them, week by week and in most channels, curves are not identified and only a test can tell.

Source: Lipsitch, Tchetgen and Cohen (2010), "Negative controls: a tool for detecting confounding and bias in
observational studies", Epidemiology 21(3); Chan and Perry (2017), "Challenges and opportunities in media mix
modeling", Google (budgets set after demand).
"""

from dataclasses import dataclass

import numpy as np

from countersign.analytics.response.fitting import build_controls, read_demand
from countersign.analytics.response.series import ChannelWeeks, Numbers

_LEAST_SHARE, _STRONG = 0.25, 2.3
_SHORT_MEMORY = 26


@dataclass(frozen=True)
class DemandTrace:
    """How far spend moves with demand.

    Args:
        share: of the week-to-week variation of spend that demand explains, spend-weighted, 0..1.
        strength: t-value of demand in total spend, with autocorrelation allowed for.
        is_followed: whether both say that spend follows demand.
        is_known: whether there was anything to compare with.
    """

    share: float
    strength: float
    is_followed: bool
    is_known: bool


def trace_demand(weeks: ChannelWeeks) -> DemandTrace:
    """Compare each channel's spend with demand seen in unpaid visits or leads, long drifts taken out."""
    demand = read_demand(weeks)
    if not demand.any() or weeks.weeks < _SHORT_MEMORY:
        return DemandTrace(share=0.0, strength=0.0, is_followed=False, is_known=False)
    trend = build_controls(weeks)[0][:, :2]
    moved = _residual(demand, trend)
    size = weeks.spend.mean(axis=0)
    shares = np.array([_explained(_log_spend(spend), moved, trend) for spend in weeks.spend.T])
    share = float(np.average(shares, weights=size))
    strength = _t_value(_residual(_log_spend(weeks.spend.sum(axis=1)), trend), moved)
    return DemandTrace(
        share=share, strength=strength, is_followed=share >= _LEAST_SHARE and strength >= _STRONG,
        is_known=True,
    )  # fmt: skip


def _log_spend(spend: Numbers) -> Numbers:
    floor = max(float(np.median(spend)) * 0.1, 1e-9)
    return np.asarray(np.log(np.maximum(spend, floor)))


def _residual(values: Numbers, columns: Numbers) -> Numbers:
    found = np.linalg.lstsq(columns, values, rcond=None)[0]
    return np.asarray(values - columns @ found)


def _explained(spend: Numbers, demand: Numbers, trend: Numbers) -> float:
    left = _residual(spend, trend)
    if left.std() < 1e-9 or demand.std() < 1e-9:
        return 0.0
    correlation = float(np.corrcoef(left, demand)[0, 1])
    return correlation**2 if correlation > 0 else 0.0


def _t_value(spend: Numbers, demand: Numbers) -> float:
    """t of the correlation, weeks discounted for how both linger (Bartlett's effective sample)."""
    if spend.std() < 1e-9 or demand.std() < 1e-9:
        return 0.0
    correlation = float(np.corrcoef(spend, demand)[0, 1])
    linger = np.clip(_lag_one(spend) * _lag_one(demand), 0.0, 0.95)
    weeks = max(len(spend) * (1 - linger) / (1 + linger), 4.0)
    return float(correlation * np.sqrt((weeks - 2) / max(1 - correlation**2, 1e-6)))


def _lag_one(values: Numbers) -> float:
    return float(np.corrcoef(values[:-1], values[1:])[0, 1])
