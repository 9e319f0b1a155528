"""Leads that became dear: cap what a click may cost where clicks did, else test the pages behind them."""

from agents.recommendation.option import ACCEPTANCE_GOALS, NO_COST, NOT_KNOWN, Option, fact_of
from agents.recommendation.wording import ActionWords
from agents.sentences import bind, derive, place_of, say
from agents.sheet import cite
from agents.story import Story
from countersign.analytics.book import derive_fact
from countersign.core.contracts import Fact, Finding

_CAP_COSTS = "A cap can cost leads as well: volume may fall before the price does."


def build_click_price_option(story: Story, finding: Finding) -> Option:
    """Cap what a click may cost in one campaign; what it would save is an interval, by the usual price."""
    place, effect = place_of(story, finding), _saving(story, finding)
    return Option(
        key=f"cost:{place}",
        short=f"cap what a click may cost in {place}",
        noun=f"the cap on clicks in {place}",
        words=ActionWords(
            title=f"Cap what a click may cost in {place}",
            why=f"{say(story, finding)}. {_what_it_took(story, finding, place=place)}",
            effect=effect,
            against=f"{_CAP_COSTS} If others bid more for the same people, a lower price may not be had.",
        ),
        choice="fix",
        effort="low",
        confidence="medium" if finding.severity == "act" else "low",
        undo="Lift the cap.",
        cost=NO_COST,
        goal_metrics=(*ACCEPTANCE_GOALS, "cost_per_lead"),
        is_known_effect=effect is not NOT_KNOWN,
        moves_money=True,
        judge_after_days=14,
        finding=finding,
    )


def _what_it_took(story: Story, finding: Finding, *, place: str) -> str:
    """The campaign's part in what a lead of its channel costs, and in what the company spent more."""
    part, more = bind(story, finding, "part"), bind(story, finding, "spend_difference")
    channel = story.sheet.name(finding.place["channel"])
    said = f"Dearer clicks there added {cite(part or '')} to what a lead from {channel} costs."
    whole, rose_by = story.kpi("spend"), story.sheet.value(finding.facts["spend_difference"])
    if more is None or whole is None or whole.sign <= 0 or not rose_by or rose_by < 0:
        return said
    return (
        f"{said} {place} spent {cite(more, style='size')} more than the week before; all channels together"
        f" spent {cite(whole.difference, style='size')} more."
    )


def _saving(story: Story, finding: Finding) -> str:
    """What the week's clicks cost above the ends of the range that a click usually costs there."""
    spend, clicks, low, high = (fact_of(story, finding, role) for role in ("spend", "clicks", "low", "high"))
    if spend is None or clicks is None or low is None or high is None:
        return NOT_KNOWN
    least, most = (_above(story, spend, clicks, price=price) for price in (high, low))
    if least is None or most is None:
        return NOT_KNOWN
    usual_low, usual_high, same = (
        cite(bind(story, finding, role) or "") for role in ("low", "high", "clicks")
    )
    return (
        f"At the usual {usual_low} to {usual_high} a click, the same {same} clicks would have cost"
        f" {cite(least)} to {cite(most)} less that week. It holds only if as many clicks can be had at that"
        " price."
    )


def _above(story: Story, spend: Fact, clicks: Fact, *, price: Fact) -> str | None:
    """What was spent above so many clicks at a price."""
    if price.value is None or clicks.value is None:
        return None
    usual = derive_fact(
        "product", [price, clicks], metric="spend_at_usual_price", unit="currency",
        title="Spend at the usual price of a click", window=spend.window, dimensions=spend.dimensions,
    )  # fmt: skip
    story.sheet.keep(usual)
    return derive(
        story, "difference", [spend, usual], metric="spend_above_usual_price", unit="currency",
        title="Spend above the usual price of a click",
    )  # fmt: skip


def build_cost_option(story: Story, finding: Finding) -> Option | None:
    """Cap the clicks of a channel whose leads became dear, or test its pages; None for other changes."""
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
    against = _CAP_COSTS if is_price else "It is a single week; a fault in counting looks the same from here."
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
