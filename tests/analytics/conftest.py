"""A hand-made company in a real snapshot: days by channel, and the marts that follow from them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from countersign.analytics.analyse import analyse
from countersign.core.contracts import Snapshot, Window
from countersign.core.snapshot import open_granted, write_snapshot
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Company, Workspace

# The week in question of the made-up company, and the instant at which it is looked at.
MONDAY = date(2026, 11, 9)
WEEK = Window(start=MONDAY, end=MONDAY + timedelta(days=7))
AS_OF = datetime(2026, 11, 16, tzinfo=UTC)
COMPANY = Company(name="Acme", reporting_currency="EUR", time_zone="UTC")

_SUMS = """
    sum(spend_reporting) as spend, sum(impressions) as impressions, sum(clicks) as clicks,
    sum(sessions) as sessions, sum(leads) as leads, sum(mqls) as mqls,
    sum(accepted_leads) as accepted_leads, sum(rejected_leads) as rejected_leads,
    sum(customers) as customers, sum(opportunities) as opportunities,
    sum(pipeline_reporting) as pipeline, sum(revenue_reporting) as revenue,
    cast(sum(spend_reporting) / nullif(sum(leads), 0) as decimal(18, 6)) as cost_per_lead,
    cast(sum(spend_reporting) / nullif(sum(accepted_leads), 0) as decimal(18, 6)) as cost_per_accepted_lead,
    cast(sum(spend_reporting) / nullif(sum(customers), 0) as decimal(18, 6)) as cac,
    cast(sum(leads) as double) / nullif(sum(sessions), 0) as conversion_rate,
    cast(sum(accepted_leads) as double)
        / nullif(sum(accepted_leads) + sum(rejected_leads), 0) as sales_acceptance_rate
from warehouse.marts.channel_day
"""
_BY_WEEK = "select cast(date_trunc('week', report_day) as timestamp) as week_start,"
METRIC_SQL = {
    "by_week": f"{_BY_WEEK} {_SUMS} group by 1 order by 1",
    "by_channel_week": f"{_BY_WEEK} channel, {_SUMS} group by 1, 2 order by 1, 2",
    "by_channel": f"select channel, {_SUMS} group by 1 order by 1",
}

_MARTS = """
create table marts.channel_day (
    channel varchar, report_day date, spend_reporting decimal(18, 6), impressions bigint, clicks bigint,
    platform_conversions decimal(18, 6), sessions bigint, web_conversions bigint, leads bigint,
    mqls bigint, accepted_leads bigint, rejected_leads bigint, customers bigint, opportunities bigint,
    pipeline_reporting decimal(18, 6), revenue_reporting decimal(18, 6));
create table marts.lead_source_summary (
    source varchar, lead_source varchar, channel varchar, leads bigint, dated_leads bigint,
    undated_leads bigint, mqls bigint, accepted_leads bigint, rejected_leads bigint, opportunities bigint,
    customers bigint, revenue_reporting decimal(18, 6));
create table marts.data_trust (
    source varchar, landed_table varchar, last_batch_id varchar, data_through date, set_aside_reason varchar,
    rows_landed bigint, rows_promoted bigint, rows_quarantined bigint, checks_total bigint,
    checks_passed bigint, warnings_failed bigint, quality varchar, is_fresh boolean);
create table marts.follow_up_week (
    channel varchar, week_start date, is_event_lead boolean, leads bigint, followed_up_leads bigint,
    followed_up_within_promise bigint, median_hours_to_follow_up decimal(18, 6));
create table marts.segment_day (
    channel varchar, campaign_id varchar, device varchar, report_day date, sessions bigint,
    web_conversions bigint);
create table marts.rejection_reasons (
    channel varchar, week_start date, reason varchar, rejected_leads bigint);
create table marts.campaign_week (
    platform varchar, campaign_id varchar, week_start date, campaign_name varchar, channel varchar,
    spend_reporting decimal(18, 6), impressions bigint, clicks bigint, leads bigint, accepted_leads bigint,
    rejected_leads bigint, pipeline_reporting decimal(18, 6));
