"""The offline writer: a report's words, from signs, shares and ranges; the same facts, the same words."""

from agents.language import capitalised, listed, moved, paragraph, sentence
from agents.reporting.undated import write_cross_section
from agents.reporting.wording import ReportWording
from agents.sentences import noun, place_of, say, were
from agents.sheet import Moved, cite
from agents.story import Story
from countersign.core.contracts import Finding, Part

MOST_MEASURED, MOST_ATTENTION = 4, 5

# A second factor of at least this share of the first is a story of its own.
_ALSO_LARGE = 0.4
FACTOR_WORDS = {
    "Price per click": "the price of a click",
    "Clicks needed per lead": "the number of clicks that a lead takes",
    "Leads from channels without spend": "leads that cost no media",
    "Mix of paid channels": "the mix of paid channels",
}


def write_offline(story: Story) -> ReportWording:
    """The words of a report without a model."""
    if story.headline is None:
        return write_cross_section(story)
    about, rest = _split_concerns(story)
    return ReportWording(
        title=_title(story),
        lede=_lede(story, rest),
        change_heading=_change_heading(story),
        measured=_measured(story, about),
        inferred=_inferred(story),
        trend_heading=_trend_heading(story, story.headline),
        channel_heading=_channel_heading(story),
        funnel_heading=_funnel_heading(story),
        attention=[
            sentence(text) for text in (say(story, item, turn=n) for n, item in enumerate(rest)) if text
        ],
    )


