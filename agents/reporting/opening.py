"""How a report opens: the finding as a title, then where it sits and the two most urgent other things."""

from collections.abc import Sequence
from datetime import date, timedelta

from agents.language import capitalised, listed, moved, paragraph
from agents.reporting.factors import opposing_factors
from agents.reporting.incidents import Incident, brief
from agents.reporting.undated import apart_line, apart_title, rest_line
from agents.sentences import noun, older, place_of, were
from agents.sheet import Moved, cite
from agents.story import Story
from agents.targets import read_targets, tell_target
from countersign.core.contracts import Part, Window

MOST_BRIEFS = 2

# A part of nearly all that pushed one way may be called all of it.
_ALL, _MOST = 0.95, 0.5
COST_OF = {"cost_per_lead": "a lead", "cost_per_accepted_lead": "an accepted lead", "cac": "a customer"}
CALM = (
    "leads", "sessions", "sales_acceptance_rate", "conversion_rate", "pipeline", "opportunities", "revenue",
)  # fmt: skip


def write_title(story: Story, incidents: Sequence[Incident]) -> str:
    """The headline figure, how it moved and where; in a quiet week what is quiet, and what is not."""
    headline = story.headline
    assert headline is not None  # noqa: S101 - the caller looked
    metric = headline.movement.metric
    if story.lead is None:
        return _quiet_title(story, headline, incidents)
    size, now = cite(headline.change, style="size"), cite(headline.now)
    if story.is_level:
        return capitalised(f"{noun(metric)} stayed at {now}, {side(headline)} the usual range")
    if headline.sign == 0 or story.sheet.value(headline.movement.change) is None:
        return capitalised(f"{noun(metric)} {were(metric)} {now}, {side(headline)} its expected range")
    moved_to = f"{noun(metric)} {moved(headline.sign)} {size} to {now}"
    return capitalised(f"{moved_to}{_driver_clause(story)}")


def _driver_clause(story: Story) -> str:
    """Where the change sits, in plain words: a part may be larger than the whole, but no reader cares."""
    if not story.drivers:
        return f", {side(story.headline)} the range of the weeks before" if story.headline else ""
    top = story.drivers[0]
    name = story.sheet.name(top.name, kind=top.dimension)
    whole, pushed = story.share(top) or 0.0, _share_of_push(story, top)
    if min(whole, pushed) >= _ALL:
        return f", all of it in {name}"
    if min(whole, pushed) > _MOST:
        return f", most of it in {name}"
    if len(story.drivers) > 1:
        second = story.sheet.name(story.drivers[1].name, kind=top.dimension)
        return f", in {name} more than in {second}"
    return f", led by {name}"


def _share_of_push(story: Story, top: Part) -> float:
    """A part's share of all parts that went the same way."""
    sizes = [abs(float(story.sheet.value(part.fact) or 0)) for part in story.drivers]
    return abs(float(story.sheet.value(top.fact) or 0)) / sum(sizes) if sum(sizes) else 0.0


def _quiet_title(story: Story, headline: Moved, incidents: Sequence[Incident]) -> str:
    movement = headline.movement
    leads, cost = story.kpi("leads"), story.kpi("cost_per_lead")
    figures = cite(headline.now)
    what = f"{noun(movement.metric)} {were(movement.metric)} {figures}"
    if leads and cost:
        what = f"{cite(leads.now)} leads at {cite(cost.now)} each"
    elif movement.unit == "count":
        what = f"{figures} {noun(movement.metric)}"
    urgent = [place_of(story, incident.main) for incident in incidents if incident.is_urgent]
    if story.analysis.is_stale:
        return apart_title(story) or capitalised(f"{what} in the last week on record")
    if where := [place for place in dict.fromkeys(urgent) if place][:2]:
        needs = "needs" if len(where) == 1 else "need"
        usual = ", as usual" if movement.in_normal_range and story.is_normal_known else ""
        return capitalised(f"{what}{usual}; {listed(where)} {needs} someone")
    if movement.in_normal_range is None:
        return capitalised(f"{what}; too few weeks yet to say what is normal")
    if not story.is_normal_known:
        return capitalised(f"{what}; the weeks before differ too much to say what is normal")
    if movement.in_normal_range:
        return capitalised(f"a normal week: {what}")
    # Outside its range, yet by too little to head the report (see agents/story.py).
    return capitalised(f"{what}, a little {side(headline)} the usual range")


