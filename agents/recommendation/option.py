"""One possible action, and the arithmetic that its effect may be made of."""

from dataclasses import dataclass, field
from typing import Literal

from agents.owners import Area
from agents.recommendation.wording import ActionWords
from agents.story import Story
from countersign.core.blocks import Choice
from countersign.core.contracts import Fact, Finding
from countersign.core.expected import Expectation
from countersign.reports.token_syntax import Token, parse

Level = Literal["low", "medium", "high"]
NOT_KNOWN = "Nothing in the data says what this would change."
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
        area: whose work it is; its people are those whom the sources name.
        headline: the whole action with its money as a title, where it is worth one.
        finding: the finding it rests on; None for advice, which rests on the response curves.
        is_forecast: whether the effect is an interval from response curves, not arithmetic.
        expectation: what it will be judged by.
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
    finding: Finding | None = field(default=None, repr=False)
    area: Area = "media"
    headline: str = ""
    is_forecast: bool = False
    expectation: Expectation | None = None


def judged_as(story: Story, key: str) -> str:
    """The name under which an action is judged: what it acts on, with names instead of tokens."""
    return "".join(
        story.sheet.names.get(piece.alias, piece.alias) if isinstance(piece, Token) else piece.text
        for piece in parse(key)
    )


def fact_of(story: Story, finding: Finding, role: str) -> Fact | None:
    """A finding's fact in a role, None when it has none."""
    fact_id = finding.facts.get(role)
    return None if fact_id is None else story.sheet.held(fact_id)