def _split_concerns(story: Story) -> tuple[list[Finding], list[Finding]]:
    """Findings on the headline's own drivers are evidence for it; the others stand by themselves."""
    drivers = {part.name for part in story.drivers[:2]}
    about = [
        finding
        for finding in story.concerns
        if finding.kind in ("change", "drop_off") and finding.place.get("channel") in drivers
        and finding.metric in ("cost_per_lead", "leads", "conversion_rate")
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
    return about[:2], rest[:MOST_ATTENTION]


# ---------------------------------------------------------------- title and lede


def _title(story: Story) -> str:
    headline = story.headline
    assert headline is not None  # noqa: S101 - the caller looked
    metric = headline.movement.metric
    if story.lead is None:
        return _quiet_title(story, headline)
    size, now = cite(headline.change, style="size"), cite(headline.now)
    if headline.sign == 0 or story.sheet.value(headline.movement.change) is None:
        return capitalised(f"{noun(metric)} {were(metric)} {now}, {_side(headline)} its expected range")
    moved_to = f"{noun(metric)} {moved(headline.sign)} {size} to {now}"
    return capitalised(f"{moved_to}{_driver_clause(story)}")


def _driver_clause(story: Story) -> str:
    if not story.drivers:
        return ", outside the range of the weeks before" if story.headline else ""
    top = story.drivers[0]
    share = story.share(top) or 0.0
    name = story.sheet.name(top.name, kind=top.dimension)
    if share >= 0.995:
        return f", and {name} alone accounts for it"
    if share > 0.5:
        return f", most of it in {name}"
    if len(story.drivers) > 1:
        second = story.sheet.name(story.drivers[1].name, kind=top.dimension)
        return f", with {name} ahead of {second}"
    return f", led by {name}"


def _quiet_title(story: Story, headline: Moved) -> str:
    movement = headline.movement
    leads, cost = story.kpi("leads"), story.kpi("cost_per_lead")
    figures = cite(headline.now)
    what = f"{noun(movement.metric)} {were(movement.metric)} {figures}"
    if leads and cost:
        what = f"{cite(leads.now)} leads at {cite(cost.now)} each"
    elif movement.unit == "count":
        what = f"{figures} {noun(movement.metric)}"
    serious = [finding for finding in story.concerns if finding.severity == "act" and finding.place]
    if serious and (where := place_of(story, serious[0])):
        return capitalised(f"{what}, as usual; {where} is what needs someone")
    if movement.in_normal_range:
        return capitalised(f"a normal week: {what}")
    return capitalised(f"{what}; too few weeks yet to say what is normal")


def _side(moved_figure: Moved) -> str:
    return "above" if (moved_figure.movement.position or 0) > 0 else "below"


def _lede(story: Story, rest: list[Finding]) -> str:
    return paragraph(_bought(story), _where(story), _normal(story, rest))


def _bought(story: Story) -> str:
    """What the money bought: the level figures that the title does not give."""
    spend, leads = story.kpi("spend"), story.kpi("leads")
    if spend and leads:
        got = f"{cite(spend.now, style='short')} bought {cite(leads.now)} leads"
        changes = [
            f"{noun(item.movement.metric)} {moved(item.sign, turn=number)} {cite(item.change, style='size')}"
            for number, item in enumerate((spend, leads))
            if item.sign and story.sheet.value(item.movement.change) is not None
        ]
        if len(changes) == 2 and spend.sign != leads.sign:
            return f"{got}: {changes[0]} while {changes[1]}"
        return f"{got}: {listed(changes)}" if changes else got
    if leads and story.headline is not leads:
        return f"{cite(leads.now)} leads came in, {cite(leads.change)} on the week before"
    if leads and story.sheet.value(leads.movement.change) is not None:
        return f"{cite(leads.now)} leads came in, against {cite(leads.prior)} the week before"
    return f"{cite(leads.now)} leads came in" if leads else ""


def _where(story: Story) -> str:
    if not story.drivers:
        return ""
    top = story.drivers[0]
    name, part = story.sheet.name(top.name, kind=top.dimension), _part(story, top)
    own = story.channel(top.name, story.headline.movement.metric) if story.headline else None
    added = "added" if (story.sheet.value(top.fact) or 0) > 0 else "took"
    preposition = "to" if added == "added" else "off"
    said = f"{name} {added} {cite(part, style='size')} {preposition} what a lead costs"
    if own and own.sign and story.sheet.value(own.movement.prior) is not None:
        said += f"; its own went from {cite(own.prior)} to {cite(own.now)}"
    said += _campaigns(story, top.name)
    if story.offsets and abs(story.share(story.offsets[0]) or 0) > 0.15:
        other = story.offsets[0]
        gave = "gave back" if added == "added" else "added"
        said += f", and {story.sheet.name(other.name)} {gave} {cite(_part(story, other), style='size')}"
    return said


def _campaigns(story: Story, channel: str) -> str:
    """Which campaigns hold the rise of a channel's own cost, when it is known."""
    found = story.analysis.finding(f"change:cost_per_lead:{channel}:campaigns")
    if found is None:
        return ""
    parts = [part for part in found.parts if (story.sheet.value(part.fact) or 0) > 0][:2]
    if len(parts) < 2:
        return ""
    sheet = story.sheet
    parts_of = {part.name: cite(sheet.fact(part.fact, "campaign_part"), style="change") for part in parts}
    named = [f"{sheet.name(name, kind='campaign')} ({token})" for name, token in parts_of.items()]
    return f", mainly through {listed(named)}"


def _normal(story: Story, rest: list[Finding]) -> str:
    shown = ("sessions", "conversion_rate", "sales_acceptance_rate", "pipeline", "opportunities", "revenue")
    calm = [
        noun(moved_figure.movement.metric)
        for moved_figure in story.kpis
        if moved_figure.movement.metric in shown
        and moved_figure.movement.in_normal_range
        and not moved_figure.movement.is_small_count
        and not moved_figure.movement.is_incomplete
    ][:3]
    troubles = list(dict.fromkeys(text for item in rest if (text := _trouble(story, item))))[:3]
    calm_text = f"{listed(calm)} stayed in their usual range" if len(calm) > 1 else ""
    if len(calm) == 1:
        calm_text = f"{calm[0]} stayed in its usual range"
    apart = "Separate from this" if story.lead else "What needs someone"
    trouble_text = sentence(f"{apart}: {listed(troubles)}") if troubles else ""
    return " ".join(text for text in (trouble_text, sentence(calm_text) if calm_text else "") if text)


def _trouble(story: Story, finding: Finding) -> str:
    """What is wrong in a few words, to be told apart in the lede; the figures follow below."""
    place = place_of(story, finding)
    names = {
        "waste": f"hardly any leads from {place}"
        if "campaign" in finding.place
        else f"dear leads in {place}",
        "quality": f"lead quality in {place}" if "channel" in finding.place else f"what {place} counts",
        "slow_follow_up": f"late calls to leads from {place}",
    }
    return names.get(finding.kind, "")


def _part(story: Story, part: Part) -> str:
    return story.sheet.fact(part.fact, f"part_{part.dimension}_{story.lead.parts.index(part) + 1}"
                            if story.lead else "part")  # fmt: skip


# ---------------------------------------------------------------- sections


def _change_heading(story: Story) -> str:
    if story.lead is None:
        return "Normal variation: nothing in the headline needs a reason"
    if story.drivers:
        names = [story.sheet.name(part.name, kind=part.dimension) for part in story.drivers[:2]]
        share = story.share(story.drivers[0]) or 0.0
        if share > 0.8:
            return f"The change sits in {names[0]}"
        return f"Where the change sits: {listed(names)}"
    return "What changed"


def _measured(story: Story, about: list[Finding]) -> list[str]:
    headline = story.headline
    assert headline is not None  # noqa: S101 - the caller looked
    lines: list[str] = []
    if headline.low and headline.high:
        place = "inside" if headline.movement.in_normal_range else _side(headline)
        lines.append(
            f"{noun(headline.movement.metric)} {were(headline.movement.metric)} {cite(headline.now)}, {place}"
            f" the {cite(headline.low)} to {cite(headline.high)} where most weeks should fall"
        )
    if factors := _factor_line(story):
        lines.append(factors)
    lines += [text for number, item in enumerate(about) if (text := say(story, item, turn=number + 1))]
    return [sentence(text) for text in lines[:MOST_MEASURED]]


def _factors(story: Story) -> list[tuple[str, Part]]:
    """The parts of the leading change by factor, biggest first, each with its alias."""
    if story.lead is None:
        return []
    found = story.analysis.finding(f"{story.lead.key}:factors")
    if found is None:
        return []
    return [
        (story.sheet.fact(part.fact, f"factor_{number}"), part)
        for number, part in enumerate(found.parts, start=1)
        if story.sheet.value(part.fact)
    ]


def _factor_line(story: Story) -> str:
    """What pushed the headline cost and what pulled it back, by factor."""
    factors = _factors(story)
    if not factors or story.headline is None:
        return ""
    whole = story.sheet.value(story.headline.movement.difference) or 0
    with_it = [item for item in factors if (float(story.sheet.value(item[1].fact) or 0) > 0) is (whole > 0)][
        :2
    ]
    against = [item for item in factors if item not in with_it and _is_large(story, item[1], float(whole))][
        :1
    ]
    if not with_it:
        return ""
    verb, back = ("added", "took") if whole > 0 else ("took off", "added")
    pushed = [f"{_factor(part)} {cite(alias, style='size')}" for alias, part in with_it]
    said = f"by factor, {pushed[0].replace(' {{', f' {verb} {{{{', 1)}"
    said += f" and {pushed[1]}" if len(pushed) > 1 else ""
    if against:
        alias, part = against[0]
        end = "off again" if whole > 0 else "back"
        said += f", while {_factor(part)} {back} {cite(alias, style='size')} {end}"
    return said


def _factor(part: Part) -> str:
    return FACTOR_WORDS.get(part.name, part.name.lower())


def _is_large(story: Story, part: Part, whole: float) -> bool:
    value = float(story.sheet.value(part.fact) or 0)
    return value * whole < 0 and abs(value) > 0.15 * abs(whole)


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
    if rest and float(story.sheet.value(rest[0].fact) or 0) > _ALSO_LARGE * largest > 0:
        return [
            f"In {name} dearer clicks coincide with fewer leads per click, which is consistent with separate"
            " faults in separate places rather than a common reason."
        ]
    if top.name == "Clicks needed per lead":
        rate = story.channel(channel, "conversion_rate")
        if rate and rate.sign < 0:
            return [
                f"The timing coincides with fewer of {name}'s sessions becoming leads ({cite(rate.prior)} to"
                f" {cite(rate.now)}), which is consistent with a fault after the click, not with its price."
            ]
        return [f"In {name} this is consistent with a fault after the click, not with dearer clicks."]
    if top.name == "Price per click":
        return [f"In {name} this is consistent with more competition for the same clicks."]
    return []


def _trend_heading(story: Story, headline: Moved) -> str:
    movement = headline.movement
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
    if movement.in_normal_range is False:
        return f"{what} left the range of the weeks before"
    return f"{what}, week by week"


def _channel_heading(story: Story) -> str:
    costs = [
        (row.channel, moved_figure)
        for row in story.analysis.channels
        if (moved_figure := story.channel(row.channel, "cost_per_lead"))
        and story.sheet.value(moved_figure.movement.now)
        and not moved_figure.movement.is_small_count
    ]
    if len(costs) > 1:
        ranked = sorted(costs, key=lambda item: float(story.sheet.value(item[1].movement.now) or 0))
        (low_name, low), (high_name, high) = ranked[0], ranked[-1]
        return (
            f"A lead costs {cite(high.now)} in {story.sheet.name(high_name)}"
            f" and {cite(low.now)} in {story.sheet.name(low_name)}"
        )
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


def _funnel_heading(story: Story) -> str:
    worst = next((stage for stage in story.analysis.funnel if stage.is_worst), None)
    if worst is None or worst.rate is None or worst.prior_rate is None:
        return "No step of the funnel lost more than usual"
    number = story.analysis.funnel.index(worst) + 1
    rate = story.sheet.fact(worst.rate, f"step_{number}_rate")
    before = story.sheet.fact(worst.prior_rate, f"step_{number}_prior_rate")
    step = worst.name.lower()
    return f"The loss is at {step}: {cite(rate)} of {(worst.of_name or '').lower()}, before {cite(before)}"
