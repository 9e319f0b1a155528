"""A campaign that still spends though its leads are gone: stop it, or mend what it leads to."""

from agents.recommendation.option import ACCEPTANCE_GOALS, NO_COST, NOT_KNOWN, Option, derive, fact_of
from agents.recommendation.wording import ActionWords
from agents.sentences import bind, say, weeks
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Finding

# At or below this share of the expected leads there is nothing left to mend in a running campaign.
_DEAD = 0.1


def build_campaign_option(story: Story, finding: Finding, *, place: str) -> Option | None:
    """Stop a campaign that brings next to nothing; test the page behind one that lost part of its leads."""
    now, expected = fact_of(story, finding, "now"), fact_of(story, finding, "expected")
    if now is None or expected is None or not expected.value:
        return None
    is_dead = float(now.value or 0) <= _DEAD * float(expected.value)
    lost = derive(
        story, "difference", [expected, now], metric="missing_leads", unit="count",
        title="Leads short of what the money brought before",
    )  # fmt: skip
    spend, when = bind(story, finding, "spend"), weeks(story, finding, role="spend")
    during = f"In {when} it" if when else "This week it"
    if is_dead:
        effect = f"{during} took {cite(spend)}; as much stays free while it is paused" if spend else NOT_KNOWN
    else:
        effect = (
            f"{cite(lost)} leads a week are missing; that many return only if the cause is found"
            if lost
            else NOT_KNOWN
        )
    return Option(
        key=f"money:{place}",
        short=f"pause {place}" if is_dead else f"test the page behind {place}",
        noun=f"the pause of {place}" if is_dead else f"the page test for {place}",
        words=ActionWords(
            title=f"Pause {place}" if is_dead else f"Test the page and form behind {place}",
            why=say(story, finding),
            effect=effect,
            against=(
                "Some of its visitors may come back later under another channel; these are not counted here."
                if is_dead
                else "It is a single week, and a fault in counting leads would look the same."
            ),
        ),
        choice="stop" if is_dead else "fix",
        effort="low",
        confidence="high" if is_dead else "medium",
        undo="Start it again: it is paused, not deleted." if is_dead else "Put the earlier page back.",
        cost=NO_COST,
        goal_metrics=ACCEPTANCE_GOALS,
        is_known_effect=effect is not NOT_KNOWN,
        moves_money=is_dead,
        judge_after_days=14,
        finding=finding,
    )
