"""The blocks of a report that hold only figures: tiles, waterfall, trend, tables, funnel, trust."""

import re
from collections.abc import Sequence
from datetime import timedelta

from agents.language import listed
from agents.reporting.media import NO_MEDIA
from agents.sheet import Moved, Sheet, cite, display_name, place_alias
from agents.story import Story
from agents.targets import read_targets, small_line
from countersign.analytics.records import ChannelRow, CrossRow, FunnelStage, Movement, TrustLine
from countersign.core.contracts import (
    Cell,
    Column,
    Finding,
    Funnel,
    FunnelStep,
    Kpis,
    KpiTile,
    Row,
    Step,
    Table,
    Trend,
    TrendPoint,
    Trust,
    TrustRow,
    Waterfall,
)

TILES = (
    "cost_per_lead", "leads", "spend", "cost_per_accepted_lead", "accepted_leads", "pipeline", "revenue",
    "clicks", "cost_per_click", "click_rate",
)  # fmt: skip
COLUMNS = ("spend", "leads", "cost_per_lead", "sessions", "pipeline")
AD_COLUMNS = ("spend", "clicks", "cost_per_click", "impressions", "click_rate")
MOST_TILES, MOST_COLUMNS, MOST_ROWS = 4, 3, 12
FACTORS = {
    "click_price": "price per click",
    "clicks_per_lead": "clicks needed per lead",
    "unclicked_cost": "own cost per lead",
    "paid_volume": "volume of paid leads",
    "unpaid_leads": "leads without spend",
}


def build_kpis(story: Story) -> Kpis | None:
    """Up to four tiles, those that are known, the headline and what a goal aims at among them."""
    known = {moved.movement.metric: moved for moved in story.kpis if moved.is_known}
    head = [story.headline.movement.metric] if story.headline else []
    aimed = [target.metric for target in read_targets(story)]
    chosen = [metric for metric in dict.fromkeys([*head, *aimed, *TILES]) if metric in known][:MOST_TILES]
    order = dict.fromkeys([*head, *TILES, *aimed])
    tiles = [_tile(story, known[metric]) for metric in order if metric in chosen]
    return Kpis(tiles=tuple(tiles)) if tiles else None


def _tile(story: Story, moved: Moved) -> KpiTile:
    sheet, movement = story.sheet, moved.movement
    is_unclear = moved is story.headline and not story.is_normal_known
    has_prior = sheet.value(movement.prior) is not None
    series = _series(sheet, movement)
    return KpiTile(
        name=movement.title,
        note=small_line(story, movement),
        value=moved.now,
        change=_told_change(sheet, moved),
        prior=moved.prior if has_prior else None,
        series=tuple(alias for alias in series if alias is not None),
        good_direction=movement.good_direction,
        in_normal_range=None if is_unclear else movement.in_normal_range,
    )


def _told_change(sheet: Sheet, moved: Moved) -> str | None:
    """The alias of a change that means something: of a few events, every step looks like news."""
    if moved.movement.is_small_count or sheet.value(moved.movement.change) is None:
        return None
    return moved.change


def _series(sheet: Sheet, movement: Movement) -> list[str | None]:
    """Aliases of a movement's weeks, oldest first; None where a week is not known."""
    aliases: list[str | None] = []
    for back, fact_id in zip(range(len(movement.series) - 1, -1, -1), movement.series, strict=True):
        known = sheet.value(fact_id) is not None
        aliases.append(sheet.fact(fact_id, f"{movement.metric}_weeks_ago_{back}") if known else None)
    return aliases


def build_waterfall(story: Story) -> Waterfall | None:
    """How the headline cost moved, channel by channel, when its parts are known and it left its range."""
    finding, headline = story.lead, story.headline
    if finding is None or headline is None or not finding.parts or story.is_level:
        return None
    sheet = story.sheet
    movement = headline.movement
    return Waterfall(
        start_label=sheet.period(movement.prior_week, "prior_week"),
        start=headline.prior,
        steps=tuple(_step(sheet, finding, number) for number in range(len(finding.parts))),
        end_label=sheet.period(movement.week, "week"),
        end=headline.now,
        good_direction=movement.good_direction,
    )