def side(headline: Moved) -> str:
    """Which side of its range a figure is on."""
    return "above" if (headline.movement.position or 0) > 0 else "below"


def write_lede(story: Story, incidents: Sequence[Incident]) -> str:
    """Two or three sentences: where the change sits, then what else is most urgent."""
    old = stale_lines(story)
    if old and story.lead is None:
        told = rest_line(story) if story.apart() else ""
        last = _last_week(story) if story.apart() else ""
        return " ".join(part for part in (told, paragraph(last, *old)) if part)
    first = _still(story) or _where(story) or _bought(story)
    goals = [tell_target(story, target) for target in read_targets(story)]
    briefs = find_briefs(story, incidents)
    if not briefs:
        return paragraph(first, *goals, calm_line(story), apart_line(story), *old)
    start = "apart from that, " if story.lead else ""
    return paragraph(first, *goals, f"{start}{', and '.join(briefs)}", *old)


def stale_lines(story: Story) -> list[str]:
    """That the data end long before today, and which sources end even before the week; else nothing."""
    analysis, ends = story.analysis, _ends(story)
    if not analysis.is_stale or analysis.week is None or not ends:
        return []
    last = max(ends.values())
    lines = [f"the data end on {_day(story, last)}, so none of this is a picture of today"]
    for source, day in ends.items():
        if day < analysis.week.start:
            name = story.sheet.name(source, kind="source")
            lines.append(f"{name} ends on {_day(story, day)} already and is not in the last week")
    return lines


def _ends(story: Story) -> dict[str, date]:
    """The last day that each source has data of."""
    ends: dict[str, date] = {}
    for line in story.analysis.trust:
        if line.data_through is not None:
            name = story.source_name(line.source)
            ends[name] = max(line.data_through, ends.get(name, line.data_through))
    return ends


def _day(story: Story, day: date) -> str:
    return story.sheet.period(Window(start=day, end=day + timedelta(days=1)), "data_end")


def _last_week(story: Story) -> str:
    """The headline figure of a week that does not head its report."""
    headline = story.headline
    if headline is None or story.analysis.week is None:
        return ""
    is_usual = headline.movement.in_normal_range and story.is_normal_known
    what = f"{noun(headline.movement.metric)} {were(headline.movement.metric)} {cite(headline.now)}"
    when = story.sheet.period(story.analysis.week, "week")
    return f"in the last week on record, {when}, {what}{', as usual' if is_usual else ''}"


def find_briefs(story: Story, incidents: Sequence[Incident]) -> list[str]:
    """The most urgent other things as clauses; what the headline itself speaks of is not told again."""
    metric = story.headline.movement.metric if story.headline else ""
    own = {part.name for part in story.drivers}
    others = (
        incident
        for incident in incidents
        if incident.main.metric != metric or incident.main.place.get("channel") not in own
    )
    return [text for incident in others if (text := brief(story, incident))][:MOST_BRIEFS]


def _still(story: Story) -> str:
    """A figure that left its range earlier and did not come back: its week before, and what cancelled out."""
    headline = story.headline
    if not story.is_level or headline is None:
        return ""
    within = opposing_factors(story)
    return f"the week before it was {cite(headline.prior)}{f'; {within}' if within else ''}"


