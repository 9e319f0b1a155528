"""The offline writer: a report's words, from signs, shares and ranges; the same facts, the same words."""

from agents.language import capitalised, listed, sentence
from agents.reporting.factors import FACTOR_WORDS, factor_line, opposing_factors
from agents.reporting.incidents import attention_heading, group_incidents, tell
from agents.reporting.opening import calm_line, find_briefs, side, write_lede, write_title
from agents.reporting.structure import build_channel_table
from agents.reporting.undated import write_cross_section
from agents.reporting.wording import ReportWording
from agents.sentences import noun, say, were
from agents.sheet import Moved, cite
from agents.story import COMPANIONS, Story
from countersign.core.contracts import Finding, Part

MOST_MEASURED, MOST_ATTENTION, MOST_BESIDE = 5, 5, 2

# A second factor of at least this share of the first is a story of its own.
_ALSO_LARGE = 0.4


def write_offline(story: Story) -> ReportWording:
    """The words of a report without a model."""
    if story.headline is None:
        return write_cross_section(story)
    about, rest = _split_concerns(story)
    incidents = group_incidents(rest)[:MOST_ATTENTION]
    told = [text for turn, item in enumerate(incidents) if (text := tell(story, item, turn=turn))]
    return ReportWording(
        title=write_title(story, incidents),
        lede=write_lede(story, incidents),
        change_heading=_change_heading(story),
        measured=_measured(story, about, is_lede_full=bool(find_briefs(story, incidents))),
        inferred=_inferred(story),
        trend_heading=_trend_heading(story, story.headline),
        channel_heading=_channel_heading(story),
        funnel_heading=_funnel_heading(story),
        attention_heading=attention_heading(story, incidents) if told else "",
        attention=told,
    )


def _split_concerns(story: Story) -> tuple[list[Finding], list[Finding]]:
    """Findings on the headline's own drivers are evidence for it; the others stand by themselves."""
    drivers = {part.name for part in story.drivers[:2]}
    about = [
        finding
        for finding in story.concerns
        if finding.kind in ("change", "drop_off") and finding.place.get("channel") in drivers
        and finding.metric in ("cost_per_lead", "leads", "conversion_rate", "leads_per_click")
    ]  # fmt: skip
    judged = {finding.place.get("channel") for finding in story.concerns if finding.kind == "quality"}
    rest = [
        finding
        for finding in story.concerns
        if finding not in about
        and finding.place
        and not (finding.metric == "sales_acceptance_rate" and finding.kind == "change"
                 and finding.place.get("channel") in judged)
    ]  # fmt: skip
    about.sort(key=lambda finding: finding.kind != "drop_off")
    return about[:2], rest


# ---------------------------------------------------------------- sections


def _change_heading(story: Story) -> str:
    if opposing_factors(story):
        return "Movements in opposite directions cancel out"
    if story.lead is None:
        return _calm_heading(story)
    if story.drivers:
        names = [story.sheet.name(part.name, kind=part.dimension) for part in story.drivers[:2]]
        what = "rise" if story.headline and story.headline.sign > 0 else "fall"
        if (story.share(story.drivers[0]) or 0.0) > 0.8:
            return f"The {what} sits in {names[0]}"
        return f"The {what} sits in {listed(names)}"
    return "Little changed from the week before" if story.is_level else "What changed, and what did not"


def _calm_heading(story: Story) -> str:
    """What can be said of a headline figure that heads no report."""
    if not story.is_normal_known:
        return "What was counted; what is normal cannot be said"
    if story.headline is not None and not story.headline.movement.in_normal_range:
        return "A small step out of the usual range, too small to look for a reason"
    return "Normal variation: nothing in the headline needs a reason"


