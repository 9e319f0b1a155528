"""From findings to possible actions: what to do, what it rests on, and the arithmetic of its effect."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agents.recommendation.audience import build_audience_option
from agents.recommendation.budget import (
    build_move_option,
    build_test_option,
    is_loose_test,
    settle_money,
    with_expectation,
)
from agents.recommendation.campaign import build_campaign_option
from agents.recommendation.cost import build_click_price_option, build_cost_option
from agents.recommendation.left_out import Reason, explain_left_out, is_covered
from agents.recommendation.option import ACCEPTANCE_GOALS, NO_COST, NOT_KNOWN, Option, fact_of
from agents.recommendation.scaling import build_scale_option, is_scaled
from agents.recommendation.sources import build_source_options
from agents.recommendation.step import build_step_option
from agents.recommendation.wording import ActionWords
from agents.sentences import bind, derive, late_leads, place_of, say
from agents.sheet import cite
from agents.story import COMPANIONS, Story
from countersign.core.contracts import Finding

MOST_OPTIONS = 3
_RANK = {"act": 0, "watch": 1, "info": 2}

# What can be acted on most directly comes first among equally serious findings; `ORDER` says so to readers.
_FIRST = {"waste": 0, "drop_off": 1, "click_price": 2, "quality": 3, "slow_follow_up": 4, "change": 5}
ORDER = (
    "Actions on the more serious come first; of what is equally serious, money spent for nothing, then what"
    " broke, then dearer clicks, then leads that sales turns down, then calls that came late."
)


@dataclass(frozen=True)
class Choice:
    """What is proposed, and why each other serious finding has no action of its own.

    Args:
        options: the actions, in order.
        why_not: by key of serious finding.
    """

    options: list[Option]
    why_not: dict[str, Reason]


def choose_options(story: Story) -> Choice:
    """Up to three actions, the most serious finding first, one for each thing acted on."""
    made = _make_options(story)
    options: dict[str, Option] = {}
    for _, option in made:
        options.setdefault(option.key, option)
    for option in build_source_options(story):
        options.setdefault(option.key, option)
    settled, move = settle_money(story, list(options.values()), build_move_option(story))
    chosen = _limit(story, settled, move)
    return Choice(
        options=[with_expectation(story, option) for option in chosen],
        why_not=explain_left_out(
            story,
            {finding.key: option for finding, option in made},
            chosen=chosen,
            replaced=options.keys() - {option.key for option in settled},
        ),
    )


def _make_options(story: Story) -> list[tuple[Finding, Option]]:
    """An option for each finding that asks for one, in the order in which they may be proposed.

    A channel's dearer leads come to what its campaigns did: it gets an action of its own only where one of
    the campaigns that moved it has none.
    """
    makers: dict[str, Callable[[Story, Finding], Option | None]] = {
        "waste": _stop_waste,
        "quality": _fix_quality,
        "slow_follow_up": _speed_up,
        "click_price": build_click_price_option,
        "drop_off": build_step_option,
        "opportunity": _scale_up,
    }
    usable = list(_usable(story))
    found = [
        (finding, option)
        for finding in usable
        if (maker := makers.get(_kind(finding))) and (option := maker(story, finding))
    ]
    own = [option for _, option in found]
    found += [
        (finding, option)
        for finding in usable
        if _kind(finding) == "change" and not is_covered(story, finding, own)
        and (option := build_cost_option(story, finding))
    ]  # fmt: skip
    return sorted(found, key=lambda pair: (_RANK[pair[0].severity], _FIRST.get(_kind(pair[0]), len(_FIRST))))


def _kind(finding: Finding) -> str:
    """What an action follows from: a finding's kind, and dearer clicks of a campaign by themselves."""
    is_price = finding.kind == "change" and "campaign" in finding.place
    return "click_price" if is_price else finding.kind


def _limit(story: Story, options: list[Option], move: Option | None) -> list[Option]:
    """The actions that are proposed, of all that could be."""
    # A move of money between channels stands among the actions whatever else was found; a test comes last.
    found = [*options[: MOST_OPTIONS - 1], move] if move else options[:MOST_OPTIONS]
    test = build_test_option(story)
    if test and not is_scaled(story, found):
        # A test that was designed, with its power, stands for a loose one in the same channel.
        found = [*(option for option in found if not is_loose_test(story, option)), test]
    return found[:MOST_OPTIONS]


def _usable(story: Story) -> Iterator[Finding]:
    for finding in story.analysis.findings:
        if finding.key.endswith(COMPANIONS) or not finding.place:
            continue
        if finding.severity != "info" or finding.kind == "opportunity":
            yield finding


def _stop_waste(story: Story, finding: Finding) -> Option | None:
    place, spend = place_of(story, finding), bind(story, finding, "spend")
    if not place or spend is None:
        return None
    if "campaign" in finding.place:
        return build_campaign_option(story, finding, place=place)
    accepted = bind(story, finding, "accepted")
    return Option(
        key=f"money:{place}",
        short=f"hold the budget of {place}",
        noun=f"the hold on {place}",
        words=ActionWords(
            title=f"Hold the budget of {place} until sales accepts its leads again",
            why=f"{say(story, finding)}.",
            effect=_freed_money(story, finding, accepted=accepted),
            against="Deals take longer than these weeks: a lead that sales turned down may still come back.",
        ),
        choice="stop",
        effort="low",
        confidence="high" if finding.severity == "act" else "medium",
        undo="Restore the budget; the campaigns are paused, not deleted.",
        cost=NO_COST,
        goal_metrics=ACCEPTANCE_GOALS,
        is_known_effect=fact_of(story, finding, "cost_paid") is not None,
        moves_money=True,
        judge_after_days=28,
        finding=finding,
    )


