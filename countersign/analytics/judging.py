"""Hold what came against what was expected. Before and after is a comparison, never a cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from countersign.analytics.response.series import ChannelWeeks, Flags, Numbers
from countersign.analytics.response.verdicts import build_lag_profile
from countersign.core.expected import Expectation, Forecast, JudgedMetric, Judgement, Outcome, Standing

CARRIED_OUT, NOT_CARRIED_OUT = 0.5, 0.25
_SETTLED = 0.8
NOTHING_LOST = Forecast(expected=0.0, low=0.0, high=0.0)
_PATIENCE_WEEKS = 6


@dataclass(frozen=True)
class Weekly:
    """One metric over the weeks of a snapshot; a week is settled once its verdicts are in."""

    starts: tuple[date, ...]
    values: Numbers
    is_settled: Flags


def read_metric(weeks: ChannelWeeks, *, metric: JudgedMetric, channels: tuple[str, ...]) -> Weekly:
    """The metric a week, summed over the channels; accepted leads with late verdicts allowed for."""
    columns = [weeks.channels.index(name) for name in channels if name in weeks.channels]
    if metric == "leads":
        values = weeks.leads[:, columns].sum(axis=1)
        return Weekly(weeks.starts, values, np.ones(weeks.weeks, dtype=bool))
    complete = build_lag_profile(weeks)[::-1] if weeks.weeks else np.zeros(0)
    values = weeks.accepted[:, columns].sum(axis=1) / np.maximum(complete, 0.1)
    return Weekly(weeks.starts, values, complete >= _SETTLED)


def judge(
    expectation: Expectation,
    weeks: ChannelWeeks,
    *,
    standing: Standing,
    decided_on: date,
    said_carried_out: bool | None = None,
    campaigns: Mapping[str, Numbers] | None = None,
) -> Judgement:
    """The verdict on one expectation from a later snapshot.

    Args:
        expectation: as it was locked.
        weeks: the record of a later snapshot.
        standing: what people decided.
        decided_on: when; for what nobody decided, when it expired.
        said_carried_out: a person's word; it outweighs what spend shows.
        campaigns: spend of campaigns in the same weeks, by name, for actions on them; shape (weeks,) each.

    Returns:
        `too_early` until the judged weeks are over and their verdicts are in. What was declined, expired,
        left as it is or not carried out is held against the no-change forecast, and the rest against that
        plus the effect. Of what was chosen otherwise than proposed nothing can be told.
    """
    if standing == "waiting":
        return Judgement(outcome="too_early", standing=standing, reason="Nobody has decided on it yet.")
    shares = _shares_moved(expectation, weeks, campaigns=campaigns or {})
    after = np.array([start >= decided_on for start in weeks.starts], dtype=bool)
    began = _first_moved(shares, after) if shares is not None else None
    start = weeks.starts[began] if began is not None else decided_on
    judged = _judged_weeks(expectation, weeks, start=start)
    moved = _mean_moved(shares, judged if judged.any() else after)
    was_done = _was_carried_out(moved, said=said_carried_out, has_begun=began is not None)
    if standing == "approved" and not was_done and not _waited_enough(weeks, decided_on):
        return Judgement(
            outcome="too_early", standing=standing, share_moved=moved,
            reason="The change has not been seen yet, and there is still time for it.",
        )  # fmt: skip
    series = read_metric(weeks, metric=expectation.metric, channels=expectation.channels)
    if judged.sum() < expectation.judged_weeks or not series.is_settled[judged].all():
        return Judgement(
            outcome="too_early", standing=standing, share_moved=moved,
            reason="The weeks that count are not over, or their verdicts are not in.",
        )  # fmt: skip
    observed = float(series.values[judged].mean())
    if standing == "declined":
        return _judge_declined(expectation, observed, moved=moved, was_done=was_done)
    if standing == "chosen_otherwise":
        return Judgement(
            outcome="cannot_tell", standing=standing, observed=observed, share_moved=moved,
            reason="Something else was chosen than was proposed, and no forecast was made of that.",
        )  # fmt: skip
    return _judge_approved(expectation, observed, moved=moved, was_done=was_done)


def with_effect(expectation: Expectation) -> Forecast | None:
    """No change plus the effect; their errors are independent, so half widths add as squares."""
    before, effect = expectation.no_change, expectation.effect
    if effect is None:
        return None
    middle = before.expected + effect.expected
    down = np.hypot(before.expected - before.low, effect.expected - effect.low)
    up = np.hypot(before.high - before.expected, effect.high - effect.expected)
    return Forecast(expected=middle, low=max(middle - float(down), 0.0), high=middle + float(up))


def _judge_declined(
    expectation: Expectation, observed: float, *, moved: float | None, was_done: bool | None
) -> Judgement:
    if was_done:
        return Judgement(
            outcome="cannot_tell", standing="declined", observed=observed, share_moved=moved,
            reason="It was not approved and yet the change was seen, so neither forecast speaks of it.",
        )  # fmt: skip
    inside = _is_inside(observed, expectation.no_change)
    return Judgement(
        outcome="held" if inside else "did_not_hold",
        standing="declined",
        observed=observed,
        held_against=expectation.no_change,
        is_inside=inside,
        share_moved=moved,
        reason=(
            "Nothing was changed, and the weeks after came out as the forecast without a change said."
            if inside
            else "Nothing was changed, and the weeks after came out otherwise than the forecast said."
        ),
    )


def _judge_approved(
    expectation: Expectation, observed: float, *, moved: float | None, was_done: bool | None
) -> Judgement:
    if was_done is False:
        return Judgement(
            outcome="not_carried_out",
            standing="approved",
            observed=observed,
            held_against=expectation.no_change,
            is_inside=_is_inside(observed, expectation.no_change),
            share_moved=moved,
            reason="It was approved, and the change was not made.",
        )
    expected = with_effect(expectation)
    if was_done is None or expected is None:
        return Judgement(
            outcome="cannot_tell", standing="approved", observed=observed, share_moved=moved,
            reason=(
                "No effect was promised, so there is nothing to hold the weeks after against."
                if expected is None
                else "Nothing shows whether the change was made; somebody may say so."
            ),
        )  # fmt: skip
    outcome, reason = _outcome(expectation, expected, observed)
    return Judgement(
        outcome=outcome,
        standing="approved",
        observed=observed,
        held_against=expected,
        is_inside=_is_inside(observed, expected),
        share_moved=moved,
        reason=reason,
    )


def _outcome(expectation: Expectation, expected: Forecast, observed: float) -> tuple[Outcome, str]:
    plain = expectation.no_change
    if expectation.effect == NOTHING_LOST:
        return _outcome_of_pause(plain, observed)
    is_rise = expected.expected >= plain.expected
    beyond = observed > expected.high if is_rise else observed < expected.low
    if _is_inside(observed, expected) and _is_inside(observed, plain):
        return (
            "cannot_tell",
            "The weeks after fit the expected effect and no change alike: the weeks vary by more than it.",
        )
    if _is_inside(observed, expected):
        return "held", "The weeks after fit the expected effect and not the forecast without a change."
    if beyond:
        return "held", "The weeks after went beyond the expected effect, in its direction."
    return "did_not_hold", "The weeks after fall short of the expected effect."


def _outcome_of_pause(plain: Forecast, observed: float) -> tuple[Outcome, str]:
    """A pause promises no more than that nothing is lost, so only too few can break the promise."""
    if observed < plain.low:
        return "did_not_hold", "The money was not spent, and fewer came than the forecast without a change."
    return "held", "The money was not spent, and no fewer came than the forecast without a change allows."


def _shares_moved(
    expectation: Expectation, weeks: ChannelWeeks, *, campaigns: Mapping[str, Numbers]
) -> Numbers | None:
    """Each week's part of the advised move, 0 at the spend before and 1 at the advised; shape (weeks,)."""
    spends = {**campaigns, **dict(zip(weeks.channels, weeks.spend.T, strict=True))}
    names = [name for name in expectation.spend_after if name in spends]
    if not names:
        return None
    before = np.array([expectation.spend_before.get(name, 0.0) for name in names])
    move = np.array([expectation.spend_after[name] for name in names]) - before
    spend = np.stack([spends[name] for name in names], axis=1)
    # The projection on the move: channels count by how much of it they carry.
    size = float(move @ move)
    return None if size <= 0 else np.asarray((spend - before) @ move / size)


