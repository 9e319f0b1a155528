"""One sentence for each kind of finding: the number, the place, then what it is compared with."""

from collections.abc import Sequence
from datetime import timedelta

from agents.language import moved, plural
from agents.sheet import cite, place_alias
from agents.story import Story
from countersign.analytics.book import derive_fact
from countersign.core.contracts import Fact, Finding, Unit, Window

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
    "clicks": "clicks",
    "impressions": "impressions",
    "cost_per_click": "cost per click",
    "click_rate": "clicks per impression",
    "customers": "customers",
    "cac": "the cost of a customer",
}
_PLURALS = (
    "leads", "accepted_leads", "rejected_leads", "sessions", "opportunities", "customers", "clicks",
    "impressions", "click_rate",
)  # fmt: skip


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


def older(story: Story, window: Window) -> str:
    """Which leads a figure is of, in brackets behind it, where they are not of the report's own week."""
    return "" if window == story.analysis.week else f" (leads of {story.sheet.period(window, 'cohort')})"


def length(story: Story, finding: Finding, *, role: str = "now", is_dated: bool = False) -> str:
    """How long a figure's period is, for a sentence: in 4 weeks; this week when it is the report's own.

    With `is_dated` it says up to which day: in the 4 weeks to 15 November.
    """
    own = weeks(story, finding, role=role)
    if not own:
        return "this week"
    long = own.replace("}}", "|length}}")
    window = story.sheet.held(finding.facts[role]).window
    if not is_dated or window is None:
        return f"in {long}"
    last = Window(start=window.end - timedelta(days=1), end=window.end)
    return f"in the {long} to {story.sheet.period(last, 'last_day')}"


def derive(
    story: Story, function: str, inputs: Sequence[Fact], *, metric: str, unit: Unit, title: str
) -> str | None:
    """A figure computed from named facts, kept with the draft; None when it cannot be known."""
    if any(fact.value is None for fact in inputs):
        return None
    fact = derive_fact(
        function, list(inputs), metric=metric, title=title, unit=unit, window=inputs[0].window,
        dimensions=inputs[0].dimensions,
    )  # fmt: skip
    return None if fact.value is None else story.sheet.add(fact, metric)


def brought(story: Story, finding: Finding, *, now: str) -> str:
    """What the money brought, where it brought little: for its few leads, or without any."""
    value = story.sheet.value(finding.facts.get("now"))
    return f"for {cite(now)} {plural('lead', count=value)}" if value else "without a lead"


def late_leads(story: Story, finding: Finding) -> str | None:
    """How many leads waited longer than promised: a count that people can picture."""
    leads, within = finding.facts.get("leads"), finding.facts.get("within_promise")
    if leads is None or within is None:
        return None
    return derive(
        story, "difference", [story.sheet.held(leads), story.sheet.held(within)],
        metric="leads_not_called_in_time", unit="count", title="Leads that waited longer than promised",
    )  # fmt: skip


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
    where = f" in {place}" if place else ""
    if count and base:
        of = f"of {cite(base)} {before.lower()}{where}"
        return f"{of}, {cite(count)} became {step.lower()} ({cite(now)}); before, {cite(prior)} did"
    return f"of the {before.lower()}{where}, {cite(now)} became {step.lower()}; before, {cite(prior)} did"


def _follow_up(story: Story, finding: Finding, turn: int) -> str:
    share, before = bind(story, finding, "now"), bind(story, finding, "prior")
    leads, hours = bind(story, finding, "leads"), bind(story, finding, "median_hours")
    place = place_of(story, finding)
    if share is None:
        return ""
    origin = f" from {place}" if place else ""
    when = weeks(story, finding)
    during = f" of {when}" if when else ""
    wait = f", and the median wait is {cite(hours)}" if hours else ""
    compared = f"; in the weeks before, {cite(before)} were called in time" if before else ""
    if leads and (late := late_leads(story, finding)):
        return f"{cite(late)} of {cite(leads)} leads{origin}{during} were not called in time{wait}{compared}"
    return f"sales called {cite(share)} of the leads{origin}{during} in time{wait}{compared}"


def _waste(story: Story, finding: Finding, turn: int) -> str:
    spend, leads = bind(story, finding, "spend"), bind(story, finding, "leads")
    accepted, when = bind(story, finding, "accepted"), weeks(story, finding, role="spend")
    place = place_of(story, finding)
    if spend is None or not place:
        return ""
    now, expected = bind(story, finding, "now"), bind(story, finding, "expected")
    if "campaign" in finding.place and now and expected:
        during = f" ({when})" if when else ""
        took = f"{place} spent {cite(spend)} {length(story, finding, role='spend')}{during}"
        return f"{took} {brought(story, finding, now=now)}; the same money used to bring {cite(expected)}"
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
    accepted, decided = bind(story, finding, "accepted"), bind(story, finding, "decided")
    cohort = f", leads of {when}" if when else ""
    others = bind(story, finding, "others")
    if others and accepted and decided:
        judged = f"of the {cite(decided)} leads from {place} that sales judged, it accepted {cite(accepted)}"
        usual = f"of other campaigns' leads, it accepted {cite(others)}"
        took = f"{place} took {cite(bind(story, finding, 'spend') or '')} in that time"
        return f"{judged} ({cite(now or '')}{cohort}); {usual}. {took}"
    if now is None or prior is None:
        return ""
    if accepted and decided:
        judged = f"of the {cite(decided)} leads from {place} that sales judged, it accepted {cite(accepted)}"
        return f"{judged} ({cite(now)}{cohort}); before, it accepted {cite(prior)}"
    return f"sales accepted {cite(now)} of the judged leads from {place}{cohort}; before, {cite(prior)}"
