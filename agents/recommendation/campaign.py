"""A campaign that still spends though its leads are gone: stop it, or mend what it leads to."""

from agents.recommendation.forms import tell_forms
from agents.recommendation.option import ACCEPTANCE_GOALS, NO_COST, NOT_KNOWN, Option, fact_of, judged_as
from agents.recommendation.wording import ActionWords
from agents.sentences import bind, brought, derive, length, say
from agents.sheet import cite
from agents.story import Story
from countersign.analytics.budget import PAUSE_JUDGE_AFTER, expect_pause
from countersign.core.contracts import Fact, Finding
from countersign.core.expected import Expectation

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
    spend, during = bind(story, finding, "spend"), length(story, finding, role="spend")
    headline = ""
    if is_dead and spend and (few := bind(story, finding, "now")):
        headline = f"pause {place}: {cite(spend)} {during} {brought(story, finding, now=few)}"
    if is_dead:
        effect = (
            f"It took {cite(spend)} {during}; as long a pause would save about as much"
            if spend
            else NOT_KNOWN
        )
    else:
        effect = (
            f"Short of what the money used to bring {during}: {cite(lost)} leads. They return only if the"
            " cause is found"
            if lost
            else NOT_KNOWN
        )
    key, forms = f"money:{place}", tell_forms(story, finding, place=place)
    expectation = _expect(story, finding, key=key) if is_dead else None
    return Option(
        key=key,
        short=f"pause {place}" if is_dead else f"test the page behind {place}",
        noun=f"the pause of {place}" if is_dead else f"the page test for {place}",
        words=ActionWords(
            title=f"Pause {place}" if is_dead else f"Test the page and form behind {place}",
            why=" ".join(filter(None, [f"{say(story, finding)}.", forms])),
            effect=effect,
            against=_against(is_dead=is_dead, has_lost_forms=bool(forms)),
        ),
        choice="stop" if is_dead else "fix",
        effort="low",
        confidence="high" if is_dead else "medium",
        undo="Start it again: it is paused, not deleted." if is_dead else "Put the earlier page back.",
        cost=NO_COST,
        goal_metrics=ACCEPTANCE_GOALS,
        is_known_effect=effect is not NOT_KNOWN,
        moves_money=is_dead,
        judge_after_days=PAUSE_JUDGE_AFTER.days if expectation else 14,
        finding=finding,
        area="media" if is_dead else "web",
        headline=headline,
        expectation=expectation,
    )


def _against(*, is_dead: bool, has_lost_forms: bool) -> str:
    if not is_dead:
        return "A fault in counting leads would look the same."
    # Forms that are missing on the web already were not lost on their way to the CRM.
    doubt = (
        "What it shows is consistent with a page or a form that does not work, which could be mended"
        if has_lost_forms
        else "Leads lost between the form and the CRM would look the same"
    )
    return (
        f"{doubt}: send a test form, then pause it. Some of its visitors may come back later under another"
        " channel; these are not counted here."
    )


def _expect(story: Story, finding: Finding, *, key: str) -> Expectation | None:
    """What the pause will be judged by, where the channel's accepted leads can be forecast."""
    budget, spend = story.analysis.budget, fact_of(story, finding, "spend")
    channel, campaign = finding.place.get("channel"), finding.place.get("campaign")
    if budget is None or spend is None or channel is None or campaign is None:
        return None
    return expect_pause(
        budget, channel, campaign=campaign, weekly_spend=_weekly(spend), key=judged_as(story, key)
    )


def _weekly(spend: Fact) -> float:
    days = (spend.window.end - spend.window.start).days if spend.window else 0
    return float(spend.value or 0) * 7 / days if days else 0.0