def _step(sheet: Sheet, finding: Finding, number: int) -> Step:
    part = finding.parts[number]
    alias = sheet.fact(part.fact, f"{finding.metric}_part_{number + 1}")
    if part.dimension == "factor":
        return Step(label=FACTORS.get(part.name, part.name.replace("_", " ")).capitalize(), fact=alias)
    return Step(label=sheet.name(part.name, kind=part.dimension), fact=alias)


def build_trend(story: Story) -> Trend | None:
    """The headline metric by week with its expected range; needs three known weeks to be a line."""
    headline = story.headline
    if headline is None:
        return None
    movement = headline.movement
    aliases = _series(story.sheet, movement)
    if sum(alias is not None for alias in aliases) < 3:
        return None
    days = [movement.week.start - timedelta(days=7 * back) for back in range(len(aliases) - 1, -1, -1)]
    has_band = headline.low is not None and headline.high is not None and story.is_normal_known
    return Trend(
        metric=movement.title,
        points=tuple(TrendPoint(day=day, fact=alias) for day, alias in zip(days, aliases, strict=True)),
        low=headline.low if has_band else None,
        high=headline.high if has_band else None,
        band_note=BAND_NOTE if has_band else NO_BAND,
    )


NO_BAND = "The weeks before are too few, or too far apart, for an expected range."
BAND_NOTE = "The band is where most weeks should fall, given the weeks before; it is not a target."


def build_channel_table(story: Story) -> Table | None:
    """Figures by channel with their change, the biggest spenders first, all channels in the foot."""
    rows = story.analysis.channels
    totals = {moved.movement.metric: moved for moved in story.kpis if moved.is_known}
    metrics = [metric for metric in COLUMNS if metric in totals][:MOST_COLUMNS]
    if "clicks" in totals:
        metrics = [metric for metric in AD_COLUMNS if metric in totals]
    if len(rows) < 2 or not metrics:
        return None
    ranked = sorted(rows, key=lambda row: [-_size(story.sheet, row, metric) for metric in metrics])
    columns = [
        Column(label=totals[metric].movement.title, good_direction=totals[metric].movement.good_direction)
        for metric in metrics
    ]
    cost = totals.get("cost_per_lead")
    is_about_cost = story.lead is not None and story.headline is cost and not story.is_level
    has_share = is_about_cost and any(row.cost_change_share for row in rows)
    if has_share:
        columns.append(Column(label="Part of the change"))
    return Table(
        row_label="Channel",
        columns=tuple(columns),
        rows=tuple(
            _channel_row(story.sheet, row, metrics, has_share=has_share) for row in ranked[:MOST_ROWS]
        ),
        total=Row(
            name="All channels",
            cells=(
                *(_cell(story.sheet, totals[metric]) for metric in metrics),
                *([Cell(value=cost.difference)] if has_share and cost else []),
            ),
        ),
    )


def _size(sheet: Sheet, row: ChannelRow, metric: str) -> float:
    movement = row.movements.get(metric)
    return float(sheet.value(movement.now) or 0) if movement else 0.0


def _channel_row(sheet: Sheet, row: ChannelRow, metrics: Sequence[str], *, has_share: bool) -> Row:
    name = sheet.name(row.channel)
    cells = []
    for metric in metrics:
        movement = row.movements.get(metric)
        moved = sheet.movement(movement, suffix=f"_{place_alias(name)}") if movement else None
        cells.append(_cell(sheet, moved) if moved else Cell(value=None, missing=_why_missing(metric)))
    if has_share:
        cells.append(_part_cell(sheet, row, place_alias(name)))
    return Row(name=name, cells=tuple(cells))


def _part_cell(sheet: Sheet, row: ChannelRow, place: str) -> Cell:
    if row.cost_change_part is None or sheet.value(row.cost_change_part) is None:
        return Cell(value=None, missing="Not recorded in both weeks.")
    return Cell(value=sheet.fact(row.cost_change_part, f"cost_part_{place}"))


def _cell(sheet: Sheet, moved: Moved) -> Cell:
    movement = moved.movement
    if not moved.is_known:
        return Cell(value=None, missing=_why_missing(movement.metric))
    return Cell(value=moved.now, change=_told_change(sheet, moved), in_normal_range=movement.in_normal_range)


