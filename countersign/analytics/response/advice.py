"""Advise how to split the same money, or say why not and which test would tell."""

from dataclasses import dataclass, field, replace
from datetime import date

import duckdb
import numpy as np

from countersign.analytics.response.budget import Split, find_split
from countersign.analytics.response.demand import trace_demand
from countersign.analytics.response.experiment import TestDesign, design_test
from countersign.analytics.response.fitting import LEVEL_WEEKS, fit_channel
from countersign.analytics.response.posterior import Curves, draw_curves
from countersign.analytics.response.raising import Raise, find_raises
from countersign.analytics.response.reading import read_channel_weeks
from countersign.analytics.response.series import ChannelWeeks, Numbers
from countersign.analytics.response.verdicts import build_acceptance

LEVEL = 0.8
FEWEST_WEEKS = 26
# A move must be worth making: at least this share of all accepted leads in expectation.
LEAST_GAIN = 0.005
_POINTS = 25


@dataclass(frozen=True)
class BudgetAdvice:
    """A split of the same money by channel, or why none is advised.

    Args:
        spend_by_channel: advised spend a week in the reporting currency; today's when nothing is advised.
        current: spend a week today: the mean of the last four whole weeks.
        effect_expected: change in accepted leads a week once the move has worked through.
        effect_low: low end of its 80% interval.
        effect_high: high end.
        abstained: why nothing is advised; empty when something is.
        test_design: which test would tell, when nothing is advised and a channel could be tested.
        range_observed: the least and most that each channel ever spent in a week on record.
        elasticity: percent more accepted leads for a percent more spend: low, middle and high of 80%.
        accepted_now: accepted leads a week at today's spend, all paid channels, late verdicts allowed for.
        raises: what more money in one channel alone would bring, by channel; empty where spend does not tell.
    """

    spend_by_channel: dict[str, float]
    current: dict[str, float]
    effect_expected: float
    effect_low: float
    effect_high: float
    abstained: str = ""
    test_design: TestDesign | None = None
    range_observed: dict[str, tuple[float, float]] = field(default_factory=dict)
    elasticity: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    accepted_now: float = 0.0
    raises: dict[str, Raise] = field(default_factory=dict)


def advise_budget(connection: duckdb.DuckDBPyConnection, *, as_of: date, limit: float = 0.3) -> BudgetAdvice:
    """Read the weeks before `as_of` and advise on them.

    Args:
        connection: holds `campaign_day`, `channel_day` or `channel_week` in schema `marts` or on its path.
        as_of: the day on which the tables were read; it and later days are not used.
        limit: the most that a channel may gain or lose, as a share of its spend; 0 < limit < 1.

    Raises:
        ValueError: `limit` is not between 0 and 1.
        SnapshotError: none of the tables is there.
    """
    return advise_on(read_channel_weeks(connection, as_of=as_of), limit=limit)


def advise_on(weeks: ChannelWeeks, *, limit: float) -> BudgetAdvice:
    """Advise on a record of weeks; `limit` as for `advise_budget`.

    Raises:
        ValueError: `limit` is not between 0 and 1.
    """
    if not 0 < limit < 1:
        raise ValueError(f"limit {limit} is not between 0 and 1")
    weeks = _still_spending(weeks)
    current = weeks.spend[-LEVEL_WEEKS:].mean(axis=0) if weeks.weeks else np.zeros(0)
    reason = _too_little(weeks)
    if reason:
        return _unchanged(weeks, current, reason)
    fits = [fit_channel(weeks, c, current=float(current[c])) for c in range(len(current))]
    curves = draw_curves(fits, build_acceptance(weeks), multiples=np.linspace(1 - limit, 1 + limit, _POINTS))
    low, high = _room(weeks, current, limit)
    design = design_test(weeks, curves, limit=limit)
    if trace_demand(weeks).is_followed:
        reason = "spend moves with demand, so what spend brings cannot be told from what demand brings"
        return _unchanged(weeks, current, reason, curves=curves, design=design)
    if float((high - low).sum()) < 0.02 * float(current.sum()):
        reason = "spend hardly moved on record, so there is no other spend that was ever tried"
        return _unchanged(weeks, current, reason, curves=curves, design=design)
    split = find_split(curves, current=current, low=low, high=high)
    raises = find_raises(curves, names=weeks.channels, current=current, most=high, level=LEVEL)
    reason = _too_doubtful(split, curves)
    if reason:
        unchanged = _unchanged(weeks, current, reason, curves=curves, design=design)
        return replace(unchanged, raises=raises)
    return replace(_advised(weeks, current, curves, split), raises=raises)


