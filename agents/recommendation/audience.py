"""Leads that sales turns down: narrow whom a channel or a campaign reaches."""

from agents.recommendation.option import ACCEPTANCE_GOALS, NO_COST, NOT_KNOWN, Option, fact_of
from agents.recommendation.wording import ActionWords
from agents.sentences import bind, derive, place_of, say
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Finding

# What a place's acceptance is compared with: its own before, or that of the other campaigns.
_RATES = {"prior": "earlier rate", "others": "other campaigns' rate"}
_AUDIENCES = {
    "prior": "back to the audience that sales accepted",
    "others": "to people like those whom sales accepts from other campaigns",
}
_AGAINST = {
    "prior": "A verdict is a judgement: if sales became stricter, the audience is not at fault.",
    "others": "A campaign may be meant for people who decide later; a lead turned down may still come back.",
}


def build_audience_option(story: Story, finding: Finding) -> Option | None:
    """Narrow the audience; what it would bring is arithmetic at the rate that the finding compares with."""
    place, reference = place_of(story, finding), "others" if "others" in finding.facts else "prior"
    effect = _effect(story, finding, reference)
    if effect is None:
        return None
    return Option(
        key=f"money:{place}",
        short=f"narrow who {place} reaches",
        noun=f"the narrower audience of {place}",
        words=ActionWords(
            title=f"Narrow who {place} reaches, {_AUDIENCES[reference]}",
            why=f"{say(story, finding)}.",
            effect=effect,
            against=_AGAINST[reference],
        ),
        choice="fix",
        effort="medium",
        confidence="high" if finding.severity == "act" else "medium",
        undo="Switch the audience settings back; keep a copy before the change.",
        cost=NO_COST,
        goal_metrics=ACCEPTANCE_GOALS,
        is_known_effect=effect is not NOT_KNOWN,
        moves_money=False,
        judge_after_days=28,
        finding=finding,
    )


def _effect(story: Story, finding: Finding, reference: str) -> str | None:
    compared, decided, accepted = (
        fact_of(story, finding, role) for role in (reference, "decided", "accepted")
    )
    if compared is None or decided is None or accepted is None:
        return None
    expected = derive(
        story, "product", [compared, decided], metric=f"accepted_leads_at_{reference}_rate", unit="count",
        title=f"Accepted leads at the {_RATES[reference]}",
    )  # fmt: skip
    rate = bind(story, finding, reference)
    if not expected or not rate:
        return NOT_KNOWN
    instead = f"instead of {cite(bind(story, finding, 'accepted') or '')}"
    return (
        f"At the {_RATES[reference]} of {cite(rate)}, sales would have accepted {cite(expected)} of those"
        f" leads {instead}. That is arithmetic on the past."
    )