def _why_missing(metric: str) -> str:
    return NO_MEDIA if metric == "spend" or metric.startswith("cost_per_") else "Not known"


def build_funnel(story: Story) -> Funnel | None:
    """Each step with its count, its rate, and how the rate moved."""
    sheet = story.sheet
    steps = []
    for number, stage in enumerate(story.analysis.funnel):
        if sheet.value(stage.count) is None:
            continue

        def known(fact_id: str | None, role: str, number: int = number) -> str | None:
            if fact_id is None or sheet.value(fact_id) is None:
                return None
            return sheet.fact(fact_id, f"step_{number + 1}_{role}")

        steps.append(
            FunnelStep(
                name=stage.name,
                count=sheet.fact(stage.count, f"step_{number + 1}_count"),
                rate=known(stage.rate, "rate"),
                prior_rate=known(stage.prior_rate, "prior_rate"),
                change=known(stage.change, "change"),
                is_worst=stage.is_worst,
                cohort=_cohort(story, stage, base=known(stage.of_count, "of")),
            )
        )
    return Funnel(steps=tuple(steps)) if len(steps) > 1 else None


def _cohort(story: Story, stage: FunnelStage, *, base: str | None) -> str:
    """Of how many, and of which weeks, a step was counted."""
    when = story.sheet.period(stage.window, "cohort")
    of = f"of {cite(base)} {stage.of_name.lower()}" if base and stage.of_name else ""
    if stage.window == story.analysis.week:
        return f"{of}, {when}" if of else when
    if stage.of_name == "Leads" and of:
        return f"{of} created {when}"
    return f"{of}, leads created {when}" if of else f"leads created {when}"


def build_trust(story: Story) -> Trust | None:
    """One row a source and table: reach, checks, rows set aside, and what that means."""
    sheet = story.sheet
    rows = []
    for number, line in enumerate(story.analysis.trust, start=1):
        quarantined = sheet.value(line.rows_quarantined)
        rows.append(
            TrustRow(
                source=sheet.name(_source_label(story, line), kind="source"),
                data_through=line.data_through,
                quality=line.quality,
                checks_passed=sheet.fact(line.checks_passed, f"checks_passed_{number}"),
                checks_total=sheet.fact(line.checks_total, f"checks_total_{number}"),
                rows_landed=sheet.fact(line.rows_landed, f"rows_landed_{number}"),
                rows_quarantined=sheet.fact(line.rows_quarantined, f"rows_quarantined_{number}"),
                note=_trust_note(sheet, line, has_quarantined=bool(quarantined)),
                is_behind=line.is_fresh is False,
            )
        )
    return Trust(rows=tuple(rows)) if rows else None


# What people call the landed tables; the source in front says whose they are.
TABLE_NAMES = {
    "crm_accounts": "companies", "crm_removals": "removed records", "crm_leads": "leads",
    "crm_stage_changes": "stage changes", "crm_opportunities": "opportunities",
    "crm_activities": "activities", "sales_feedback": "verdicts on leads", "web_sessions": "sessions",
    "web_traffic_days": "traffic by day", "manual_kpis": "figures entered by hand",
    "fx_rates": "exchange rates",
}  # fmt: skip


def _source_label(story: Story, line: TrustLine) -> str:
    table = TABLE_NAMES.get(line.landed_table, line.landed_table.replace("_", " "))
    return f"{story.source_name(line.source)}: {table}"


def _trust_note(sheet: Sheet, line: TrustLine, *, has_quarantined: bool) -> str:
    notes = []
    if line.data_through is None:
        notes.append("Holds no dates, so nothing here can be told by week.")
    elif line.is_fresh is False:
        notes.append("Behind: later days are missing from every figure that needs this source.")
    if has_quarantined:
        notes.append(_why_set_aside(sheet, line.set_aside_reason))
    return " ".join(notes) or "Complete."


def _why_set_aside(sheet: Sheet, reason: str) -> str:
    """A rule's own words enter as a name, since they may name a currency or a column; never a figure."""
    if not reason or re.search(r"\d", reason):
        return "Some rows broke a rule and were set aside."
    return f"Set aside: {sheet.name(reason.rstrip('.'), kind='reason')}."