def _still_spending(weeks: ChannelWeeks) -> ChannelWeeks:
    """Only channels that spend today and brought leads: nothing can be moved to or from the others."""
    kept = (weeks.spend[-LEVEL_WEEKS:] > 0).all(axis=0) & (weeks.leads.sum(axis=0) > 0)
    return ChannelWeeks(
        starts=weeks.starts,
        channels=tuple(name for name, is_kept in zip(weeks.channels, kept, strict=True) if is_kept),
        spend=weeks.spend[:, kept],
        leads=weeks.leads[:, kept],
        accepted=weeks.accepted[:, kept],
        decided=weeks.decided[:, kept],
        demand=weeks.demand,
        visits=weeks.visits,
    )


def _too_little(weeks: ChannelWeeks) -> str:
    if len(weeks.channels) < 2:
        return "fewer than two channels spend money and bring leads, so there is nothing to move between"
    if weeks.weeks < FEWEST_WEEKS:
        return f"{weeks.weeks} whole weeks on record are too few; {FEWEST_WEEKS} are needed"
    if weeks.accepted.sum() < FEWEST_WEEKS:
        return "sales accepted too few leads of paid channels to tell one channel from another"
    return ""


def _room(weeks: ChannelWeeks, current: Numbers, limit: float) -> tuple[Numbers, Numbers]:
    least, most = weeks.spend.min(axis=0), weeks.spend.max(axis=0)
    low = np.minimum(np.maximum(current * (1 - limit), least), current)
    high = np.maximum(np.minimum(current * (1 + limit), most), current)
    return low, high


def _too_doubtful(split: Split, curves: Curves) -> str:
    if float(split.gain.mean()) < LEAST_GAIN * float(curves.accepted.mean(axis=1).sum()):
        return "no move is expected to bring enough to be worth making"
    if _interval(split.gain)[0] < 0:
        return "what a move would bring is too uncertain: it could just as well cost accepted leads"
    return ""


def _interval(gain: Numbers) -> tuple[float, float]:
    low, high = np.quantile(gain, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _advised(weeks: ChannelWeeks, current: Numbers, curves: Curves, split: Split) -> BudgetAdvice:
    low, high = _interval(split.gain)
    return BudgetAdvice(
        spend_by_channel=_named(weeks, split.spend),
        current=_named(weeks, current),
        effect_expected=float(split.gain.mean()),
        effect_low=low,
        effect_high=high,
        range_observed=_ranges(weeks),
        elasticity=_elasticities(weeks, curves),
        accepted_now=float(curves.accepted.mean(axis=1).sum()),
    )


def _unchanged(
    weeks: ChannelWeeks,
    current: Numbers,
    reason: str,
    *,
    curves: Curves | None = None,
    design: TestDesign | None = None,
) -> BudgetAdvice:
    named = _named(weeks, current)
    return BudgetAdvice(
        spend_by_channel=named,
        current=named,
        effect_expected=0.0,
        effect_low=0.0,
        effect_high=0.0,
        abstained=reason,
        test_design=design,
        range_observed=_ranges(weeks),
        elasticity=_elasticities(weeks, curves) if curves else {},
        accepted_now=float(curves.accepted.mean(axis=1).sum()) if curves else 0.0,
    )


def _named(weeks: ChannelWeeks, spend: Numbers) -> dict[str, float]:
    return {name: float(value) for name, value in zip(weeks.channels, spend, strict=True)}


def _ranges(weeks: ChannelWeeks) -> dict[str, tuple[float, float]]:
    if not weeks.weeks:
        return {}
    ends = zip(weeks.channels, weeks.spend.min(axis=0), weeks.spend.max(axis=0), strict=True)
    return {name: (float(least), float(most)) for name, least, most in ends}


def _elasticities(weeks: ChannelWeeks, curves: Curves) -> dict[str, tuple[float, float, float]]:
    found = np.quantile(curves.elasticity, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2], axis=1).T
    return {
        name: (float(a), float(b), float(c)) for name, (a, b, c) in zip(weeks.channels, found, strict=True)
    }
