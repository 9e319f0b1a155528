"""What else needs someone: findings that are one incident told once, with who should act and how soon."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.language import capitalised, paragraph
from agents.owners import area_of, find_owner
from agents.sentences import bind, brought, late_leads, length, noun, older, place_of, say, weeks
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Finding

# Findings on one channel that speak of the same thing: whom it reaches, and what sales makes of them.
_ACCEPTANCE = ("sales_acceptance_rate", "cost_per_accepted_lead", "accepted_leads", "rejected_leads")
_FEW = 0.1
# The next step that a finding asks for, said to whoever owns the place, as the recommendation says it.
_DEEDS = {
    "waste": "hold its budget until sales accepts its leads again",
    "dead_campaign": "send a test form, then pause it",
    "quality": "look at whom these ads reach, with sales",
    "slow_follow_up": "call the ones that still wait",
    "drop_off": "test the page and the form",
}


@dataclass(frozen=True)
class Incident:
    """One thing that went wrong: the finding that tells it best, and others on the same."""

    main: Finding
    others: tuple[Finding, ...] = ()

    @property
    def is_urgent(self) -> bool:
        """Whether it needs someone to act, not only to watch."""
        return any(finding.severity == "act" for finding in (self.main, *self.others))


def group_incidents(findings: Sequence[Finding]) -> list[Incident]:
    """Findings by what they are about, urgent first, else in their own order."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_subject(finding), []).append(finding)
    found = [_incident(group) for group in groups.values()]
    return sorted(found, key=lambda incident: not incident.is_urgent)


def _subject(finding: Finding) -> str:
    channel = finding.place.get("channel", "")
    if finding.metric in _ACCEPTANCE and "campaign" not in finding.place and channel:
        return f"acceptance:{channel}"
    return finding.key


def _incident(group: list[Finding]) -> Incident:
    """A drop in quality over weeks tells an incident best, then money, then a single week's change."""
    ranked = sorted(group, key=lambda item: {"quality": 0, "waste": 1}.get(item.kind, 2))
    return Incident(main=ranked[0], others=tuple(ranked[1:]))


def tell(story: Story, incident: Incident, *, turn: int) -> str:
    """An incident as one line: what was counted, then who should do what."""
    said = say(story, incident.main, turn=turn)
    if not said:
        return ""
    money = next((item for item in incident.others if item.kind == "waste"), None)
    price = _price(story, money) if money is not None else ""
    owner = find_owner(story.sources, area_of(incident.main), finding=incident.main)
    deed = _DEEDS.get(_asks_for(incident.main), "look into it") if incident.is_urgent else "keep an eye on it"
    who = f"{story.sheet.name(owner, kind='owner')}: {deed}" if owner else deed
    return paragraph(*(text for text in (said, price, who) if text))


def _asks_for(finding: Finding) -> str:
    is_campaign = finding.kind == "waste" and "campaign" in finding.place
    return "dead_campaign" if is_campaign else finding.kind


def _price(story: Story, finding: Finding) -> str:
    cost, usual = bind(story, finding, "cost"), bind(story, finding, "cost_paid")
    if not cost or not usual:
        return ""
    return f"an accepted lead there costs {cite(cost)}, against {cite(usual)} across paid channels"


def attention_heading(story: Story, incidents: Sequence[Incident]) -> str:
    """The incidents as a finding, the most urgent first."""
    clauses = [text for incident in incidents if (text := _short(story, incident.main))][:2]
    return capitalised(", and ".join(clauses)) if clauses else "What else needs someone"


def _short(story: Story, finding: Finding) -> str:
    """What is wrong as a clause without figures, for a heading."""
    place = place_of(story, finding)
    if not place:
        return ""
    if finding.kind == "waste" and "campaign" in finding.place:
        return f"{place} {_how_few(story, finding)}"
    if finding.kind == "quality" and "platform" in finding.place:
        return f"{place} claims what the CRM does not show"
    if finding.kind == "quality" and "campaign" in finding.place:
        return f"sales turns down a larger share of the leads from {place} than of other campaigns'"
    if finding.kind == "drop_off" and "campaign" in finding.place:
        return f"clicks in {place} no longer turn into leads as they did"
    clauses = {
        "waste": f"accepted leads in {place} are dear",
        "quality": f"sales turns down more leads from {place}",
        "slow_follow_up": f"leads from {place} wait too long for a call",
        "change": f"{noun(finding.metric)} in {place} left the usual range",
    }
    return clauses.get(finding.kind, "")


def _how_few(story: Story, finding: Finding) -> str:
    now, expected = (story.sheet.value(finding.facts.get(role)) for role in ("now", "expected"))
    is_dead = now is not None and expected is not None and float(now) <= _FEW * float(expected)
    return "spends for next to no leads" if is_dead else "brings far fewer leads than its money used to"


def brief(story: Story, incident: Incident) -> str:
    """An incident as a clause of the lede, with the figures that make it real and the period they are of."""
    finding, place = incident.main, place_of(story, incident.main)
    now, prior = bind(story, finding, "now"), bind(story, finding, "prior")
    if not place or now is None:
        return ""
    if finding.kind == "waste" and "campaign" in finding.place:
        return _spent_for_nothing(story, finding, place=place, now=now)
    if finding.kind == "waste":
        price = _price(story, finding).replace(" there ", f" from {place} ", 1)
        return f"{price}{_leads_of(story, finding, role='cost')}" if price else ""
    if finding.kind == "quality" and "channel" in finding.place and prior:
        # Behind the figure that it is of: the share before is of the weeks before.
        own = f"{cite(now)} ({when})" if (when := weeks(story, finding)) else cite(now)
        return f"sales accepts {own} of the leads from {place} where it used to accept {cite(prior)}"
    if finding.kind == "quality" and (others := bind(story, finding, "others")):
        of = _leads_of(story, finding)
        return (
            f"sales accepts {cite(now)} of the leads from {place} and {cite(others)} of other campaigns'{of}"
        )
    if finding.kind == "slow_follow_up":
        late, leads = late_leads(story, finding), bind(story, finding, "leads")
        if late and leads:
            of = _leads_of(story, finding, role="leads")
            return f"{cite(late)} of {cite(leads)} leads from {place} were not called in time{of}"
    if finding.kind == "drop_off" and prior and finding.place.get("of"):
        of, step = finding.place["of"].lower(), finding.place.get("step", "").lower()
        said = f"only {cite(now)} of the {of} in {place} became {step}, against {cite(prior)} before"
        when = weeks(story, finding)
        return f"{said} ({when})" if when else said
    return ""


def _leads_of(story: Story, finding: Finding, *, role: str = "now") -> str:
    """Which leads a figure of a finding is of, where they are not those of the report's own week."""
    fact_id = finding.facts.get(role)
    window = story.sheet.held(fact_id).window if fact_id else None
    return older(story, window) if window else ""


def _spent_for_nothing(story: Story, finding: Finding, *, place: str, now: str) -> str:
    spend = bind(story, finding, "spend")
    if spend is None:
        return ""
    during = length(story, finding, role="spend", is_dated=True)
    return f"{place} spent {cite(spend)} {during} {brought(story, finding, now=now)}"
