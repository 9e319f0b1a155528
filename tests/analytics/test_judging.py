"""Verdicts on what was expected: carried out is read from spend, and no verdict speaks of a cause."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from countersign.analytics.judging import NOTHING_LOST, judge, with_effect
from countersign.analytics.response.series import ChannelWeeks
from countersign.core.expected import Expectation, Forecast

FIRST = date(2025, 1, 6)
MADE = FIRST + timedelta(weeks=60)
CHANNELS = ("Paid search", "Paid social")
BEFORE = {"Paid search": 1000.0, "Paid social": 1000.0}
AFTER = {"Paid search": 1300.0, "Paid social": 700.0}
EXPECTATION = Expectation(
    key="budget",
    metric="accepted_leads",
    channels=CHANNELS,
    spend_before=BEFORE,
    spend_after=AFTER,
    no_change=Forecast(expected=100, low=95, high=105),
    effect=Forecast(expected=20, low=14, high=26),
    made_on=MADE,
    settle_weeks=2,
    judged_weeks=4,
    judge_on=MADE + timedelta(weeks=10),
)


def _record(*, weeks_after, accepted, moved=1.0, from_week=0, undecided=0.0):
    """Steady weeks until the proposal, then `accepted` a week in all and a part of the move of money."""
    weeks = 60 + weeks_after
    spend = np.tile([1000.0, 1000.0], (weeks, 1))
    spend[60 + from_week :] += moved * np.array([300.0, -300.0])
    leads = np.full((weeks, 2), 100.0)
    taken = np.full((weeks, 2), 50.0)
    taken[60:] = accepted / 2
    decided = np.full((weeks, 2), 100.0)
    if undecided:
        decided[-3:] *= 1 - undecided
        taken[-3:] *= 1 - undecided
    return ChannelWeeks(
        starts=tuple(FIRST + timedelta(weeks=week) for week in range(weeks)),
        channels=CHANNELS, spend=spend, leads=leads, accepted=taken, decided=decided,
        demand=np.zeros(weeks), visits=np.zeros(weeks),
    )  # fmt: skip


def _judge(record, *, expectation=EXPECTATION, standing="approved", said=None):
    return judge(expectation, record, standing=standing, decided_on=MADE, said_carried_out=said)


@pytest.mark.parametrize(
    ("accepted", "outcome", "is_inside"),
    [(120, "held", True), (101, "did_not_hold", False), (140, "held", False), (80, "did_not_hold", False)],
)
def test_what_was_carried_out_is_held_against_no_change_plus_the_effect(accepted, outcome, is_inside):
    found = _judge(_record(weeks_after=8, accepted=accepted))
    assert (found.outcome, found.is_inside) == (outcome, is_inside)
    assert found.observed == pytest.approx(accepted)
    assert found.share_moved == pytest.approx(1.0)


def test_weeks_that_fit_both_forecasts_tell_nothing():
    wide = EXPECTATION.model_copy(update={"no_change": Forecast(expected=100, low=70, high=130)})
    assert _judge(_record(weeks_after=8, accepted=118), expectation=wide).outcome == "cannot_tell"


def test_half_widths_of_no_change_and_effect_add_as_squares():
    both = with_effect(EXPECTATION)
    assert (both.expected, both.high) == (120, pytest.approx(120 + np.hypot(5, 6)))


@pytest.mark.parametrize(
    "record",
    [
        _record(weeks_after=0, accepted=120),
        _record(weeks_after=5, accepted=120),
        _record(weeks_after=7, accepted=120, undecided=0.6),
        _record(weeks_after=4, accepted=100, moved=0.0),
    ],
    ids=["nothing after", "weeks missing", "verdicts missing", "change not seen yet"],
)
def test_too_early_is_said_rather_than_guessed(record):
    assert _judge(record).outcome == "too_early"


def test_a_change_that_came_late_is_judged_from_when_it_came():
    late = _record(weeks_after=12, accepted=120, from_week=5)
    found = _judge(late)
    assert found.outcome == "held"
    assert found.share_moved == pytest.approx(1.0)


def test_spend_that_never_moved_was_not_carried_out_and_is_held_against_no_change():
    found = _judge(_record(weeks_after=8, accepted=99, moved=0.0))
    assert found.outcome == "not_carried_out"
    assert found.is_inside is True
    assert _judge(_record(weeks_after=8, accepted=120, moved=0.0)).is_inside is False


def test_a_small_part_of_the_move_decides_nothing():
    assert _judge(_record(weeks_after=8, accepted=110, moved=0.4)).outcome == "cannot_tell"


def test_a_persons_word_outweighs_what_spend_shows():
    unmoved = _record(weeks_after=8, accepted=120, moved=0.0)
    assert _judge(unmoved, said=True).outcome == "held"
    assert _judge(_record(weeks_after=8, accepted=120), said=False).outcome == "not_carried_out"


def test_an_action_without_money_needs_somebodys_word():
    quiet = EXPECTATION.model_copy(update={"spend_before": {}, "spend_after": {}})
    record = _record(weeks_after=8, accepted=120, moved=0.0)
    assert _judge(record, expectation=quiet).outcome == "cannot_tell"
    assert _judge(record, expectation=quiet, said=True).outcome == "held"


def test_no_effect_promised_leaves_nothing_to_judge():
    open_effect = EXPECTATION.model_copy(update={"effect": None})
    assert _judge(_record(weeks_after=8, accepted=120), expectation=open_effect).outcome == "cannot_tell"


@pytest.mark.parametrize(("accepted", "outcome"), [(101, "held"), (120, "did_not_hold")])
def test_what_was_declined_or_expired_is_held_against_its_no_change_forecast(accepted, outcome):
    found = _judge(_record(weeks_after=8, accepted=accepted, moved=0.0), standing="declined")
    assert found.outcome == outcome
    assert found.held_against == EXPECTATION.no_change


def test_what_was_declined_and_done_all_the_same_is_not_judged():
    assert _judge(_record(weeks_after=8, accepted=120), standing="declined").outcome == "cannot_tell"


def test_nothing_is_judged_before_anybody_decided():
    assert _judge(_record(weeks_after=8, accepted=120), standing="waiting").outcome == "too_early"


def test_no_verdict_speaks_of_a_cause():
    records = [
        _record(weeks_after=weeks, accepted=accepted, moved=moved)
        for weeks in (0, 8)
        for accepted in (80, 100, 120, 140)
        for moved in (0.0, 0.4, 1.0)
    ]
    reasons = {
        _judge(record, standing=standing).reason
        for record in records
        for standing in ("approved", "declined", "waiting")
    }
    assert len(reasons) >= 6
    for reason in reasons:
        assert not any(word in reason for word in ("because of", "caused", "led to", "thanks to", "due to"))


def test_leads_need_no_verdicts():
    leads = EXPECTATION.model_copy(
        update={"metric": "leads", "no_change": Forecast(expected=180, low=175, high=185)}
    )
    record = replace(_record(weeks_after=7, accepted=120, undecided=0.6))
    assert _judge(record, expectation=leads).outcome == "held"


PAUSE = EXPECTATION.model_copy(
    update={
        "spend_before": {"Trial kit": 400.0}, "spend_after": {"Trial kit": 0.0}, "effect": NOTHING_LOST,
        "settle_weeks": 0, "judged_weeks": 2,
    }
)  # fmt: skip


def _judge_pause(accepted, *, spend_after):
    spend = np.concatenate([np.full(60, 400.0), np.full(8, spend_after)])
    record = _record(weeks_after=8, accepted=accepted, moved=0.0)
    return judge(PAUSE, record, standing="approved", decided_on=MADE, campaigns={"Trial kit": spend})


@pytest.mark.parametrize(
    ("accepted", "outcome"), [(100, "held"), (96, "held"), (120, "held"), (80, "did_not_hold")]
)
def test_a_pause_promises_no_more_than_that_nothing_is_lost(accepted, outcome):
    found = _judge_pause(accepted, spend_after=0.0)

    assert (found.outcome, found.share_moved) == (outcome, 1.0)


def test_a_campaign_that_went_on_spending_was_not_paused():
    assert _judge_pause(100, spend_after=400.0).outcome == "not_carried_out"


def test_a_campaign_that_the_record_does_not_know_tells_nothing():
    record = _record(weeks_after=8, accepted=100, moved=0.0)

    assert judge(PAUSE, record, standing="approved", decided_on=MADE).outcome == "cannot_tell"
