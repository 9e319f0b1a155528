"""Deals: what accepted leads become, one by one, with closing dates that slip."""

from dataclasses import dataclass

import numpy as np

from countersign.sources.ruler.company import Company
from countersign.sources.ruler.draws import Array, generator
from countersign.sources.ruler.levers import Levers

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
_MOST_SLIPS = 4
_NEVER = 10**6


@dataclass(frozen=True)
class DealDays:
    """What deals come to: by campaign and day of the lead, and by channel and day of the event."""

    opportunities: Array
    pipeline: Array
    customers: Array
    revenue: Array
    due: Array
    won: Array
    lost: Array
    slipped: Array
    open_pipeline: Array
    churned: Array


@dataclass(frozen=True)
class _Deals:
    campaign: Numbers
    lead_day: Numbers
    opened: Numbers
    closed: Numbers
    is_won: np.ndarray[tuple[int], np.dtype[np.bool_]]
    amount: Array
    churn_day: Numbers
    dues: np.ndarray[tuple[int, int], np.dtype[np.int64]]
    slips: np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def run_deals(company: Company, accepted: Array, *, levers: Levers) -> DealDays:
    """Follow every opportunity to its end or to `as_of`.

    Args:
        accepted: accepted leads by campaign and day of the lead, shape (campaigns, days).
        levers: `slip` moves the share of due deals that are pushed to a later date.
    """
    parts = [_deals_of(company, number, accepted[number], levers) for number in range(len(company.campaigns))]
    deals = _Deals(*(np.concatenate([getattr(p, name) for p in parts]) for name in _Deals.__annotations__))
    seen = deals.opened < company.days
    closed = seen & (deals.closed < company.days)
    won = closed & deals.is_won
    channel = company.channel_of[deals.campaign]
    by_lead, by_event = (len(company.campaigns), company.days), (len(company.channels), company.days)
    in_time = (deals.dues < company.days) & seen[:, None]
    due_channel = np.broadcast_to(channel[:, None], deals.dues.shape)
    moved = in_time & deals.slips
    left = won & (deals.churn_day < company.days)
    return DealDays(
        opportunities=_sum(by_lead, deals.campaign, deals.lead_day, where=seen),
        pipeline=_sum(by_lead, deals.campaign, deals.lead_day, where=seen, amounts=deals.amount),
        customers=_sum(by_lead, deals.campaign, deals.lead_day, where=won),
        revenue=_sum(by_lead, deals.campaign, deals.lead_day, where=won, amounts=deals.amount),
        due=_sum(by_event, due_channel, deals.dues, where=in_time),
        won=_sum(by_event, channel, deals.closed, where=won),
        lost=_sum(by_event, channel, deals.closed, where=closed & ~deals.is_won),
        slipped=_sum(by_event, due_channel, deals.dues, where=moved),
        open_pipeline=_open_pipeline(company, deals, channel=channel),
        churned=_sum(by_event, channel, deals.churn_day, where=left),
    )


def _deals_of(company: Company, number: int, accepted: Array, levers: Levers) -> _Deals:
    # A generator of its own for each campaign: what happens in one leaves the others as they were.
    rng = generator(company.seed, f"deals {number}")
    channel = company.channels[company.campaigns[number].channel]
    lead_day = np.repeat(np.arange(company.days), accepted.astype(int))
    lead_day = lead_day[rng.random(len(lead_day)) < channel.opportunity_rate]
    count = len(lead_day)
    opened = lead_day + 3 + rng.integers(3, 21, count)
    amount = company.deal_size * np.exp(rng.normal(-0.32, 0.8, count))
    first = opened + 5 + rng.gamma(2.0, company.cycle_days / 2, count).astype(int)
    pushes = rng.integers(10, 41, (count, _MOST_SLIPS))
    fate = rng.random((count, _MOST_SLIPS + 1))
    is_won = rng.random(count) < channel.win_rate
    lifetime = rng.exponential(30 / channel.monthly_churn, count).astype(int)
    dues = np.full((count, _MOST_SLIPS + 1), _NEVER)
    slips = np.zeros((count, _MOST_SLIPS + 1), dtype=bool)
    lever = levers.of("slip")
    chance = np.broadcast_to(
        np.minimum(channel.slip_rate * np.asarray(lever), 0.95), (len(company.campaigns), company.days)
    )[number]
    closed = np.full(count, _NEVER)
    due, is_open = first, np.ones(count, dtype=bool)
    for at in range(_MOST_SLIPS + 1):
        dues[is_open, at] = due[is_open]
        risk = np.where(due < company.days, chance[np.minimum(due, company.days - 1)], 0.0)
        slips[:, at] = is_open & (fate[:, at] < risk) & (at < _MOST_SLIPS)
        ends = is_open & ~slips[:, at]
        closed[ends] = due[ends]
        is_open = slips[:, at]
        if at < _MOST_SLIPS:
            due = due + pushes[:, at]
    return _Deals(
        np.full(count, number), lead_day, opened, closed, is_won, amount, closed + lifetime, dues, slips
    )


def _sum(
    shape: tuple[int, int],
    row: np.ndarray,
    day: np.ndarray,
    *,
    where: np.ndarray,
    amounts: Array | None = None,
) -> Array:
    total = np.zeros(shape)
    values = 1.0 if amounts is None else amounts[where]
    np.add.at(total, (row[where], day[where]), values)
    return total


def _open_pipeline(company: Company, deals: _Deals, *, channel: Numbers) -> Array:
    """Amounts of deals that are open at the end of each day, by channel."""
    change = np.zeros((len(company.channels), company.days + 1))
    for days, sign in ((deals.opened, 1.0), (deals.closed, -1.0)):
        np.add.at(change, (channel, np.minimum(days, company.days)), sign * deals.amount)
    return np.asarray(np.cumsum(change, axis=1)[:, :-1])
