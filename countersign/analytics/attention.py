"""What needs attention now: incidents of the daily marts as facts and findings, and what was watched.

Days are judged up to the last one that every source has delivered: a day that is still to come is no drop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from countersign.analytics.book import FactBook
from countersign.analytics.detection import Detection
from countersign.analytics.detection.incidents import FEWEST_DAYS
from countersign.analytics.detection.measures import MEASURES
from countersign.analytics.incident_facts import describe_incident
from countersign.analytics.incidents import (
    Standing,
    count_of,
    define_count,
    detect_once,
    read_columns,
)
from countersign.analytics.records import Analysis, Incident, Section, TrustLine, Watch
from countersign.analytics.trust import build_trust
from countersign.core.contracts import Fact, Finding, Severity, Snapshot, Window
from countersign.core.periods import day_of
from countersign.core.workspace import Company

SEVERITIES: tuple[Severity, ...] = ("act", "watch", "info")
TITLE = "What was watched"
# Landed tables behind the daily marts, and how many silent days at their end are normal.
_SILENT_DAYS = {
    "ad_performance": 0,
    "web_sessions": 0,
    "web_events": 0,
    "web_traffic_days": 0,
    "crm_leads": 2,
}
# A source that ends longer ago has stopped; it holds no longer back what can be judged of the others.
_STOPPED_DAYS = 28
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Reach:
    """Up to which day (exclusive) days are whole, and the sources that end before the others."""

    horizon: date
    behind: tuple[TrustLine, ...]


def analyse_days(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, company: Company) -> Analysis:
    """What needs someone now, from the daily marts that this grant holds.

    Args:
        connection: from `core.snapshot.open_granted`; any subset of the daily marts and data_trust will do.
        snapshot: its manifest.
        company: its time zone cuts the days.

    Returns:
        An analysis with incidents, the gravest first, and what was watched; nothing else in it is filled.
    """
    book = FactBook(connection, snapshot)
    trust = build_trust(book)
    reach = _find_reach(trust, today=day_of(snapshot.as_of, time_zone=company.time_zone))
    detection = detect_once(connection, as_of=reach.horizon)
    names = _campaign_names(book)
    columns = read_columns(connection)
    incidents = tuple(
        describe_incident(book, found, as_of=reach.horizon, names=names, columns=columns)
        for found in detection.incidents
    )
    watch = _build_watch(book, detection, reach=reach, columns=columns)
    return Analysis(
        snapshot_id=snapshot.id,
        week=None,
        prior_week=None,
        is_stale=False,
        facts=book.facts,
        findings=(*map(_finding, incidents), *_broken_data(trust)),
        trust=trust.rows,
        missing=trust.missing,
        incidents=incidents,
        watch=watch,
    )


def _find_reach(trust: Section[TrustLine], *, today: date) -> _Reach:
    """The first day that some source has not delivered yet; today when all have delivered yesterday."""
    ends: list[tuple[date, TrustLine]] = []
    for line in trust.rows:
        if line.landed_table in _SILENT_DAYS and line.data_through is not None:
            spare = timedelta(days=_SILENT_DAYS[line.landed_table])
            ends.append((min(line.data_through + spare + _DAY, today), line))
    current = [(end, line) for end, line in ends if end > today - timedelta(days=_STOPPED_DAYS)]
    behind = tuple(line for end, line in current if end < today)
    return _Reach(min((end for end, _ in current), default=today), behind)


def _campaign_names(book: FactBook) -> dict[str, str]:
    """What people call each campaign, with its id where two share a name."""
    if not book.has("campaign_day", "campaign_id", "campaign_name"):
        return {}
    rows = book.rows(
        "select campaign_id, max(campaign_name) as name from marts.campaign_day where campaign_id <> ''"
        " group by campaign_id"
    )
    names = {str(row["campaign_id"]): str(row["name"] or row["campaign_id"]) for row in rows}
    shared = {name for name in names.values() if list(names.values()).count(name) > 1}
    return {key: f"{name} ({key})" if name in shared else name for key, name in names.items()}


def _finding(incident: Incident) -> Finding:
    facts = {role: getattr(incident, role) for role in ("now", "expected", "low", "high", "change")}
    return Finding(
        key=incident.key,
        kind="incident",
        metric=incident.metric,
        place=incident.place,
        facts={**facts, **({"lost": incident.lost} if incident.lost else {})},
        severity=incident.severity,
        label=incident.label,
        note=incident.kind,
    )


def _broken_data(trust: Section[TrustLine]) -> Sequence[Finding]:
    return [finding for finding in trust.findings if finding.severity == "act"]


def _build_watch(book: FactBook, detection: Detection, *, reach: _Reach, columns: Sequence[str]) -> Watch:
    not_judged = tuple(
        measure.name
        for measure in MEASURES
        if any(line.startswith(f"{measure.name} cannot be judged") for line in detection.missing)
    )
    days = _count(book, "count(distinct report_day)", metric="watched_days", reach=reach, back=None)
    is_long_enough = int(days.value or 0) >= FEWEST_DAYS
    return Watch(
        last_day=Window(start=reach.horizon - _DAY, end=reach.horizon),
        campaigns=_count(
            book, "count(distinct nullif(campaign_id, ''))", metric="watched_campaigns", reach=reach, back=28
        ).id,
        channels=_count(book, "count(distinct channel)", metric="watched_channels", reach=reach, back=28).id,
        days=days.id,
        counts=_count_incidents(book, detection, reach=reach, columns=columns) if columns else {},
        judged=tuple(measure.name for measure in MEASURES if measure.name not in not_judged)
        if is_long_enough
        else (),
        not_judged=not_judged,
        is_long_enough=is_long_enough,
        behind=reach.behind,
    )


def _count_incidents(
    book: FactBook, detection: Detection, *, reach: _Reach, columns: Sequence[str]
) -> dict[str, str]:
    """How many incidents are on, by severity, and how many are over, of any severity."""

    def counted(name: str, standing: Standing, severity: str) -> str:
        return book.fitted(
            define_count(standing, as_of=reach.horizon, severity=severity),
            metric=f"incidents_{name}",
            value=count_of(detection, standing, as_of=reach.horizon, severity=severity),
            title=TITLE,
            unit="count",
            columns=columns,
        ).id

    on: dict[str, str] = {severity: counted(severity, "on", severity) for severity in SEVERITIES}
    return {**on, "over": counted("over", "over", "")}


def _count(book: FactBook, counted: str, *, metric: str, reach: _Reach, back: int | None) -> Fact:
    """How many there are in the judged days, or in the last `back` of them; not known without the mart."""
    since = "" if back is None else f" and report_day >= date '{reach.horizon - timedelta(days=back)}'"
    is_there = book.has("campaign_day", "channel", "campaign_id", "report_day")
    source = f"marts.campaign_day where report_day < date '{reach.horizon}'{since}"
    return book.query(
        metric,
        f"select {counted} from {source}" if is_there else "select cast(null as bigint)",
        title=TITLE,
        unit="count",
        columns=["campaign_day.channel", "campaign_day.campaign_id", "campaign_day.report_day"]
        if is_there
        else [],
    )