def _bought(story: Story) -> str:
    """What the money bought: the level figures that the title does not give."""
    spend, leads = story.kpi("spend"), story.kpi("leads")
    if spend and leads and story.lead is None:
        return _against_before(story, leads, spend)
    if spend and leads:
        got = f"{cite(spend.now, style='short')} bought {cite(leads.now)} leads"
        changes = [
            f"{noun(item.movement.metric)} {moved(item.sign, turn=number)} {cite(item.change, style='size')}"
            for number, item in enumerate((spend, leads))
            if item.sign
            and item is not story.headline
            and story.sheet.value(item.movement.change) is not None
        ]
        if len(changes) == 2 and spend.sign != leads.sign:
            return f"{got}: {changes[0]} while {changes[1]}"
        return f"{got}: {listed(changes)}" if changes else got
    if leads and story.headline is not leads:
        return f"{cite(leads.now)} leads came in, {cite(leads.change)} on the week before"
    if leads and story.sheet.value(leads.movement.change) is not None:
        return f"{cite(leads.now)} leads came in, against {cite(leads.prior)} the week before"
    return f"{cite(leads.now)} leads came in" if leads else ""


def _against_before(story: Story, leads: Moved, spend: Moved) -> str:
    """A quiet week in one sentence: its money, and the week before to compare."""
    said = f"spend was {cite(spend.now, style='short')}"
    if story.sheet.value(leads.movement.prior) is None or story.sheet.value(spend.movement.prior) is None:
        return said
    return f"{said}; the week before, {cite(spend.prior, style='short')} bought {cite(leads.prior)} leads"


def _where(story: Story) -> str:
    if not story.drivers or story.headline is None:
        return ""
    top, metric = story.drivers[0], story.headline.movement.metric
    name, own = story.sheet.name(top.name, kind=top.dimension), story.channel(top.name, metric)
    unit = COST_OF.get(metric, "it")
    is_same_way = own is not None and own.sign == story.headline.sign
    if own is not None and is_same_way and story.sheet.value(own.movement.prior) is not None:
        of = older(story, own.movement.week)
        said = f"{unit} from {name} went from {cite(own.prior)} to {cite(own.now)}{of}"
        return f"{said}{_campaigns(story, top.name)}"
    part = story.sheet.fact(top.fact, f"{metric}_part_of_{top.dimension}")
    verb, preposition = ("added", "to") if (story.sheet.value(top.fact) or 0) > 0 else ("took", "off")
    return f"{name} {verb} {cite(part, style='size')} {preposition} what {unit} costs"


def _campaigns(story: Story, channel: str) -> str:
    """Which campaigns hold the rise of a channel's own cost, when it is known."""
    found = story.analysis.finding(f"change:cost_per_lead:{channel}:campaigns")
    if found is None or story.headline is None or story.headline.movement.metric != "cost_per_lead":
        return ""
    sheet = story.sheet
    parts = [part for part in found.parts if (sheet.value(part.fact) or 0) > 0][:2]
    if len(parts) < 2:
        return ""
    parts_of = {part.name: cite(sheet.fact(part.fact, "campaign_part"), style="change") for part in parts}
    named = [f"{sheet.name(name, kind='campaign')} ({token})" for name, token in parts_of.items()]
    return f", mainly through {listed(named)}"


def calm_line(story: Story) -> str:
    """What stayed in its usual range, with its figures; empty when nothing is known to have."""
    calm = [
        f"{noun(figure.movement.metric)}{_leads_of(story, figure)} ({cite(figure.now)})"
        for figure in story.kpis
        if figure.movement.metric in CALM
        and figure.is_known
        and figure.movement.in_normal_range
        and not figure.movement.is_small_count
        and not figure.movement.is_incomplete
        and figure is not story.headline
    ][:3]
    if not calm:
        return ""
    return f"{listed(calm)} stayed in {'their' if len(calm) > 1 else 'the'} usual range"


def _leads_of(story: Story, figure: Moved) -> str:
    """Which leads a figure is of, where sales has not judged those of the week in question."""
    movement = figure.movement
    if not movement.is_matured_only:
        return ""
    return f" for leads of {story.sheet.period(movement.week, 'matured_week')}"
