"""How many of the newest leads sales will accept, once its verdicts are in."""

from dataclasses import dataclass

import numpy as np

from countersign.analytics.response.series import ChannelWeeks, Numbers

_SETTLED_FROM, _SETTLED_TO, _RECENT = 12, 40, 20
_LEAST_COMPLETE = 0.3
# Shares of single weeks scatter this much more than coin tosses do; never less than one.
_PRIOR_LEADS = 8.0
_MOST_WORTH = 400.0


@dataclass(frozen=True)
class Acceptance:
    """Accepted leads per lead of one channel: a share 0..1, and how many leads it is worth."""

    share: float
    worth: float


def build_lag_profile(weeks: ChannelWeeks) -> Numbers:
    """Which share of the verdicts that will come has come, by a lead's age in weeks; rises from 0..1 to 1.

    Ages are pooled over all channels; what leads of 12 to 40 weeks have is taken as all there will be.
    Shape (weeks,), youngest first.
    """
    leads, decided = weeks.leads.sum(axis=1)[::-1], weeks.decided.sum(axis=1)[::-1]
    start = min(_SETTLED_FROM, len(leads) // 2)
    settled = slice(start, _SETTLED_TO)
    final = decided[settled].sum() / max(leads[settled].sum(), 1.0)
    if final <= 0:
        return np.zeros(len(leads))
    # An age is one week of leads, so neighbours are taken together where leads are few.
    rates = [decided[a : a + 2].sum() / max(leads[a : a + 2].sum(), 1.0) / final for a in range(len(leads))]
    rates[0] = decided[0] / max(leads[0], 1.0) / final
    profile = np.minimum(np.maximum.accumulate(np.array(rates)), 1.0)
    profile[start:] = 1.0
    return profile


def build_acceptance(weeks: ChannelWeeks) -> tuple[Acceptance, ...]:
    """Each channel's share of leads that sales accepts, from recent weeks, with late verdicts allowed for.

    A channel with few leads leans on the share of all channels.
    """
    complete = build_lag_profile(weeks)[::-1][:, None]
    is_used = (complete[:, 0] >= _LEAST_COMPLETE) & (np.arange(weeks.weeks) >= weeks.weeks - _RECENT)
    if not is_used.any():
        is_used[-_RECENT:] = True
        complete = np.ones_like(complete)
    leads = (weeks.leads * complete)[is_used]
    accepted = weeks.accepted[is_used]
    overall = float(accepted.sum() / max(leads.sum(), 1.0))
    found = []
    for channel in range(len(weeks.channels)):
        mine, taken = leads[:, channel], accepted[:, channel]
        share = (taken.sum() + _PRIOR_LEADS * overall) / (mine.sum() + _PRIOR_LEADS)
        scatter = _scatter(taken, mine, share=float(share))
        worth = min(float(mine.sum()) / scatter + _PRIOR_LEADS, _MOST_WORTH)
        found.append(Acceptance(share=min(float(share), 0.999), worth=worth))
    return tuple(found)


def _scatter(accepted: Numbers, leads: Numbers, *, share: float) -> float:
    """Variance of weekly counts in multiples of a binomial's (Pearson's chi-square per week), at least 1."""
    known = leads > 0
    if known.sum() < 3 or not 0 < share < 1:
        return 1.0
    expected = leads[known] * share
    squares = (accepted[known] - expected) ** 2 / (expected * (1 - share))
    return max(float(squares.sum() / (known.sum() - 1)), 1.0)
