"""One possible action, and the arithmetic that its effect may be made of."""

from dataclasses import dataclass, field
from typing import Literal

from agents.recommendation.wording import ActionWords
from agents.story import Story
from countersign.analytics.book import derive_fact
from countersign.core.contracts import Fact, Finding, Unit

Choice = Literal["stop", "fix", "scale", "test"]
Level = Literal["low", "medium", "high"]
NOT_KNOWN = "Not known: nothing in the data says what this would change."
NO_COST = "No extra spend; working time only."
ACCEPTANCE_GOALS = ("cost_per_accepted_lead", "sales_acceptance_rate", "accepted_leads")


@dataclass(frozen=True)
class Option:
    """One possible action.

    Args:
        key: what it acts on, so that two findings about one thing become one action.
        short: verb phrase for the headline.
        noun: the same as a noun, for sentences about it.
        words: title, why, effect and against, from the offline writer.
        goal_metrics: metrics of the goals it may serve, best first.
        is_known_effect: whether the effect is arithmetic; else it is not known.
        moves_money: whether spend changes.
        finding: the finding it rests on.
    """

    key: str
    short: str
    noun: str
    words: ActionWords
    choice: Choice
    effort: Level
    confidence: Level
    undo: str
    cost: str
    goal_metrics: tuple[str, ...]
    is_known_effect: bool
    moves_money: bool
    judge_after_days: int
    finding: Finding = field(repr=False)


def derive(
    story: Story, function: str, inputs: list[Fact], *, metric: str, unit: Unit, title: str
) -> str | None:
    """A figure computed from named facts, kept with the draft; None when it cannot be known."""
    if any(fact.value is None for fact in inputs):
        return None
    fact = derive_fact(
        function, inputs, metric=metric, title=title, unit=unit, window=inputs[0].window,
        dimensions=inputs[0].dimensions,
    )  # fmt: skip
    if fact.value is None:
        return None
    return story.sheet.add(fact, metric)


def fact_of(story: Story, finding: Finding, role: str) -> Fact | None:
    """A finding's fact in a role, None when it has none."""
    fact_id = finding.facts.get(role)
    return None if fact_id is None else story.sheet.held(fact_id)