def _first_moved(shares: Numbers, after: Flags) -> int | None:
    """The first week from which the move was seen for two weeks running."""
    seen = after & (shares >= CARRIED_OUT)
    pairs = np.flatnonzero(seen[:-1] & seen[1:])
    return int(pairs[0]) if len(pairs) else None


def _judged_weeks(expectation: Expectation, weeks: ChannelWeeks, *, start: date) -> Flags:
    first = start + timedelta(weeks=expectation.settle_weeks)
    found = np.array([week >= first for week in weeks.starts], dtype=bool)
    found[np.flatnonzero(found)[expectation.judged_weeks :]] = False
    return found


def _mean_moved(shares: Numbers | None, chosen: Flags) -> float | None:
    return None if shares is None or not chosen.any() else float(shares[chosen].mean())


def _was_carried_out(moved: float | None, *, said: bool | None, has_begun: bool) -> bool | None:
    if said is not None:
        return said
    if moved is None:
        return None
    if has_begun and moved >= CARRIED_OUT:
        return True
    return False if moved <= NOT_CARRIED_OUT else None


def _waited_enough(weeks: ChannelWeeks, decided_on: date) -> bool:
    return sum(start >= decided_on for start in weeks.starts) >= _PATIENCE_WEEKS


def _is_inside(observed: float, forecast: Forecast) -> bool:
    return forecast.low <= observed <= forecast.high
