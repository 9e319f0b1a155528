"""The shared scorecard: the newest snapshot, what was agreed and what people recorded, as one proposal.

People ask for it (`countersign scorecard propose`); no weekly run makes it. Who agreed on what and how a
pilot stands changes when people say so, and a page that waits for several people every week waits unread.
"""

from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import cast, get_args

import duckdb

from agents.goals import read_goals
from agents.owners import read_source_owners
from agents.scorecard.agreement import Agreement, SharedKpi, check_agreement, read_agreement
from agents.scorecard.facts import Reading
from agents.scorecard.writer import Shared, write_scorecard
from countersign.analytics.book import FactBook
from countersign.analytics.metrics import METRICS
from countersign.core.contracts import Draft, Fact, Proposal, Snapshot, Unit, Window
from countersign.core.periods import WEEK, day_of, last_full_week, week_of
from countersign.core.settings import Settings
from countersign.core.snapshot import open_granted
from countersign.core.workspace import Company, Workspace
from countersign.governance.ledger import open_ledger
from countersign.governance.pilots import read_pilots
from countersign.governance.policy import read_policy
from countersign.governance.proposing import propose
from countersign.governance.roster import read_people
from countersign.reports.html import render_html
from countersign.reports.markdown import render_markdown
from flows.metric_catalogue import Catalogue, MetricEntry, read_catalogue
from flows.metric_query import compile_query, newest_snapshot, read_manifest, write_values_in
from flows.metric_request import MetricQuery, resolve_query

# Later sales of a lead change these for longer than its acceptance does.
_LATE = ("customers", "cac")


def propose_scorecard(
    workspace: Workspace, company: Company, settings: Settings, *, at: datetime, as_of: date | None = None
) -> Proposal:
    """Draft the scorecard from the newest snapshot and put it before people; the same one is one proposal.

    Args:
        as_of: the day up to which pilots count; default the day of the snapshot.

    Raises:
        SettingsError: config/scorecard.yaml is missing or names what does not exist.
        SnapshotError: nothing was ever run here.
        AgentError: the draft would say something that nothing on record carries.
    """
    draft = draft_scorecard(workspace, company, settings, as_of=as_of)
    return propose(
        open_ledger(workspace, settings),
        workspace,
        draft,
        html=render_html(draft, company=company.name),
        markdown=render_markdown(draft),
        category="scorecard",
        policy=read_policy(workspace),
        at=at,
    )


def draft_scorecard(
    workspace: Workspace, company: Company, settings: Settings, *, as_of: date | None = None
) -> Draft:
    """The scorecard's draft; see `propose_scorecard`."""
    agreement, goals = read_agreement(workspace), read_goals(workspace)
    roster = read_people(workspace)
    snapshot = newest_snapshot(workspace)
    manifest = read_manifest(workspace)
    catalogue = read_catalogue(manifest)
    readable = _read_by_week(catalogue)
    check_agreement(
        agreement,
        units={name: entry.unit for name, entry in readable.items()},
        people={person.id: person.name for person in roster if person.active},
        goals=goals,
    )
    period = _weeks(last_full_week(snapshot.as_of, time_zone=company.time_zone).end, agreement)
    readings = tuple(
        _read_kpi(
            workspace, company, snapshot, manifest=manifest, kpi=kpi, entry=readable[kpi.metric],
            agreement=agreement, period=period,
        )
        for kpi in agreement.kpis
    )  # fmt: skip
    shared = Shared(
        readings=readings,
        pilots=tuple(history[-1] for history in read_pilots(open_ledger(workspace, settings)).values()),
        people={person.id: person.name for person in roster},
        goals=goals,
        numbers={name: entry.kpi for name, entry in catalogue.metrics.items()},
        period=period,
        compared_with=_before(period),
        as_of=as_of or day_of(snapshot.as_of, time_zone=company.time_zone),
        behind=_behind(workspace, company, snapshot, period=period),
    )
    return write_scorecard(shared, snapshot)


def _read_by_week(catalogue: Catalogue) -> Mapping[str, MetricEntry]:
    """The metrics that a week can be read of in total, by every name that people give them."""
    found = {}
    for name, asked in catalogue.metrics.items():
        readings = catalogue.readings(name) if asked.kpi == name else (asked,)
        by_week = [entry for entry in readings if "week" in entry.grains and not entry.needs]
        if by_week and by_week[0].unit in get_args(Unit):
            found[name] = by_week[0]
    return found


def _read_kpi(
    workspace: Workspace,
    company: Company,
    snapshot: Snapshot,
    *,
    manifest: str,
    kpi: SharedKpi,
    entry: MetricEntry,
    agreement: Agreement,
    period: Window,
) -> Reading:
    window = _matured(entry, company, snapshot, agreement=agreement, period=period)
    # Whoever asks owns the workspace; the connection reaches these marts and nothing else.
    grants = {mart.name: list(snapshot.tables[mart.name].columns) for mart in entry.marts}
    with closing(open_granted(workspace, snapshot, grants=grants)) as connection:
        now, before = (
            _figure(workspace, snapshot, connection, manifest=manifest, entry=entry, window=weeks)
            for weeks in (window, _before(window))
        )
    label = kpi.name or entry.label
    return Reading(kpi=kpi, label=label, window=window, now=now, before=before)


def _figure(
    workspace: Workspace,
    snapshot: Snapshot,
    connection: duckdb.DuckDBPyConnection,
    *,
    manifest: str,
    entry: MetricEntry,
    window: Window,
) -> Fact:
    query = MetricQuery((entry.name,), since=window.start, until=window.end)
    sql = compile_query(workspace, manifest, resolve_query(read_catalogue(manifest), query))
    return FactBook(connection, snapshot).query(
        entry.name,
        write_values_in(sql, {"since": window.start, "until": window.end}),
        title=entry.label,
        unit=cast(Unit, entry.unit),
        columns=entry.columns,
        window=window,
    )


def _weeks(end: date, agreement: Agreement) -> Window:
    return Window(start=end - WEEK * agreement.window_weeks, end=end)


def _before(window: Window) -> Window:
    return Window(start=window.start - (window.end - window.start), end=window.start)


def _matured(
    entry: MetricEntry, company: Company, snapshot: Snapshot, *, agreement: Agreement, period: Window
) -> Window:
    """The weeks of a figure: the last ones, or where sales still changes it the last that have matured."""
    metric = METRICS.get(entry.kpi)
    if metric is None or not metric.matures:
        return period
    days = company.customer_maturity_days if metric.name in _LATE else company.acceptance_maturity_days
    horizon = day_of(snapshot.as_of, time_zone=company.time_zone) - timedelta(days=days)
    return _weeks(min(week_of(horizon).start, period.end), agreement)


def _behind(workspace: Workspace, company: Company, snapshot: Snapshot, *, period: Window) -> tuple[str, ...]:
    """Names of the sources whose data end earlier than the company calls fresh at the end of these weeks."""
    names = {source.key: source.name or source.key for source in read_source_owners(workspace)}
    oldest = period.end - timedelta(days=1 + company.fresh_within_days)
    late = (key for key, day in sorted(snapshot.data_through.items()) if day is not None and day < oldest)
    return tuple(names.get(key, key) for key in late)
