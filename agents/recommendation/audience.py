"""Leads that sales turns down: look at them with sales, or narrow whom a poor campaign reaches."""

from agents.recommendation.option import ACCEPTANCE_GOALS, NO_COST, NOT_KNOWN, Option, fact_of
from agents.recommendation.wording import ActionWords
from agents.sentences import bind, derive, place_of, say
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Finding

# What a place's acceptance is compared with: its own before, or that of the other campaigns.
_RATES = {"prior": "earlier rate", "others": "other campaigns' rate"}


def build_audience_option(story: Story, finding: Finding) -> Option | None:
    """Look at the leads with sales, or narrow a campaign's audience; None where too little is known.

    What it would bring is arithmetic at the rate that the finding compares with.
    """
    if fact_of(story, finding, "decided") is None or fact_of(story, finding, "accepted") is None:
        return None
    if "others" in finding.facts:
        return _narrow(story, finding)
    return _look(story, finding) if "prior" in finding.facts else None


def _look(story: Story, finding: Finding) -> Option:
    """That sales accepts fewer than before does not say whether the leads changed, or sales did."""
    place, effect = place_of(story, finding), _effect(story, finding, "prior")
    campaign = _name(story, finding, "campaign_now", "campaign")
    first = f", {campaign} first" if campaign else ""
    has_risen = "risen_reason_now" in finding.facts
    told = [f"{say(story, finding)}.", _campaign(story, finding, campaign), _reason(story, finding)]
    return Option(
        key=f"money:{place}",
        short=f"look with sales at the leads that {place} brings",
        noun=f"the look at leads from {place}",
        words=ActionWords(
            title=f"Look with sales at the leads that {place} brings{first}",
            why=" ".join(text for text in told if text),
            effect=effect,
            against=(
                "A verdict is a judgement: if sales became stricter, the audience is not at fault."
                + ("" if has_risen else " No reason that sales gave shows that the people reached changed.")
            ),
        ),
        choice="fix",
        effort="medium",
        confidence="high" if finding.severity == "act" and has_risen else "medium",
        undo="Nothing to undo until something is changed.",
        cost=NO_COST,
        goal_metrics=ACCEPTANCE_GOALS,
        is_known_effect=effect is not NOT_KNOWN,
        moves_money=False,
        judge_after_days=28,
        finding=finding,
    )


def _narrow(story: Story, finding: Finding) -> Option:
    place, effect = place_of(story, finding), _effect(story, finding, "others")
    return Option(
        key=f"money:{place}",
        short=f"narrow who {place} reaches",
        noun=f"the narrower audience of {place}",
        words=ActionWords(
            title=f"Narrow who {place} reaches, to people like those whom sales accepts from other campaigns",
            why=f"{say(story, finding)}.",
            effect=effect,
            against=(
                "A campaign may be meant for people who decide later; a lead turned down may still come back."
            ),
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


def _effect(story: Story, finding: Finding, reference: str) -> str:
    compared, decided = (fact_of(story, finding, role) for role in (reference, "decided"))
    rate = bind(story, finding, reference)
    if compared is None or decided is None or not rate:
        return NOT_KNOWN
    expected = derive(
        story, "product", [compared, decided], metric=f"accepted_leads_at_{reference}_rate", unit="count",
        title=f"Accepted leads at the {_RATES[reference]}",
    )  # fmt: skip
    if not expected:
        return NOT_KNOWN
    instead = f"instead of {cite(bind(story, finding, 'accepted') or '')}"
    return (
        f"At the {_RATES[reference]} of {cite(rate)}, sales would have accepted {cite(expected)} of those"
        f" leads {instead}. That is arithmetic on the past."
    )


def _campaign(story: Story, finding: Finding, campaign: str) -> str:
    """The campaign of the channel whose own leads sales accepts less than before."""
    if not campaign:
        return ""
    decided, accepted, now, prior = _cited(
        story, finding, "campaign", ("decided", "accepted", "now", "prior")
    )
    return f"Of {decided} leads from {campaign}, it accepted {accepted} ({now}); before, it accepted {prior}."


def _reason(story: Story, finding: Finding) -> str:
    """A reason that sales gave, with its share of the rejections then and now."""
    stem = next((name for name in ("risen_reason", "reason") if f"{name}_now" in finding.facts), "")
    if not stem:
        return ""
    reason = _name(story, finding, f"{stem}_now", "reason")
    count, of, now, prior = _cited(story, finding, stem, ("count", "of", "now", "prior"))
    return f"Of {of} rejections, {count} have the reason “{reason}” ({now}); before, {prior} had it."


def _cited(story: Story, finding: Finding, stem: str, names: tuple[str, ...]) -> list[str]:
    return [cite(story.sheet.fact(finding.facts[f"{stem}_{name}"], f"{stem}_{name}")) for name in names]


def _name(story: Story, finding: Finding, role: str, kind: str) -> str:
    """The name token of what a fact is about; empty where the finding has no such fact."""
    fact = fact_of(story, finding, role)
    return story.sheet.name(fact.dimensions[kind], kind=kind) if fact is not None else ""