create table marts.wasted_spend (
    platform varchar, campaign_id varchar, week_start date, campaign_name varchar, channel varchar,
    judged_by varchar, rule varchar, spend_reporting decimal(18, 6), wasted_spend_reporting decimal(18, 6),
    recent_leads bigint, recent_decided_leads bigint, recent_accepted_leads bigint,
    recent_spend_reporting decimal(18, 6));
create table marts.segment_response_week (
    segment varchar, country varchar, channel varchar, week_start date, leads bigint, accepted_leads bigint,
    rejected_leads bigint, customers bigint, pipeline_reporting decimal(18, 6));
create table marts.content_performance (
    content_id varchar, content_type varchar, title varchar, repeat_key varchar, week_start date,
    sessions bigint, web_conversions bigint, shown bigint, engagements bigint);
create table marts.ad_group_week (
    platform varchar, campaign_id varchar, ad_group_id varchar, week_start date, campaign_name varchar,
    ad_group_name varchar, channel varchar, spend_reporting decimal(18, 6), clicks bigint,
    platform_conversions decimal(18, 6));
create table marts.ad_week (
    platform varchar, campaign_id varchar, ad_group_id varchar, ad_id varchar, week_start date,
    campaign_name varchar, ad_group_name varchar, ad_name varchar, ad_text varchar, repeat_key varchar,
    channel varchar, spend_reporting decimal(18, 6), clicks bigint, platform_conversions decimal(18, 6));
create table marts.campaign_day (
    channel varchar, campaign_id varchar, report_day date, leads bigint);
create table marts.event_marks (
    event_day date, kind varchar, name varchar, channel varchar, campaign_id varchar);
create table marts.platform_reconciliation (
    platform varchar, channel varchar, week_start date, platform_conversions decimal(18, 6),
    crm_leads bigint, web_conversions bigint);
"""
_FOLLOWING = """
create table marts.channel_week as
    select channel, cast(date_trunc('week', report_day) as date) as week_start,
        sum(spend_reporting)::decimal(18, 6) as spend_reporting, sum(leads)::bigint as leads
    from marts.channel_day group by all;
create table marts.lead_cost_week as
    select channel, cast(date_trunc('week', report_day) as date) as week_start,
        sum(spend_reporting)::decimal(18, 6) as spend_reporting, sum(leads)::bigint as leads,
        sum(accepted_leads)::bigint as accepted_leads, sum(rejected_leads)::bigint as rejected_leads
    from marts.channel_day where leads is not null group by all;
create table marts.funnel_week as
    select channel, cast(date_trunc('week', report_day) as date) as week_start,
        sum(sessions)::bigint as sessions, sum(leads)::bigint as leads, sum(mqls)::bigint as mqls,
        sum(accepted_leads)::bigint as accepted_leads, sum(0 * mqls)::bigint as sqls,
        sum(opportunities)::bigint as opportunities, sum(customers)::bigint as customers
    from marts.channel_day group by all;
"""


@dataclass
class Books:
    """Rows of the marts as dicts; a column that is left out is null."""

    days: list[dict] = field(default_factory=list)
    sources: list[dict] = field(default_factory=list)
    trust: list[dict] = field(default_factory=list)
    follow_up: list[dict] = field(default_factory=list)
    claims: list[dict] = field(default_factory=list)
    reasons: list[dict] = field(default_factory=list)
    visits: list[dict] = field(default_factory=list)
    campaigns: list[dict] = field(default_factory=list)
    wasted: list[dict] = field(default_factory=list)
    segments: list[dict] = field(default_factory=list)
    content: list[dict] = field(default_factory=list)
    ad_groups: list[dict] = field(default_factory=list)
    ads: list[dict] = field(default_factory=list)
    campaign_days: list[dict] = field(default_factory=list)
    marks: list[dict] = field(default_factory=list)

    def week(self, back: int, channel: str, **figures) -> "Books":
        """One channel's figures `back` weeks before the week in question, booked on its Tuesday."""
        day = MONDAY - timedelta(weeks=back) + timedelta(days=1)
        self.days.append({"channel": channel, "report_day": day, **figures})
        return self


