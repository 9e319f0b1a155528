"""The offline words of a summary: the report's own headline, then what happened and what it cost, plainly."""

from collections.abc import Sequence

from agents.language import listed, paragraph
from agents.leadership_summary.page import REPORT, SUPPOSED, Page, plainly
from agents.leadership_summary.wording import SummaryWording
from agents.reporting.incidents import Incident, brief, group_incidents
from agents.reporting.opening import COST_OF, calm_line
from agents.sentences import bind, derive, noun, older, place_of, weeks
from agents.sheet import Moved, cite
from agents.story import Story
from agents.untold import tell_plainly
from countersign.core.contracts import Fact, Finding, Prose

_MOST_CLAIMS = 3
_SHORTLY = {
    "conversion_rate": "visits that became leads",
    "sales_acceptance_rate": "leads accepted by sales",
    "cost_per_accepted_lead": "the cost of an accepted lead",
}


def write_offline(page: Page) -> SummaryWording:
    """The words of a summary without a model; every figure stands in a draft that feeds it."""
    urgent = _urgent(page.story)
    waste = [incident for incident in urgent if incident.main.kind == "waste"]
    other = [incident for incident in urgent if incident not in waste]
    happened = [
        _bought(page),
        _older(page),
        _where(page),
        *(brief(page.story, incident) for incident in other),
    ]
    money = [
        _price(page),
        *(brief(page.story, incident) for incident in waste),
        *(_dear(page.story, incident) for incident in other),
    ]
    told = _sentences(page, happened) or _claims(page)
    if not urgent:
        told += _sentences(page, [calm_line(page.story)])
    return SummaryWording(
        title=_title(page),
        happened=told,
        money=_sentences(page, money),
    )


def _title(page: Page) -> str:
    """The report's own headline; without a report, what the page is."""
    if REPORT not in page.fed:
        return "What is proposed this week, without its report"
    return page.carried(REPORT, page.fed[REPORT].draft.title)


def tell_left_out(page: Page, findings: Sequence[Finding]) -> list[str]:
    """Serious findings that no line tells yet: changes in one line, with where each figure stands now."""
    changes = [finding for finding in findings if finding.kind == "change"]
    named: dict[str, list[str]] = {"": []}  # by which leads; those of the page's own week stand first
    for finding in changes:
        if page.tellable(text := _level(page.story, finding)):
            named.setdefault(weeks(page.story, finding), []).append(text)
    told = [
        f"{f'of leads of {when}, ' if when else ''}{listed(texts)}" for when, texts in named.items() if texts
    ]
    also = f"also serious: {'; '.join(told)}" if told else ""
    rest = [tell_plainly(page.story, finding) for finding in findings if finding not in changes]
    return _sentences(page, [also, *rest])


def _level(story: Story, finding: Finding) -> str:
    now, place = bind(story, finding, "now"), place_of(story, finding)
    if now is None:
        return ""
    what = _SHORTLY.get(finding.metric, noun(finding.metric))
    return f"{what}{f' in {place}' if place else ''} ({cite(now)})"


def _urgent(story: Story) -> list[Incident]:
    """What needs someone to act, one incident once; what the headline itself speaks of is told there."""
    metric = story.headline.movement.metric if story.headline else ""
    drivers = {part.name for part in story.drivers[:1]}
    placed = [
        finding
        for finding in story.concerns
        if finding.place and not (finding.metric == metric and finding.place.get("channel") in drivers)
    ]
    return [incident for incident in group_incidents(placed) if incident.is_urgent]


def _sentences(page: Page, lines: list[str]) -> list[str]:
    return [paragraph(plainly(line)) for line in dict.fromkeys(lines) if page.tellable(line)]


def _claims(page: Page) -> list[str]:
    """The report's first measured claims, where no week can be told."""
    blocks = page.fed[REPORT].draft.blocks if REPORT in page.fed else ()
    claims = [block.text for block in blocks if isinstance(block, Prose) and block.label == "measured"]
    carried = (page.carried(REPORT, text) for text in claims[:_MOST_CLAIMS])
    return [text for text in carried if text]


def _bought(page: Page) -> str:
    """What was spent and what came in."""
    story = page.story
    spend, leads = story.kpi("spend"), story.kpi("leads")
    if leads is None:
        return ""
    if spend is None or not page.shown(spend.movement.now):
        return f"{cite(leads.now)} leads came in"
    return f"we spent {cite(spend.now)} and got {cite(leads.now)} leads"


def _older(page: Page) -> str:
    """The headline figure, where it is of earlier leads than the week in the table."""
    story = page.story
    headline = story.headline
    if headline is None or headline.movement.week == story.analysis.week:
        return ""
    if not page.shown(headline.movement.prior, headline.movement.now):
        return ""
    of = story.sheet.period(headline.movement.week, "headline_week")
    what = noun(headline.movement.metric)
    return f"{what} went from {cite(headline.prior)} to {cite(headline.now)}, counted on leads of {of}"


def _where(page: Page) -> str:
    """Where the headline figure moved most, in that place's own figures."""
    story = page.story
    if story.headline is None or not story.drivers:
        return ""
    top, metric = story.drivers[0], story.headline.movement.metric
    own = story.channel(top.name, metric)
    if own is None or own.sign != story.headline.sign or metric not in COST_OF:
        return ""
    if not page.shown(own.movement.prior, own.movement.now):
        return ""
    name = story.sheet.name(top.name, kind=top.dimension)
    return f"{COST_OF[metric]} from {name} went from {cite(own.prior)} to {cite(own.now)}"


def _price(page: Page) -> str:
    """What the leads would have cost at the price of the week before; or that the price is as usual."""
    story = page.story
    cost, leads, spend = (story.kpi(metric) for metric in ("cost_per_lead", "leads", "spend"))
    if cost is None or leads is None or spend is None:
        return ""
    if cost.movement.in_normal_range and story.is_normal_known:
        return f"what each lead cost ({cite(cost.now)}) stayed in its usual range"
    if story.is_level and cost.low and cost.high:
        return (
            f"each lead cost {cite(cost.now)}; most weeks lie between {cite(cost.low)} and {cite(cost.high)}"
        )
    if not cost.is_finding or not page.shown(cost.movement.prior, leads.movement.now, spend.movement.now):
        return ""
    then = _at_the_price_before(story, cost, leads)
    if then is None:
        return ""
    return (
        f"at the price of the week before, {cite(leads.now)} leads would have cost {cite(then)},"
        f" not {cite(spend.now)}"
    )


def _dear(story: Story, incident: Incident) -> str:
    """What an accepted lead of a place costs, beside what such leads cost elsewhere."""
    finding = next((item for item in incident.others if item.kind == "waste"), None)
    if finding is None:
        return ""
    cost, usual, place = (
        bind(story, finding, "cost"),
        bind(story, finding, "cost_paid"),
        place_of(story, finding),
    )
    if not cost or not usual or not place:
        return ""
    each = f"a lead from {place} that sales accepts costs {cite(cost)}"
    window = story.sheet.held(finding.facts["cost"]).window
    return f"{each}, against {cite(usual)} across paid channels{older(story, window) if window else ''}"


def _at_the_price_before(story: Story, cost: Moved, leads: Moved) -> str | None:
    factors: list[Fact] = [story.sheet.held(cost.movement.prior), story.sheet.held(leads.movement.now)]
    return derive(
        story, "product", factors, metric=SUPPOSED, unit="currency",
        title="What these leads would have cost at the price of the week before",
    )  # fmt: skip
