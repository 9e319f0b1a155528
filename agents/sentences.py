"""One sentence for each kind of finding: the number, the place, then what it is compared with."""

from agents.language import moved, plural
from agents.sheet import cite, place_alias
from agents.story import Story
from countersign.core.contracts import Finding, Window

NOUNS = {
    "cost_per_lead": "cost per lead",
    "cost_per_accepted_lead": "cost per accepted lead",
    "leads": "leads",
    "accepted_leads": "leads accepted by sales",
    "rejected_leads": "leads rejected by sales",
    "sales_acceptance_rate": "the sales acceptance rate",
    "conversion_rate": "the share of sessions that became leads",
    "sessions": "sessions",
    "opportunities": "opportunities opened",
    "pipeline": "pipeline opened",
    "revenue": "revenue won",
    "spend": "spend",
    "customers": "customers",
    "cac": "the cost of a customer",
}
_PLURALS = ("leads", "accepted_leads", "rejected_leads", "sessions", "opportunities", "customers")


def noun(metric: str) -> str:
    """A metric as it stands in a sentence."""
    return NOUNS.get(metric, metric.replace("_", " "))


def were(metric: str) -> str:
    """The verb that agrees with a metric: leads were, spend was."""
    return "were" if metric in _PLURALS else "was"


def bind(story: Story, finding: Finding, role: str) -> str | None:
    """The alias of a finding's fact in a role, None when it has none or its value is not known."""
    fact_id = finding.facts.get(role)
    if fact_id is None or story.sheet.value(fact_id) is None:
        return None
    place = "_".join(place_alias(name_of(story, finding, key)) for key in finding.place if key in NAMED)
    stem = f"{finding.kind}_{role}"
    sign = None
    if role in ("now", "change") and (difference := _difference(story, finding)) is not None:
        sign = (difference > 0) - (difference < 0)
    narrow = place_of(story, finding)
    shown = story.sheet.names[place_alias(narrow)] if narrow else None
    return story.sheet.fact(fact_id, f"{stem}_{place}" if place else stem, sign=sign, place=shown)


NAMED = ("channel", "campaign", "campaign_name", "platform", "source", "lead_source")


def name_of(story: Story, finding: Finding, key: str) -> str:
    """The name token of one dimension of a finding's place."""
    kind = "campaign" if key.startswith("campaign") else key
    return story.sheet.name(finding.place[key], kind=kind)


def place_of(story: Story, finding: Finding) -> str:
    """Where a finding is, narrowest name first: a campaign, else a channel, platform or source."""
    for key in ("campaign_name", "campaign", "channel", "platform", "lead_source", "source"):
        if key in finding.place:
            return name_of(story, finding, key)
    return ""


def _difference(story: Story, finding: Finding) -> float | None:
    now, prior = (story.sheet.value(finding.facts.get(role)) for role in ("now", "prior"))
    return None if now is None or prior is None else float(now) - float(prior)


def weeks(story: Story, finding: Finding, *, role: str = "now") -> str:
    """The period of a finding's figure, when it is not the report's own week."""
    now = finding.facts.get(role)
    window: Window | None = story.sheet.held(now).window if now else None
    if window is None or window == story.analysis.week:
        return ""
    return story.sheet.period(window, "cohort")


def say(story: Story, finding: Finding, *, turn: int = 0) -> str:
    """A finding as one measured sentence; empty when its facts do not suffice for one."""
    writers = {
        "change": _change,
        "drop_off": _drop_off,
        "slow_follow_up": _follow_up,
        "waste": _waste,
        "opportunity": _opportunity,
        "quality": _quality,
    }
    writer = writers.get(finding.kind)
    return writer(story, finding, turn) if writer else ""


def _change(story: Story, finding: Finding, turn: int) -> str:
    now, prior, change = (bind(story, finding, role) for role in ("now", "prior", "change"))
    low, high = bind(story, finding, "low"), bind(story, finding, "high")
    difference = _difference(story, finding)
    if now is None or prior is None or not difference:
        return ""
    place, when = place_of(story, finding), weeks(story, finding)
    what = noun(finding.metric)
    verb = moved(1 if difference > 0 else -1, turn=turn)
    subject = f"in {place}, {what}" if place and turn % 2 else f"{what} in {place}" if place else what
    during = f" for leads of {when}" if when else ""
    size = f" by {cite(change, style='size')}" if change else ""
    usual = f"; most weeks lie between {cite(low)} and {cite(high)}" if low and high else ""
    if turn % 2:
        return f"{subject} {verb}{size} to {cite(now)}{during}{usual}"
    return f"{subject} {verb} from {cite(prior)} to {cite(now)}{during}{usual}"