def _freed_money(story: Story, finding: Finding, *, accepted: str | None) -> str:
    spend, usual = fact_of(story, finding, "spend"), fact_of(story, finding, "cost_paid")
    price = bind(story, finding, "cost_paid")
    if spend is None or usual is None or price is None:
        return NOT_KNOWN
    bought = derive(
        story, "ratio", [spend, usual], metric="accepted_leads_at_paid_cost", unit="count",
        title="What the money would buy at the usual cost",
    )  # fmt: skip
    if bought is None:
        return NOT_KNOWN
    instead = f", instead of {cite(accepted)}" if accepted else ""
    return (
        f"At the {cite(price)} that paid channels pay for an accepted lead, that money comes to"
        f" {cite(bought)} of them{instead}. It holds only if that cost holds for more money."
    )


def _fix_quality(story: Story, finding: Finding) -> Option | None:
    return (
        build_audience_option(story, finding)
        if "channel" in finding.place
        else _check_tracking(story, finding)
    )


def _check_tracking(story: Story, finding: Finding) -> Option | None:
    place, now, prior = place_of(story, finding), bind(story, finding, "now"), bind(story, finding, "prior")
    if "platform" not in finding.place or now is None or prior is None:
        return None
    return Option(
        key=f"tracking:{place}",
        short=f"check what {place} counts",
        noun=f"the check of {place}",
        words=ActionWords(
            title=f"Check what {place} counts before its own figures decide anything",
            why=f"{say(story, finding)}.",
            effect="It makes figures comparable again, it brings no leads.",
            against="The platform may be right: leads can be missing from the CRM as well.",
        ),
        choice="fix",
        effort="low",
        confidence="medium",
        undo="Nothing to undo: it is a check.",
        cost=NO_COST,
        goal_metrics=("cost_per_lead",),
        is_known_effect=False,
        moves_money=False,
        judge_after_days=14,
        finding=finding,
    )


def _speed_up(story: Story, finding: Finding) -> Option | None:
    place, share = place_of(story, finding), bind(story, finding, "now")
    if share is None or not place:
        return None
    late = late_leads(story, finding)
    effect = (
        f"{cite(late)} more leads would have heard back in time. Whether sales would accept more of them"
        " is not known."
        if late
        else NOT_KNOWN
    )
    return Option(
        key=f"follow_up:{place}",
        short=f"call back leads from {place} in time",
        noun=f"calling back leads from {place} in time",
        words=ActionWords(
            title=f"Call back leads from {place} within the time we promise",
            why=f"{say(story, finding)}.",
            effect=effect,
            against="Calls that sales made but did not log count here as not made.",
        ),
        choice="fix",
        effort="medium",
        confidence="high" if finding.severity == "act" else "medium",
        undo="Return to the old order of calls.",
        cost=NO_COST,
        goal_metrics=("followed_up_within_promise", "sales_acceptance_rate"),
        is_known_effect=bool(late),
        moves_money=False,
        judge_after_days=14,
        finding=finding,
        area="sales",
    )


def _scale_up(story: Story, finding: Finding) -> Option | None:
    place, cost = place_of(story, finding), bind(story, finding, "cost")
    usual, effect = bind(story, finding, "cost_paid"), _exchange(story, finding)
    if scaled := build_scale_option(story, finding, place=place):
        return scaled
    if not place or cost is None or usual is None:
        return None
    return Option(
        key=f"money:{place}",
        short=f"test more budget in {place}",
        noun=f"the budget test in {place}",
        words=ActionWords(
            title=f"Test a little more budget in {place}",
            why=f"{say(story, finding)}.",
            effect=effect or "The cost of past leads there does not tell the cost of the next.",
            against="A channel can be cheap while it is small; more money then meets people who care less.",
        ),
        choice="test",
        effort="low",
        confidence="low",
        undo="Return to the earlier budget at the end of the test.",
        cost="The extra budget of the test; whoever approves names the amount.",
        goal_metrics=ACCEPTANCE_GOALS,
        is_known_effect=bool(effect),
        moves_money=True,
        judge_after_days=42,
        finding=finding,
    )


def _exchange(story: Story, finding: Finding) -> str:
    """How many accepted leads the dear channel's price for an accepted lead pays for here."""
    dear = next((item for item in story.analysis.findings if item.kind == "waste"), None)
    costs = [fact_of(story, item, "cost") for item in (dear, finding) if item is not None]
    if dear is None or len(costs) < 2 or costs[0] is None or costs[1] is None:
        return ""
    bought = derive(
        story, "ratio", [costs[0], costs[1]], metric="cost_exchange", unit="ratio",
        title="Cost per accepted lead, against the dearest channel",
    )  # fmt: skip
    if bought is None:
        return ""
    return (
        f"The {cite(bind(story, dear, 'cost') or '')} that an accepted lead costs in {place_of(story, dear)}"
        f" would pay for {cite(bought)} of them here, as long as the cost here holds when it grows."
    )