def _unusual_beside(story: Story) -> list[str]:
    """Company figures that left their range without heading the report: spend, and small steps."""
    beside = [
        finding
        for finding in story.analysis.findings
        if finding.kind == "change" and not finding.place and not finding.key.endswith(COMPANIONS)
        and finding is not story.lead
        and (story.headline is None or finding.metric != story.headline.movement.metric)
    ]  # fmt: skip
    return [text for item in beside[:MOST_BESIDE] if (text := say(story, item))]


def _measured(story: Story, about: list[Finding], *, is_lede_full: bool) -> list[str]:
    """What was counted; what stayed normal as well, unless the lede had room to say it."""
    headline = story.headline
    assert headline is not None  # noqa: S101 - the caller looked
    lines: list[str] = []
    if headline.low and headline.high and not story.is_normal_known:
        lines.append(_spread(story, headline))
    elif headline.low and headline.high:
        place = "inside" if headline.movement.in_normal_range else side(headline)
        lines.append(
            f"{noun(headline.movement.metric)} {were(headline.movement.metric)} {cite(headline.now)}, {place}"
            f" the usual {cite(headline.low)} to {cite(headline.high)}"
        )
    if factors := factor_line(story):
        lines.append(factors)
    lines += [text for number, item in enumerate(about) if (text := say(story, item, turn=number + 1))]
    lines = lines[: MOST_MEASURED - 1]
    if story.lead is None:
        lines += _unusual_beside(story)
    if story.lead is not None and is_lede_full and (calm := calm_line(story)):
        lines.append(calm)
    return [sentence(text) for text in lines]


def _spread(story: Story, headline: Moved) -> str:
    """How far apart the known weeks lie, where that says more than a range that holds everything."""
    movement = headline.movement
    known = [fact for fact in movement.series if story.sheet.value(fact) is not None]
    known.sort(key=lambda fact: float(story.sheet.value(fact) or 0))
    low, high = (story.sheet.fact(fact, f"{movement.metric}_{end}") for fact, end in
                 ((known[0], "least"), (known[-1], "greatest")))  # fmt: skip
    what = f"{noun(movement.metric)} {were(movement.metric)} {cite(headline.now)}"
    apart = f"the weeks on record lie between {cite(low)} and {cite(high)}"
    return f"{what}; {apart}, too far apart to call any usual"


def _inferred(story: Story) -> list[str]:
    if story.lead is None or not story.drivers:
        return []
    channel = story.drivers[0].name
    own = story.analysis.finding(f"change:cost_per_lead:{channel}")
    parts = [part for part in own.parts if part.dimension == "factor"] if own else []
    if not parts or own is None:
        return []
    top = max(parts, key=lambda part: abs(float(story.sheet.value(part.fact) or 0)))
    name = story.sheet.name(channel)
    rest = [part for part in parts if part is not top and (story.sheet.value(part.fact) or 0) > 0]
    largest = float(story.sheet.value(top.fact) or 0)
    if largest <= 0:
        return []
    added = f"in {name}, {_dearer(story, top)}"
    if rest and float(story.sheet.value(rest[0].fact) or 0) > _ALSO_LARGE * largest:
        return [
            f"{sentence(f'{added} to what a lead costs, and {_dearer(story, rest[0])}')} That is consistent"
            " with separate faults, so mending either may not be enough."
        ]
    if top.name == "Clicks needed per lead":
        rate = story.channel(channel, "conversion_rate")
        if rate and rate.sign < 0:
            return [
                f"The timing coincides with fewer of {name}'s sessions becoming leads ({cite(rate.prior)} to"
                f" {cite(rate.now)}), which is consistent with a fault after the click, not with its price."
            ]
        return [sentence(f"{added} to what a lead costs, which is consistent with a fault after the click")]
    if top.name == "Price per click":
        said = "which is consistent with more competition for the same clicks"
        return [sentence(f"{added} to what a lead costs, {said}")]
    return []


def _dearer(story: Story, part: Part) -> str:
    """A factor that pushed a channel's cost up, with its size."""
    words = FACTOR_WORDS.get(part.name, (part.name.lower(), ""))[0]
    alias = story.sheet.fact(part.fact, f"own_factor_{part.name.lower().replace(' ', '_')}")
    return f"{words} added {cite(alias, style='size')}"