def build_cross_section(story: Story, *, by: str) -> Table | None:
    """Leads and what became of them by place, with the range the rate may lie in; needs no dates."""
    rows = [row for row in story.analysis.cross_section if row.by == by]
    if not rows:
        return None
    sheet = story.sheet
    ranked = sorted(rows, key=lambda row: -float(sheet.value(row.leads) or 0))
    outcome = OUTCOMES.get(rows[0].outcome, "came to an outcome")
    share = outcome if outcome.startswith("accepted") else f"that {outcome}"
    return Table(
        row_label="Lead source" if by == "lead_source" else "Channel",
        columns=(
            Column(label="Leads"),
            Column(label=outcome.capitalize()),
            Column(label=f"Share {share}", good_direction="up"),
            Column(label="80% interval from"),
            Column(label="80% interval to"),
        ),
        rows=tuple(_cross_row(sheet, row) for row in ranked[:MOST_ROWS]),
    )


def spelling_note(story: Story, *, by: str) -> str:
    """That a source writes a name in several ways, and that these are counted apart; else nothing."""
    spelled: dict[str, list[str]] = {}
    for row in story.analysis.cross_section:
        if row.by == by:
            spelled.setdefault(display_name(row.name), []).append(row.name)
    doubles = [names for names in spelled.values() if len(names) > 1]
    kind = "source" if by == "lead_source" else "channel"
    return "".join(
        f" {listed([story.sheet.name(name, kind=kind) for name in names])} are counted apart, as they are"
        " spelled in the data."
        for names in doubles
    )


OUTCOMES = {
    "customers": "became customers",
    "accepted_leads": "accepted by sales",
    "mqls": "qualified",
    "opportunities": "became opportunities",
}


def _cross_row(sheet: Sheet, row: CrossRow) -> Row:
    name = sheet.name(row.name, kind="source" if row.by == "lead_source" else "channel")
    place = place_alias(name)
    cells = []
    for role in ("leads", "outcomes", "rate", "low", "high"):
        fact_id = getattr(row, role)
        if sheet.value(fact_id) is None:
            cells.append(Cell(value=None, missing="Not known."))
        else:
            cells.append(Cell(value=sheet.fact(fact_id, f"{role}_{place}")))
    return Row(name=name, cells=tuple(cells))


def waterfall_sub(story: Story, waterfall: Waterfall | None) -> str:
    """What the steps of the waterfall mean; without one, what the range means."""
    if waterfall is None and (story.lead is not None or not story.is_normal_known):
        return ""
    if waterfall is None or story.headline is None:
        return "A figure inside its range moved no more than it usually does from week to week."
    size = cite(story.headline.difference, style="change")
    return f"Each step is a channel's part of the {size}; the steps add up exactly."


def trend_sub(story: Story) -> str:
    """Which figure and which weeks the line shows."""
    headline = story.headline
    if headline is None:
        return ""
    return f"{headline.movement.title} by week, up to {story.sheet.period(headline.movement.week, 'week')}."


def trust_heading(story: Story) -> str:
    """The answer to: can I trust these numbers."""
    lines = story.analysis.trust
    behind = _sources(story, [line for line in lines if line.is_fresh is False])
    failed = _sources(story, [line for line in lines if line.quality == "failed"])
    named = listed([story.sheet.name(name, kind="source") for name in failed or behind])
    if failed:
        return f"Not all of these numbers can be used: data of {named} failed checks"
    if behind:
        old = "a record of the past, not of today" if story.analysis.is_stale else "incomplete"
        return f"The figures are {old}: the data of {named} end early"
    if any(story.sheet.value(line.rows_quarantined) for line in lines):
        return "These numbers can be used; a few rows were set aside"
    if any(line.quality == "warnings" for line in lines):
        return "These numbers can be used; some checks gave a warning"
    return "These numbers passed their checks"


def _sources(story: Story, lines: Sequence[TrustLine]) -> list[str]:
    """The sources of some tables, each once."""
    return list(dict.fromkeys(story.source_name(line.source) for line in lines))
