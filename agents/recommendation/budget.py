"""Money between channels: the move that the response curves advise, or the test that would tell."""

import re
from dataclasses import replace

from agents.language import listed, sentence
from agents.recommendation.option import ACCEPTANCE_GOALS, Option, judged_as
from agents.recommendation.scaling import is_scaled
from agents.recommendation.wording import ActionWords
from agents.sheet import cite
from agents.story import Story
from countersign.analytics.budget import JUDGE_AFTER, expect_channel
from countersign.analytics.records import Budget, BudgetMove, BudgetTest


def build_move_option(story: Story) -> Option | None:
    """Move money from the channels where the next of it brings least to those where it brings most."""
    budget = story.analysis.budget
    if budget is None or not budget.moves or budget.expectation is None:
        return None
    givers = [move for move in budget.moves if not move.is_more]
    takers = [move for move in budget.moves if move.is_more]
    if not givers or not takers:
        return None
    places = (listed([_place(story, move) for move in group]) for group in (givers, takers))
    source, target = places
    moved = _figure(story, budget.moved, "moved")
    title = f"Move {moved} a week from {source} to {target}"
    return Option(
        key="budget",
        short=f"move {moved} a week from {source} to {target}",
        noun="the move between channels",
        words=ActionWords(
            title=title,
            why=f"{_new_budgets(story, [*givers, *takers])}. Each stays within what it has spent before.",
            effect=_effect(story, budget),
            against=(
                "The curves are fitted to the past: they hold while what moves spend is not what moves"
                " demand, and leads that a channel brings to another are not seen."
            ),
        ),
        choice="scale",
        effort="low",
        confidence="medium",
        undo="Set the budgets back to what they are now; the figures stand above.",
        cost="No extra spend: the total stays the same.",
        goal_metrics=ACCEPTANCE_GOALS,
        is_known_effect=True,
        is_forecast=True,
        moves_money=True,
        judge_after_days=JUDGE_AFTER.days,
        expectation=budget.expectation,
    )


def build_test_option(story: Story) -> Option | None:
    """Where curves do not tell, the test that would: one channel lower and as now by turns."""
    budget = story.analysis.budget
    if budget is None or budget.moves or budget.test is None:
        return None
    test = budget.test
    place = story.sheet.name(test.channel)
    return Option(
        key=f"test:{test.channel}",
        short=f"test what {place} brings",
        noun=f"the test in {place}",
        words=ActionWords(
            title=f"Test what {place} brings before moving money",
            why=(
                f"No move of money is advised: {budget.abstained}."
                f" {sentence(_tell_design(story, test))}{_tell_start(story, test)}"
            ),
            effect=sentence(_tell_power(story, test)),
            against="Weeks vary by themselves, and what spend of a week does in the next blurs the test.",
        ),
        choice="test",
        effort="medium",
        confidence="low",
        undo="Return to the present budget; the test ends by itself.",
        cost="The leads that the lower weeks may miss.",
        goal_metrics=ACCEPTANCE_GOALS,
        is_known_effect=True,
        is_forecast=True,
        moves_money=True,
        judge_after_days=int(story.sheet.held(test.weeks).value or 0) * 7 + 21,
    )


def tell_untold_test(story: Story, options: list[Option]) -> str:
    """Why no move of money is advised and which test would tell, where no action says so; else empty."""
    budget = story.analysis.budget
    if budget is None or not budget.abstained or any(option.key.startswith("test:") for option in options):
        return ""
    design = build_test_option(story)
    if design is None and re.search(r"\d", budget.abstained):
        return ""  # figures of a reason that no fact carries
    what = f"Whether to move money between channels. {sentence(budget.abstained)}"
    if design is None or budget.test is None or is_scaled(story, options):
        return what
    test = budget.test
    power = sentence(_tell_power(story, test))
    return f"{what} A test would tell: {_tell_design(story, test)}. {power}{_tell_start(story, test)}"


def _tell_design(story: Story, test: BudgetTest) -> str:
    """What is done in which weeks."""
    weeks, cut = _figure(story, test.weeks, "test_weeks"), _figure(story, test.reduction, "test_cut")
    place = story.sheet.name(test.channel)
    return (
        f"for {weeks} weeks, spend {cut} less in {place} in some of them, drawn by lot, and as much as now in"
        " as many others"
    )


def _tell_power(story: Story, test: BudgetTest) -> str:
    """How small a loss it would notice, and how surely the loss that is expected."""
    loss, power = _figure(story, test.least_loss, "test_loss"), _figure(story, test.power, "test_power")
    return (
        f"it would notice a loss of {loss} of the leads there, or more; the chance to notice the loss that"
        f" the curve expects is {power}"
    )


def _tell_start(story: Story, test: BudgetTest) -> str:
    """That a channel in which something is broken is mended first; empty where nothing is."""
    is_under_way = any(
        finding.severity == "act" and finding.place.get("channel") == test.channel
        for finding in story.analysis.findings
    )
    place = story.sheet.name(test.channel)
    return f" Start it once what is under way in {place} is mended." if is_under_way else ""


def settle_money(
    story: Story, options: list[Option], move: Option | None
) -> tuple[list[Option], Option | None]:
    """No two actions about the same channel's money: the move has an interval, so it stands for both.

    A move towards a channel whose leads sales has stopped accepting gives way to the hold on it.
    """
    budget = story.analysis.budget
    if move is None or budget is None:
        return options, None
    takers = {step.channel for step in budget.moves if step.is_more}
    moved = {step.channel for step in budget.moves}
    about = {option.key: _whole_channel(option) for option in options}
    if any(option.choice == "stop" and about[option.key] in takers for option in options):
        return options, None
    return [option for option in options if about[option.key] not in moved], move


def is_loose_test(story: Story, option: Option) -> bool:
    """Whether an action tests more budget in the channel that the designed test is about."""
    budget = story.analysis.budget
    is_same = budget is not None and budget.test is not None and _whole_channel(option) == budget.test.channel
    return is_same and option.choice == "test"


def _whole_channel(option: Option) -> str | None:
    """The channel whose whole budget an action is about; None for campaigns, pages and people."""
    place = option.finding.place if option.finding else {}
    return place.get("channel") if option.moves_money and "campaign" not in place else None


def with_expectation(story: Story, option: Option) -> Option:
    """The option with the no-change forecast of its channel, where there is one to judge it by."""
    budget, finding = story.analysis.budget, option.finding
    channel = finding.place.get("channel") if finding else None
    if option.expectation is not None or budget is None or channel is None:
        return option
    return replace(option, expectation=expect_channel(budget, channel, key=judged_as(story, option.key)))


def _new_budgets(story: Story, moves: list[BudgetMove]) -> str:
    return listed(
        [
            f"{_place(story, move)} goes from {_figure(story, move.now, 'spend_now')} to"
            f" {_figure(story, move.advised, 'spend_advised')} a week"
            for move in moves
        ]
    )


def _effect(story: Story, budget: Budget) -> str:
    low, high = _figure(story, budget.effect_low, "gain_low"), _figure(story, budget.effect_high, "gain_high")
    middle = _figure(story, budget.effect, "gain")
    return (
        f"Expected: {low} to {high} more accepted leads a week, about {middle} in the middle,"
        " once it has worked through. It comes from response curves and is an estimate."
    )


def _place(story: Story, move: BudgetMove) -> str:
    return story.sheet.name(move.channel)


def _figure(story: Story, fact_id: str | None, alias: str) -> str:
    return cite(story.sheet.fact(fact_id or "", alias))
