"""From a granted snapshot to facts and findings: the one call that agents and flows make."""

from collections.abc import Iterable, Sequence

import duckdb

from countersign.analytics.audiences import compare_audiences
from countersign.analytics.book import FactBook
from countersign.analytics.budget import build_budget
from countersign.analytics.calendar import Calendar, choose_calendar
from countersign.analytics.campaign_forms import explain_lost_forms
from countersign.analytics.campaign_quality import find_poor_campaigns
from countersign.analytics.campaign_results import build_campaign_results
from countersign.analytics.campaigns import find_dead_campaigns, is_splittable, split_by_campaign
from countersign.analytics.click_prices import find_dear_clicks
from countersign.analytics.content import find_weak_pages
from countersign.analytics.cost_change import describe_split, split_cost_change
from countersign.analytics.cross_section import build_cross_section, describe_unknown
from countersign.analytics.follow_up import build_follow_up
from countersign.analytics.funnel import build_funnel
from countersign.analytics.metrics import COST_COUNTS, METRICS, metric_named
from countersign.analytics.movements import build_movement, find_change, week_for
from countersign.analytics.opportunities import find_opportunities
from countersign.analytics.planned_events import compare_events
from countersign.analytics.poor_leads import explain_poor_leads
from countersign.analytics.quality import build_quality
from countersign.analytics.rankings import Rankings
from countersign.analytics.reconciliation import build_claims
from countersign.analytics.records import (
    Analysis,
    ChannelRow,
    CrossRow,
    Missing,
    Movement,
    Section,
    TrustLine,
)
from countersign.analytics.repeated_ads import find_repeated_ads
from countersign.analytics.repeats import find_repeats
from countersign.analytics.siblings import AD_GROUPS, ADS, find_weak
from countersign.analytics.trust import build_trust, find_unassigned
from countersign.analytics.waste import rank_waste
from countersign.core.contracts import Finding, Snapshot, Window
from countersign.core.periods import previous_week
from countersign.core.workspace import Company

KPIS = (
    "cost_per_lead", "leads", "spend", "sales_acceptance_rate", "cost_per_accepted_lead",
    "accepted_leads", "conversion_rate", "sessions", "opportunities", "pipeline", "revenue",
)  # fmt: skip
CHANNEL_METRICS = (
    "spend", "leads", "cost_per_lead", "accepted_leads", "cost_per_accepted_lead",
    "sales_acceptance_rate", "sessions", "conversion_rate",
)  # fmt: skip
# Who knows of no lead has only what the platforms count.
AD_KPIS = ("spend", "clicks", "cost_per_click", "impressions", "click_rate")

_ORDER = {"act": 0, "watch": 1, "info": 2}

_NOT_KNOWN = {
    "spend": "No spend was recorded, so no cost per lead can be known.",
    "leads": "No dated leads were recorded, so nothing can be said about leads by week.",
    "sessions": "No web sessions were recorded, so no share of visitors who become leads can be known.",
    "accepted_leads": "No verdicts of sales were recorded, so lead quality cannot be known.",
    "opportunities": "No opportunities were recorded, so pipeline cannot be known.",
    "revenue": "No won deals with amounts were recorded, so revenue cannot be known.",
}
_NO_CRM = (
    "No dated leads were recorded, so nothing can be said about leads, their quality, pipeline or revenue."
)
_UNDATED_DEALS = (
    "The deals carry no opening date, so opportunities and pipeline cannot be told by week; how many leads"
    " became deals is known."
)
_DEALS_WITHOUT_AMOUNTS = "The deals carry no amounts, so revenue cannot be known."


def analyse(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, company: Company, *, week: Window | None
) -> Analysis:
    """Everything that can be said about a week from what this grant holds.

    Args:
        connection: from `core.snapshot.open_granted`; any subset of the marts will do.
        snapshot: its manifest.
        company: time zone, maturities, promises.
        week: the week in question; None takes the last full week before `as_of`, or, when the data
            end earlier, the last whole week that has data (the analysis is then marked stale).

    Returns:
        An analysis whose numbers are all facts. What cannot be known is in `missing` and in
        findings of kind "unknown"; nothing is guessed.
    """
    book = FactBook(connection, snapshot)
    calendar = choose_calendar(book, company, week=week)
    trust = build_trust(book)
    cross = build_cross_section(book, is_dated=calendar is not None, has_spend=bool(book.weeks("spend")))
    if calendar is None:
        return Analysis(
            snapshot_id=snapshot.id,
            week=None,
            prior_week=None,
            is_stale=False,
            facts=book.facts,
            findings=_order([*trust.findings, *cross.findings], ()),
            trust=trust.rows,
            cross_section=cross.rows,
            missing=(*trust.missing, *cross.missing),
        )
    return _analyse_week(book, calendar, company, trust=trust, cross=cross)


