"""More money for a channel whose accepted leads are cheap, where its response curve supports it."""

from collections.abc import Sequence

from agents.recommendation.option import ACCEPTANCE_GOALS, Option, fact_of, judged_as
from agents.recommendation.wording import ActionWords
from agents.sentences import bind, derive, say
from agents.sheet import cite
from agents.story import Story
from countersign.analytics.budget import JUDGE_AFTER
from countersign.analytics.records import BudgetRaise
from countersign.core.contracts import Finding


def build_scale_option(story: Story, finding: Finding, *, place: str) -> Option | None:
    """Raise a channel's budget to what it has spent before; None where the evidence stops short of it.

    Two things have to hold: an accepted lead is cheap there, which is the finding, and even at the low end
    of what the curve expects the next ones cost no more than paid channels pay on average.
    """
    found = _room(story, finding)
    usual = fact_of(story, finding, "cost_paid")
    if found is None or usual is None or not usual.value or not place:
        return None
    sheet = story.sheet
    by, low = sheet.held(found.by), sheet.held(found.effect_low)
    if float(low.value or 0) <= 0 or float(by.value or 0) > float(usual.value) * float(low.value or 0):
        return None
    price = derive(
        story, "ratio", [by, low], metric="cost_of_more_accepted_leads", unit="currency",
        title="Cost of one more accepted lead, at the low end of what is expected",
    )  # fmt: skip
    average = bind(story, finding, "cost_paid")
    if not price or not average:
        return None
    more = cite(sheet.fact(found.by, "raise_by"))
    key = f"money:{place}"
    return Option(
        key=key,
        short=f"raise the budget of {place} by {more} a week",
        noun=f"the higher budget of {place}",
        words=ActionWords(
            title=f"Raise the budget of {place} by {more} a week",
            why=f"{say(story, finding)}. {_new_budget(story, found, place=place)}.",
            effect=_effect(story, found, price=price, average=average),
            against=(
                "A channel can be cheap while it is small. The curve is fitted to the past: it holds while"
                " what moves spend is not what moves demand."
            ),
        ),
        choice="scale",
        effort="low",
        confidence="medium",
        undo="Set the budget back to what it is now; the figure stands above.",
        cost=f"{more} more a week.",
        goal_metrics=ACCEPTANCE_GOALS,
        is_known_effect=True,
        is_forecast=True,
        moves_money=True,
        judge_after_days=JUDGE_AFTER.days,
        finding=finding,
        expectation=found.expectation.model_copy(update={"key": judged_as(story, key)}),
    )


def is_scaled(story: Story, options: Sequence[Option]) -> bool:
    """Whether an action raises the channel that the designed test would lower by turns."""
    budget = story.analysis.budget
    if budget is None or budget.test is None:
        return False
    scaled = [option.finding.place for option in options if option.choice == "scale" and option.finding]
    return any(place.get("channel") == budget.test.channel for place in scaled)


def _room(story: Story, finding: Finding) -> BudgetRaise | None:
    budget, channel = story.analysis.budget, finding.place.get("channel")
    return next((one for one in budget.raises if one.channel == channel), None) if budget else None


def _new_budget(story: Story, found: BudgetRaise, *, place: str) -> str:
    now, then = (
        cite(story.sheet.fact(fact_id, alias))
        for fact_id, alias in ((found.now, "spend_now"), (found.advised, "raise_to"))
    )
    return f"{place} would go from {now} to {then} a week, which it has spent before"


def _effect(story: Story, found: BudgetRaise, *, price: str, average: str) -> str:
    low, middle, high = (
        cite(story.sheet.fact(fact_id, alias))
        for fact_id, alias in (
            (found.effect_low, "raise_low"),
            (found.effect, "raise_effect"),
            (found.effect_high, "raise_high"),
        )
    )
    return (
        f"Expected: {low} to {high} more accepted leads a week, about {middle} in the middle,"
        f" once it has worked through. At the low end each of them costs {cite(price)}, and paid channels pay"
        f" {cite(average)} on average. It comes from response curves and is an estimate."
    )
