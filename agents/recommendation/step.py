"""A step that fewer take than before: look at the page behind it, or walk through it."""

from agents.recommendation.forms import tell_forms
from agents.recommendation.option import ACCEPTANCE_GOALS, NO_COST, NOT_KNOWN, Option, fact_of
from agents.recommendation.wording import ActionWords
from agents.sentences import bind, derive, place_of, say
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Finding


def build_step_option(story: Story, finding: Finding) -> Option | None:
    """Test the page behind a campaign that lost its leads, or walk through the step that lost them."""
    why = say(story, finding)
    prior, base, count = (fact_of(story, finding, role) for role in ("prior", "of_count", "count"))
    step = finding.place.get("step", "").lower()
    if not why or prior is None or base is None or count is None:
        return None
    expected = derive(
        story, "product", [prior, base], metric="count_at_earlier_rate", unit="count",
        title="Step count at the earlier rate",
    )  # fmt: skip
    effect = (
        f"At the earlier rate there would have been {cite(expected)} {step} instead of"
        f" {cite(bind(story, finding, 'count') or '')}; how many return depends on what is found."
        if expected
        else NOT_KNOWN
    )
    place = place_of(story, finding)
    return Option(
        key=f"money:{place}" if place else f"step:{step}",
        short=f"test the page behind {place}" if place else f"find where {step} are lost",
        noun=f"the page test for {place}" if place else "the walk through that step",
        words=ActionWords(
            title=(
                f"Test the page and form behind {place}"
                if place
                else f"Walk through the step to {step} {_as_whom(story, step)}"
            ),
            why=" ".join(filter(None, [f"{why}.", tell_forms(story, finding, place=place)])),
            effect=effect,
            against="A fault in counting looks the same; some of these people may have left later anyway.",
        ),
        choice="fix",
        effort="medium",
        confidence="medium",
        undo="Nothing to undo until something is changed.",
        cost=NO_COST,
        goal_metrics=("conversion_rate", *ACCEPTANCE_GOALS),
        is_known_effect=effect is not NOT_KNOWN,
        moves_money=False,
        judge_after_days=14,
        finding=finding,
        area="web" if place or step == "leads" else "sales",
    )


def _as_whom(story: Story, step: str) -> str:
    """Visitors take the step to a lead; every later step is the work of sales."""
    is_visited = step == "leads" and story.kpi("sessions") is not None
    return "as a visitor would" if is_visited else "with those who record it"
