"""What a recommendation expects, locked in its draft when it is proposed, and what became of it."""

from datetime import date
from typing import Literal

from countersign.core.records import Record

JudgedMetric = Literal["leads", "accepted_leads"]
Outcome = Literal["not_carried_out", "too_early", "held", "did_not_hold", "cannot_tell"]
# Declined: rejected, expired, or left as it is by who approved the rest. Chosen otherwise: something else
# than what was proposed.
Standing = Literal["waiting", "approved", "declined", "chosen_otherwise"]


class Forecast(Record):
    """A number a week, and the ends of its 80% interval."""

    expected: float
    low: float
    high: float


class Expectation(Record):
    """What one action expects; part of the draft, so the digest that people approve covers it.

    Args:
        key: what the action acts on; one expectation a key.
        metric: what is judged, summed over `channels`.
        channels: whose figures count; all that a move of money touches.
        spend_before: weekly spend when it was proposed, of channels or campaigns whose spend is to change.
        spend_after: weekly spend as advised; empty when the action moves no money.
        no_change: the metric a week, in the judged weeks, if nothing changes.
        effect: what the action adds to that; None when it is not known. Zero throughout is the promise of a
            pause: money is freed, and nothing is lost by it.
        made_on: the first day that the forecast could not see.
        settle_weeks: weeks after the change that are left out, because its effect builds up in them.
        judged_weeks: how many weeks after these are averaged.
        judge_on: the day on which the proposal promised a verdict.
    """

    key: str
    metric: JudgedMetric
    channels: tuple[str, ...]
    spend_before: dict[str, float]
    spend_after: dict[str, float]
    no_change: Forecast
    effect: Forecast | None
    made_on: date
    settle_weeks: int
    judged_weeks: int
    judge_on: date


class Judgement(Record):
    """What became of one expectation.

    Args:
        outcome: the verdict.
        standing: what people had decided on the proposal.
        observed: the metric a week in the judged weeks; None while there are none.
        held_against: what was expected of those weeks; None when nothing was.
        is_inside: whether `observed` lies in that interval; None where calibration has no say.
        share_moved: how much of the advised move of money was seen, 1 is all of it; None without money.
        reason: one plain sentence. It never says that the change was the cause.
    """

    outcome: Outcome
    standing: Standing
    observed: float | None = None
    held_against: Forecast | None = None
    is_inside: bool | None = None
    share_moved: float | None = None
    reason: str
