"""Approved actions become budgets of the demo company's campaigns, each once."""

from datetime import date

from countersign.core.expected import Expectation, Forecast
from countersign.sources.demo.simulate import BudgetChange
from flows.demo_weeks import build_changes

START = date(2026, 11, 16)
SOCIAL = ["22001", "22002", "22003"]


def expectation(before, after):
    return Expectation(
        key="budget", metric="accepted_leads", channels=tuple(before), spend_before=before, spend_after=after,
        no_change=Forecast(expected=100, low=90, high=110), effect=None, made_on=START,
        settle_weeks=2, judged_weeks=4, judge_on=START,
    )  # fmt: skip


def factors(approved, *, made=()):
    return {one.campaign_id: one.factor for one in build_changes(approved, made=made, start=START)}


def test_a_move_changes_every_campaign_of_its_channels_in_proportion():
    move = expectation(
        {"Paid social": 10000, "LinkedIn ads": 8000}, {"Paid social": 7000, "LinkedIn ads": 11000}
    )

    assert factors({"p1 budget": move}) == {**dict.fromkeys(SOCIAL, 0.7), "33001": 1.375, "33002": 1.375}


def test_a_pause_touches_one_campaign_only():
    name = "Meta | Trial kit retargeting"

    assert factors({"p1 money": expectation({name: 1500}, {name: 0})}) == {"22003": 0.0}


def test_what_was_carried_out_is_not_carried_out_again():
    made = (BudgetChange("22001", 0.5, START, "p1 budget"),)

    assert factors({"p1 budget": expectation({"Paid social": 100}, {"Paid social": 50})}, made=made) == {}


def test_a_later_move_starts_from_the_budget_as_it_is():
    made = tuple(
        BudgetChange(name, factor, START, "p1") for name, factor in zip(SOCIAL, (0.5, 0.5, 0.0), strict=True)
    )
    found = factors({"p2 budget": expectation({"Paid social": 100}, {"Paid social": 120})}, made=made)

    assert found == {"22001": 0.6, "22002": 0.6, "22003": 0.0}


def test_an_action_that_moves_no_money_changes_nothing():
    assert factors({"p1 follow_up": expectation({}, {})}) == {}
