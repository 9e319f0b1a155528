"""Budgets that people changed: spend is what they said, and what it brings follows a saturating curve."""

from datetime import date

import pytest

from countersign.core.errors import SourceError
from countersign.sources.demo import write_demo, write_more_weeks
from countersign.sources.demo.company import UNTIL
from countersign.sources.demo.simulate import BudgetChange, World, simulated
from countersign.sources.demo.truth import read_world, read_written_world

WEEKS = {"first_day": date(2026, 9, 7), "anchor": UNTIL, "until": date(2026, 12, 14)}
SEARCH, DEAD = "11001", "22003"
# Long before the last weeks, which the platforms still restate.
SINCE = date(2026, 10, 5)


def change(campaign_id, factor):
    return BudgetChange(campaign_id, factor, SINCE, "p1 budget")


def figures(*budgets):
    """Spend and clicks of each campaign from SINCE on, at a scale at which noise is small."""
    with simulated(World(seed=7, scale=3.0, budgets=budgets, **WEEKS)) as connection:
        rows = connection.execute(
            "select campaign_id, sum(spend)::double, sum(clicks) from ad_days where day >= ? group by 1",
            [SINCE],
        ).fetchall()
    return {campaign: (spend, clicks) for campaign, spend, clicks in rows}


@pytest.fixture(scope="module")
def usual():
    return figures()


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_spend_is_what_was_decided_and_clicks_saturate(usual, factor):
    changed = figures(change(SEARCH, factor))
    # Paid search has room 1: (1 + 1) f / (f + 1).
    response = 2 * factor / (factor + 1)

    assert changed[SEARCH][0] / usual[SEARCH][0] == pytest.approx(factor, rel=0.02)
    assert changed[SEARCH][1] / usual[SEARCH][1] == pytest.approx(response, rel=0.02)
    assert {name: changed[name] for name in changed if name != SEARCH} == {
        name: usual[name] for name in usual if name != SEARCH
    }


def test_a_paused_campaign_is_in_no_export(usual):
    assert usual.keys() - figures(change(DEAD, 0.0)).keys() == {DEAD}


def test_the_newest_change_of_a_campaign_counts(usual):
    again = BudgetChange(SEARCH, 1.0, SINCE, "p2 budget")
    first = BudgetChange(SEARCH, 0.5, date(2026, 9, 14), "p1 budget")

    assert figures(first, again)[SEARCH] == usual[SEARCH]


def test_later_weeks_go_on_from_the_last_one_and_keep_what_was_carried_out(tmp_path):
    write_demo(tmp_path, weeks=6, scale=0.05)
    pause = BudgetChange(DEAD, 0.0, UNTIL, "p1 money")
    first = write_more_weeks(tmp_path, weeks=1, budgets=(pause,))
    second = write_more_weeks(tmp_path, weeks=4)

    assert (first.since, first.until) == (UNTIL, date(2026, 11, 23))
    assert (second.since, second.until) == (date(2026, 11, 23), date(2026, 12, 21))
    assert read_written_world(tmp_path).until == second.until
    assert read_world(tmp_path).budgets == second.budgets == (pause,)


def test_a_budget_cannot_be_changed_in_weeks_that_were_written(tmp_path):
    write_demo(tmp_path, weeks=6, scale=0.05)
    with pytest.raises(SourceError, match="2026-10-05, which was written already"):
        write_more_weeks(tmp_path, weeks=1, budgets=(change(DEAD, 0.0),))
    with pytest.raises(SourceError, match="0 weeks"):
        write_more_weeks(tmp_path, weeks=0)