@dataclass
class Opened:
    """A snapshot and a connection that holds a grant of it."""

    workspace: Workspace
    snapshot: Snapshot
    connection: duckdb.DuckDBPyConnection

    def analyse(self, *, week: Window | None = None, company: Company = COMPANY):
        return analyse(self.connection, self.snapshot, company, week=week)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict]) -> None:
    for row in rows:
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        connection.execute(f"insert into marts.{table} ({names}) values ({marks})", list(row.values()))


def open_snapshot(
    root: Path,
    books: Books,
    *,
    tables: Sequence[str] | None = None,
    as_of: datetime = AS_OF,
    through: date | None = None,
) -> Opened:
    """Write a company's books into a real snapshot and open it with a grant of all its tables."""
    workspace = Workspace(root)
    with open_warehouse(workspace) as connection:
        connection.execute("create schema marts")
        connection.execute(_MARTS)
        _insert(connection, "channel_day", books.days)
        _insert(connection, "lead_source_summary", books.sources)
        _insert(connection, "data_trust", books.trust)
        _insert(connection, "follow_up_week", books.follow_up)
        _insert(connection, "platform_reconciliation", books.claims)
        _insert(connection, "rejection_reasons", books.reasons)
        _insert(connection, "segment_day", books.visits)
        _insert(connection, "campaign_week", books.campaigns)
        _insert(connection, "wasted_spend", books.wasted)
        _insert(connection, "segment_response_week", books.segments)
        _insert(connection, "content_performance", books.content)
        _insert(connection, "ad_group_week", books.ad_groups)
        _insert(connection, "ad_week", books.ads)
        _insert(connection, "campaign_day", books.campaign_days)
        _insert(connection, "event_marks", books.marks)
        connection.execute(_FOLLOWING)
        names = [row[0] for row in connection.execute("show tables from marts").fetchall()]
        snapshot = write_snapshot(
            connection, workspace, COMPANY, tables=names if tables is None else tables, as_of=as_of,
            metric_sql=METRIC_SQL, data_through={"files": through}, quality={"files": "passed"},
            code_version="0.1.0", dbt_version="1.11",
        )  # fmt: skip
    grants = {name: list(table.columns) for name, table in snapshot.tables.items()}
    return Opened(workspace, snapshot, open_granted(workspace, snapshot, grants=grants))


@pytest.fixture
def open_books(tmp_path) -> Iterator[Callable[..., Opened]]:
    """Opens one company's books; see `open_snapshot`."""
    opened = []

    def build(books: Books, **options) -> Opened:
        opened.append(open_snapshot(tmp_path, books, **options))
        return opened[-1]

    yield build
    for each in opened:
        each.connection.close()


@pytest.fixture(scope="session")
def opened(tmp_path_factory) -> Iterator[Opened]:
    """The steady company, opened once: tests read it and never change it."""
    company = open_snapshot(tmp_path_factory.mktemp("steady"), steady_company())
    yield company
    company.connection.close()


def steady_company(weeks: int = 24) -> Books:
    """Three channels at one level with a little even noise: search, social and direct (no spend)."""
    books = Books()
    for back in range(weeks):
        wobble = (back * 7) % 5 - 2
        books.week(
            back, "Paid search", spend_reporting=4000 + 40 * wobble, impressions=90_000, clicks=2000,
            sessions=1900, leads=100 + wobble, mqls=60, accepted_leads=40, rejected_leads=20, customers=5,
            opportunities=10, pipeline_reporting=50_000 + 500 * wobble, revenue_reporting=20_000,
        ).week(
            back, "Paid social", spend_reporting=3000 - 30 * wobble, impressions=200_000, clicks=3000,
            sessions=2800, leads=60 - wobble, mqls=30, accepted_leads=24, rejected_leads=12, customers=2,
            opportunities=5, pipeline_reporting=20_000, revenue_reporting=8_000,
        ).week(
            back, "Direct", spend_reporting=0, sessions=1500, leads=40 + wobble, mqls=25, accepted_leads=20,
            rejected_leads=10, customers=3, opportunities=5, pipeline_reporting=30_000,
            revenue_reporting=9_000,
        )  # fmt: skip
    return books


@pytest.fixture
def steady() -> Books:
    return steady_company()


@pytest.fixture
def books() -> Books:
    """A company that has recorded nothing yet."""
    return Books()