def _trend_heading(story: Story, headline: Moved) -> str:
    movement = headline.movement
    if story.lead is None and not story.is_normal_known:
        return f"{capitalised(noun(movement.metric))}, week by week"
    known = [value for fact in movement.series if (value := story.sheet.value(fact)) is not None]
    what = capitalised(noun(movement.metric))
    now = story.sheet.value(movement.now)
    if len(known) >= 3 and now == max(known) and not movement.in_normal_range:
        return (
            f"{what} is the highest of the weeks shown"
            if were(movement.metric) == "was"
            else (f"{what} are the highest of the weeks shown")
        )
    if len(known) >= 3 and now == min(known) and not movement.in_normal_range:
        verb = "is" if were(movement.metric) == "was" else "are"
        return f"{what} {verb} the lowest of the weeks shown"
    if movement.in_normal_range:
        return (
            f"{what} kept to its usual range"
            if were(movement.metric) == "was"
            else (f"{what} kept to their usual range")
        )
    if story.is_level:
        return f"{what} stayed {side(headline)} the usual range"
    if movement.in_normal_range is False:
        return f"{what} left the range of the weeks before"
    return f"{what}, week by week"


def _channel_heading(story: Story) -> str:
    costs = [
        (row.channel, figure)
        for row in story.analysis.channels
        if (figure := story.channel(row.channel, "cost_per_lead"))
        and story.sheet.value(figure.movement.now)
        and not figure.movement.is_small_count
    ]
    if len(costs) > 1:
        costs.sort(key=lambda item: float(story.sheet.value(item[1].movement.now) or 0))
        (low_name, low), (high_name, high) = costs[0], costs[-1]
        cheapest, dearest = story.sheet.name(low_name), story.sheet.name(high_name)
        most, least = cite(high.now), cite(low.now)
        if _are_ends(story, high.now, low.now):
            return f"A lead is dearest in {dearest} ({most}) and cheapest in {cheapest} ({least})"
        return f"A lead costs {most} in {dearest} and {least} in {cheapest}"
    leads = [
        (row.channel, moved_figure)
        for row in story.analysis.channels
        if (moved_figure := story.channel(row.channel, "leads"))
        and story.sheet.value(moved_figure.movement.now)
    ]
    if leads:
        name, top = max(leads, key=lambda item: float(story.sheet.value(item[1].movement.now) or 0))
        return f"{story.sheet.name(name)} brought the largest share: {cite(top.now)} leads"
    return "Figures by channel"


def _are_ends(story: Story, high: str, low: str) -> bool:
    """Whether two figures are the ends of their column, with more between; few leads can lie beyond."""
    table, sheet = build_channel_table(story), story.sheet
    for place in range(len(table.columns)) if table else ():
        aliases = [row.cells[place].value for row in table.rows] if table else []
        if high in aliases and low in aliases:
            values = [float(sheet.value(sheet.bindings[alias]) or 0) for alias in aliases if alias]
            ends = tuple(float(sheet.value(sheet.bindings[alias]) or 0) for alias in (low, high))
            return len(values) > 2 and ends == (min(values), max(values))
    return False


def _funnel_heading(story: Story) -> str:
    worst = next((stage for stage in story.analysis.funnel if stage.is_worst), None)
    if worst is None or worst.rate is None or worst.prior_rate is None:
        return "No step of the funnel lost more than usual"
    number = story.analysis.funnel.index(worst) + 1
    rate = story.sheet.fact(worst.rate, f"step_{number}_rate")
    before = story.sheet.fact(worst.prior_rate, f"step_{number}_prior_rate")
    step = worst.name.lower()
    return f"The loss is at {step}: {cite(rate)} of {(worst.of_name or '').lower()}, before {cite(before)}"
