"""From findings to possible actions: what to do, what it rests on, and the arithmetic of its effect."""

from collections.abc import Callable, Iterator

from agents.recommendation.audience import build_audience_option
from agents.recommendation.budget import (
    build_move_option,
    build_test_option,
    is_loose_test,
    settle_money,
    with_expectation,
)
from agents.recommendation.campaign import build_campaign_option
from agents.recommendation.option import ACCEPTANCE_GOALS, NO_COST, NOT_KNOWN, Option, fact_of
from agents.recommendation.scaling import build_scale_option, is_scaled
from agents.recommendation.sources import build_source_options
from agents.recommendation.wording import ActionWords
from agents.sentences import bind, derive, late_leads, place_of, say
from agents.sheet import cite
from agents.story import COMPANIONS, Story
from countersign.analytics.book import derive_fact
from countersign.core.contracts import Finding

MOST_OPTIONS = 3
_RANK = {"act": 0, "watch": 1, "info": 2}

# What can be acted on most directly comes first among equally serious findings.
_FIRST = {"waste": 0, "drop_off": 1, "quality": 2, "slow_follow_up": 3, "change": 4}


def find_options(story: Story) -> list[Option]:
    """Up to three actions, the most serious finding first, one for each thing acted on."""
    makers: dict[str, Callable[[Story, Finding], Option | None]] = {
        "waste": _stop_waste,
        "quality": _fix_quality,
        "slow_follow_up": _speed_up,
        "change": _fix_cost,
        "drop_off": _fix_step,
        "opportunity": _scale_up,
    }
    ordered = sorted(
        _usable(story), key=lambda item: (_RANK[item.severity], _FIRST.get(item.kind, len(_FIRST)))
    )
    options: dict[str, Option] = {}
    for finding in ordered:
        taken = {option.finding.place.get("channel") for option in options.values() if option.finding}
        if finding.kind == "change" and finding.place.get("channel") in taken:
            continue  # its campaigns already say what to do there
        option = makers[finding.kind](story, finding) if finding.kind in makers else None
        if option is not None:
            options.setdefault(option.key, option)
    for option in build_source_options(story):
        options.setdefault(option.key, option)
    # A move of money between channels stands among the actions whatever else was found; a test comes last.
    found, budget = settle_money(story, list(options.values()), build_move_option(story))
    found = [*found[: MOST_OPTIONS - 1], budget] if budget else found[:MOST_OPTIONS]
    test = build_test_option(story)
    if test and not is_scaled(story, found):
        # A test that was designed, with its power, stands for a loose one in the same channel.
        found = [*(option for option in found if not is_loose_test(story, option)), test]
    return [with_expectation(story, option) for option in found[:MOST_OPTIONS]]


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
        f"{cite(late)} more leads would have heard back in time that week. Whether sales would accept more of"
        " them is not known."
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


def _fix_cost(story: Story, finding: Finding) -> Option | None:
    if finding.metric != "cost_per_lead" or finding.good_direction != "down":
        return None
    place, saved = place_of(story, finding), _overspend(story, finding)
    top = max(finding.parts, key=lambda part: abs(float(story.sheet.value(part.fact) or 0)), default=None)
    is_price = top is not None and top.name == "Price per click"
    title = (
        f"Cap what a click in {place} may cost" if is_price else f"Test the pages and forms behind {place}"
    )
    prior = bind(story, finding, "prior")
    effect = (
        f"At the earlier {cite(prior)} a lead, the same leads would have cost {cite(saved)} less that week;"
        " that holds only if the cost returns to where it was."
        if saved and prior
        else NOT_KNOWN
    )
    against = (
        "A cap can cost leads as well: volume may fall before the price does."
        if is_price
        else "It is a single week; a fault in counting looks the same from here."
    )
    return Option(
        key=f"cost:{place}",
        short=f"cap clicks in {place}" if is_price else f"test the pages behind {place}",
        noun=f"the cap on clicks in {place}" if is_price else f"the page test in {place}",
        words=ActionWords(title=title, why=f"{say(story, finding)}.", effect=effect, against=against),
        choice="fix",
        effort="low" if is_price else "medium",
        confidence="medium" if finding.severity == "act" else "low",
        undo="Lift the cap." if is_price else "Put the earlier page back.",
        cost=NO_COST,
        goal_metrics=(*ACCEPTANCE_GOALS, "cost_per_lead"),
        is_known_effect=effect is not NOT_KNOWN,
        moves_money=is_price,
        judge_after_days=14,
        finding=finding,
        area="media" if is_price else "web",
    )


def _overspend(story: Story, finding: Finding) -> str | None:
    """What the week's leads cost above the earlier cost per lead: spend less prior cost times leads."""
    row = story.channels.get(finding.place.get("channel", ""))
    prior = fact_of(story, finding, "prior")
    if row is None or prior is None or not {"spend", "leads"} <= set(row.movements):
        return None
    spend, leads = (story.sheet.held(row.movements[name].now) for name in ("spend", "leads"))
    if prior.value is None or leads.value is None or spend.value is None:
        return None
    earlier = derive_fact(
        "product", [prior, leads], metric="spend_at_earlier_cost", title="Spend at the earlier cost per lead",
        unit="currency", window=spend.window, dimensions=spend.dimensions,
    )  # fmt: skip
    story.sheet.keep(earlier)
    saved = derive(
        story, "difference", [spend, earlier], metric="spend_above_earlier_cost", unit="currency",
        title="Spend above the earlier cost per lead",
    )  # fmt: skip
    return saved if saved and float(story.sheet.value(story.sheet.bindings[saved]) or 0) > 0 else None


def _fix_step(story: Story, finding: Finding) -> Option | None:
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
            why=f"{why}.",
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