def _analyse_week(
    book: FactBook,
    calendar: Calendar,
    company: Company,
    *,
    trust: Section[TrustLine],
    cross: Section[CrossRow],
) -> Analysis:
    recorded = [name for name in METRICS if book.weeks(name)]
    shown = KPIS if "leads" in recorded else tuple(dict.fromkeys((*AD_KPIS, *KPIS)))
    kpis = tuple(
        build_movement(book, name, calendar=calendar, company=company) for name in shown if name in recorded
    )
    channels, channel_findings = _build_channels(book, calendar, company, recorded=recorded, kpis=kpis)
    funnel = build_funnel(book, calendar, company=company)
    quality = explain_poor_leads(book, build_quality(book, calendar, company=company))
    follow_up = build_follow_up(book, calendar, company=company)
    claims = build_claims(book, calendar)
    unassigned, unassigned_findings = find_unassigned(book, calendar)
    sections = (trust, funnel, quality, follow_up, claims, cross)
    budget = build_budget(book, calendar)
    rankings = _rank(book, calendar, company)
    unrecorded = _not_recorded(book, recorded)
    findings = [*_describe_kpis(book, kpis), *channel_findings, *unassigned_findings]
    findings += [describe_unknown(item) for item in unrecorded]
    findings += [
        explain_lost_forms(book, finding, calendar=calendar)
        for finding in find_dead_campaigns(book, calendar)
    ]
    poor = {finding.place.get("channel", "") for finding in quality.findings if finding.kind != "opportunity"}
    findings += find_poor_campaigns(book, calendar, company=company, told=poor)
    findings += [finding for section in sections for finding in section.findings]
    # Who records no lead, or no verdict, was told so already.
    told = {"no_funnel"} if "leads" not in recorded else set()
    told |= {"no_matured_verdicts"} if "accepted_leads" not in recorded else set()
    missing = [item for section in sections for item in section.missing if item.key not in told]
    return Analysis(
        snapshot_id=book.snapshot.id,
        week=calendar.week,
        prior_week=calendar.prior,
        is_stale=calendar.is_stale,
        facts=book.facts,
        findings=_order(findings, (*kpis, *(move for row in channels for move in row.movements.values()))),
        kpis=kpis,
        channels=channels,
        funnel=funnel.rows,
        quality=quality.rows,
        rankings=rankings,
        follow_up=follow_up.rows,
        claims=claims.rows,
        trust=trust.rows,
        unassigned_share=unassigned and unassigned.id,
        cross_section=cross.rows,
        missing=(*unrecorded, *_not_yet(calendar, kpis), *missing),
        budget=budget,
    )


def _rank(book: FactBook, calendar: Calendar, company: Company) -> Rankings:
    return Rankings(
        campaigns=build_campaign_results(book, calendar),
        waste=rank_waste(book, calendar, company=company),
        audiences=compare_audiences(book, calendar),
        weak_pages=find_weak_pages(book, calendar),
        weak_ad_groups=find_weak(book, calendar, AD_GROUPS),
        weak_ads=find_weak(book, calendar, ADS),
        repeated_ads=find_repeated_ads(book, calendar),
        repeats=find_repeats(book, calendar),
        opportunities=find_opportunities(book, calendar, company=company),
        events=compare_events(book, calendar),
    )


def _build_channels(
    book: FactBook,
    calendar: Calendar,
    company: Company,
    *,
    recorded: Sequence[str],
    kpis: Sequence[Movement],
) -> tuple[tuple[ChannelRow, ...], list[Finding]]:
    """The channel table, biggest spend first then most leads, with each channel's part in the change."""
    weeks = {calendar.week, calendar.prior}
    for name in CHANNEL_METRICS:
        week = week_for(metric_named(name), calendar, company)
        weeks |= {week, previous_week(week)}
    names = book.channels(sorted(weeks, key=lambda week: week.start))
    cost = next((kpi for kpi in kpis if kpi.metric == "cost_per_lead"), None)
    change = split_cost_change(book, cost, channels=names) if cost else None
    # A channel that never spent has no cost per lead; zero would read as a bargain.
    paid = book.spending_channels()
    measured = CHANNEL_METRICS if "leads" in recorded else (*AD_KPIS, "sessions")
    rows, findings = [], []
    for channel in names:
        movements = {
            name: build_movement(book, name, calendar=calendar, company=company, channel=channel)
            for name in measured
            if name in recorded and (name not in COST_COUNTS or channel in paid)
        }
        part = change and change.by_channel.get(channel)
        share = change and change.shares.get(channel)
        rows.append(
            ChannelRow(
                channel=channel,
                movements=movements,
                cost_change_part=part.id if part else None,
                cost_change_share=share.id if share else None,
            )
        )
        findings += _describe_channel(book, movements.values())
    rows.sort(key=lambda row: tuple(-_size(book, row, name) for name in ("spend", "leads")))
    return tuple(rows), findings