def _drop_off(story: Story, finding: Finding, turn: int) -> str:
    now, prior = bind(story, finding, "now"), bind(story, finding, "prior")
    count, base = bind(story, finding, "count"), bind(story, finding, "of_count")
    if now is None or prior is None:
        return ""
    step, before = finding.place.get("step", ""), finding.place.get("of", "")
    place = place_of(story, finding)
    counts = f" ({cite(count)} of {cite(base)})" if count and base else ""
    of = f"of the {before.lower()} in {place}" if place else f"of all {before.lower()}"
    return f"{of}, {cite(now)}{counts} became {step.lower()}, against {cite(prior)} before"


def _follow_up(story: Story, finding: Finding, turn: int) -> str:
    share, before = bind(story, finding, "now"), bind(story, finding, "prior")
    leads, hours = bind(story, finding, "leads"), bind(story, finding, "median_hours")
    place = place_of(story, finding)
    if share is None:
        return ""
    whom = f"{cite(leads)} leads" if leads else "its leads"
    compared = f", against {cite(before)} in the weeks before" if before else ""
    wait = f"; the median wait is {cite(hours)}" if hours else ""
    origin = f" from {place}" if place else ""
    when = weeks(story, finding)
    during = f" in {when}" if when else ""
    return f"sales called back {cite(share)} of {whom}{origin} in time{during}{compared}{wait}"


def _waste(story: Story, finding: Finding, turn: int) -> str:
    spend, leads = bind(story, finding, "spend"), bind(story, finding, "leads")
    accepted, when = bind(story, finding, "accepted"), weeks(story, finding, role="spend")
    place = place_of(story, finding)
    if spend is None or not place:
        return ""
    now, expected = bind(story, finding, "now"), bind(story, finding, "expected")
    if "campaign" in finding.place and now and expected:
        during = f" over {when}" if when else ""
        noun_now = plural("lead", count=story.sheet.value(finding.facts["now"]))
        return (
            f"{place} spent {cite(spend)}{during} and brought {cite(now)} {noun_now}, where the same money"
            f" used to bring {cite(expected)}"
        )
    cost, usual = bind(story, finding, "cost"), bind(story, finding, "cost_paid")
    if accepted and cost and usual:
        during = f" over {when}" if when else ""
        return (
            f"{place} took {cite(spend)}{during} and gave {cite(accepted)} leads that sales accepted:"
            f" {cite(cost)} each, where paid channels together pay {cite(usual)}"
        )
    if accepted:
        got = f"{cite(accepted)} that sales accepted"
        return (
            f"{place} spent {cite(spend)} for {cite(leads)} leads, {got}"
            if leads
            else (f"{place} spent {cite(spend)} for {got}")
        )
    return f"{place} spent {cite(spend)} for {cite(leads)} leads" if leads else f"{place} spent {cite(spend)}"


def _opportunity(story: Story, finding: Finding, turn: int) -> str:
    cost, usual = bind(story, finding, "cost"), bind(story, finding, "cost_paid")
    rate, whole = bind(story, finding, "now"), bind(story, finding, "all")
    place = place_of(story, finding)
    if not place or not cost or not usual:
        return ""
    said = f"an accepted lead from {place} costs {cite(cost)}, where paid channels together pay {cite(usual)}"
    return (
        f"{said}; sales accepts {cite(rate)} of its leads, {cite(whole)} of all" if rate and whole else said
    )


def _quality(story: Story, finding: Finding, turn: int) -> str:
    now, prior = bind(story, finding, "now"), bind(story, finding, "prior")
    place, when = place_of(story, finding), weeks(story, finding)
    if now is None or prior is None:
        return ""
    cohort = f" among leads of {when}" if when else ""
    return (
        f"sales accepted {cite(now)} of the decided leads from {place}{cohort}, against {cite(prior)} before"
    )