def _size(book: FactBook, row: ChannelRow, name: str) -> float:
    movement = row.movements.get(name)
    return float(book.value(movement.now) or 0) if movement else 0.0


def _describe_channel(book: FactBook, movements: Iterable[Movement]) -> list[Finding]:
    findings = []
    for movement in movements:
        finding = find_change(movement)
        if finding is None:
            continue
        change = (
            split_cost_change(book, movement, channels=[])
            if movement.metric in COST_COUNTS and movement.channel
            else None
        )
        findings += describe_split(change, finding) if change else [finding]
        by_campaign = split_by_campaign(book, movement, finding=finding) if is_splittable(movement) else None
        findings += [by_campaign] if by_campaign else []
        findings += find_dear_clicks(book, movement) if finding.kind == "change" else []
    return findings


def _describe_kpis(book: FactBook, kpis: Sequence[Movement]) -> list[Finding]:
    """A finding for each company figure; a cost that left its range is split by channel and factor."""
    findings = []
    for kpi in kpis:
        finding = find_change(kpi)
        if finding is None:
            continue
        change = None
        if finding.kind == "change" and kpi.metric in COST_COUNTS:
            change = split_cost_change(book, kpi, channels=book.channels([kpi.week, kpi.prior_week]))
        findings += describe_split(change, finding) if change else [finding]
    return findings


def _not_recorded(book: FactBook, recorded: Sequence[str]) -> list[Missing]:
    reasons = {metric: reason for metric, reason in _NOT_KNOWN.items() if metric not in recorded}
    if not {"leads", "accepted_leads", "opportunities", "revenue"} & set(recorded):
        reasons = {metric: reason for metric, reason in reasons.items() if metric in ("leads", "sessions")}
        reasons["leads"] = _NO_CRM
    elif _has_deals(book):
        # Deals that only lack a date or an amount are no missing deals.
        told = {"opportunities": _UNDATED_DEALS, "revenue": _DEALS_WITHOUT_AMOUNTS}
        reasons |= {metric: reason for metric, reason in told.items() if metric in reasons}
    return [Missing(key=f"no_{metric}", reason=reason) for metric, reason in reasons.items()]


def _has_deals(book: FactBook) -> bool:
    if not book.has("lead_source_summary", "opportunities"):
        return False
    return bool(book.rows("select 1 as one from marts.lead_source_summary where opportunities > 0 limit 1"))


def _not_yet(calendar: Calendar, kpis: Sequence[Movement]) -> list[Missing]:
    """Figures that are known but that nothing can be read into, each with the reason."""
    missing = []
    if calendar.is_stale:
        missing.append(
            Missing(
                key="stale",
                reason="The data end before the last full week; this is the last week they cover.",
            )
        )
    for kpi in kpis:
        if kpi.is_incomplete:
            missing.append(
                Missing(key=f"incomplete:{kpi.metric}", reason=f"{kpi.title}: its data end inside the week.")
            )
        elif kpi.is_small_count:
            missing.append(
                Missing(
                    key=f"small_count:{kpi.metric}",
                    reason=f"{kpi.title}: too few events in the week to read a change into it.",
                )
            )
        elif kpi.low is None:
            missing.append(
                Missing(
                    key=f"no_range:{kpi.metric}",
                    reason=f"{kpi.title}: too few earlier weeks to say what is normal.",
                )
            )
    return missing


def _order(findings: Sequence[Finding], movements: Sequence[Movement]) -> tuple[Finding, ...]:
    """Act, watch, info; within one severity company before channel, then the farthest from its range."""
    distance = {movement.now: abs(movement.position or 0.0) for movement in movements}

    def rank(finding: Finding) -> tuple[int, int, float]:
        away = distance.get(finding.facts.get("now", ""), 0.0)
        return _ORDER[finding.severity], int(finding.kind in ("normal_variation", "unknown")), -away

    return tuple(sorted(findings, key=rank))
