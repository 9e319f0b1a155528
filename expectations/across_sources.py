"""Sources against each other and against their promise: clicks and visits, forms and leads, days and today.

These checks run once all batches of a run are promoted, over the day totals. They only ever warn: two honest
systems count differently, so what they find is a place to look at, not a row to set aside.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb

from countersign.core.contracts import CheckOutcome
from countersign.core.log import EventLog
from countersign.core.warehouse import read_rows, transaction
from countersign.core.workspace import Company
from expectations.batch_record import naive_utc
from expectations.ratios import Compared, Comparison, compare
from expectations.warehouse_tables import DAY_TOTALS, SOURCE_CHECKS

# Ads count a click when it is made, websites a visit when the page has loaded and the visitor may be counted.
CLICKS_AND_VISITS = Comparison(
    check="ad_clicks_arrive_as_visits",
    low=0.5,
    high=2.0,
    fewest=200,
    too_few="the website counts {b:,} visits for {a:,} ad clicks; look at the tracking code, the consent"
    " banner and the landing pages",
    too_many="the website counts {b:,} visits for {a:,} ad clicks; look whether other visits are tagged as"
    " this channel, or an ad account is missing",
)
# Programs that check links click too, and some mail readers hide where a visit came from.
EMAIL_AND_VISITS = Comparison(
    check="email_clicks_arrive_as_visits",
    low=0.2,
    high=5.0,
    fewest=200,
    too_few="the website counts {b:,} visits for {a:,} e-mail clicks; look whether their links are tagged",
    too_many="the website counts {b:,} visits for {a:,} e-mail clicks; look whether a mailing is missing",
)
# Leads also come from events and lists, so many leads for few forms are no sign of a fault.
FORMS_AND_LEADS = Comparison(
    check="forms_arrive_as_leads",
    low=0.33,
    high=float("inf"),
    fewest=50,
    too_few="the CRM has {b:,} leads for {a:,} forms sent on the website; look whether forms reach the CRM",
    too_many="",
)
HABIT_DAYS = 56
BUSY_DAYS = 14
FRESH = "data_is_as_fresh_as_promised"

log = EventLog(__name__)


@dataclass(frozen=True)
class SourceCheck:
    """An outcome about one source and table; a comparison gives one for each source that takes part."""

    subject: str
    source: str
    table: str
    outcome: CheckOutcome


def check_across_sources(
    connection: duckdb.DuckDBPyConnection,
    company: Company,
    *,
    as_of: datetime,
    promises: Mapping[str, int] | None = None,
) -> tuple[SourceCheck, ...]:
    """Compare sources with each other and with their promise; replaces quality.source_checks.

    Args:
        connection: the open warehouse, outside a transaction.
        company: its reporting zone cuts days.
        as_of: exclusive instant with a time zone; the last day is the one that holds the instant before.
        promises: refresh promise in days by source; a source without one is not judged.

    Returns:
        Every check that had enough to judge, passed or not; severity is always "warning".
    """
    last = (as_of - timedelta(microseconds=1)).astimezone(company.zone).date()
    found = [
        *_check_freshness(connection, promises or {}, last=last),
        *_check_visits(connection, "ad_performance", CLICKS_AND_VISITS, last=last),
        *_check_visits(connection, "email_campaigns", EMAIL_AND_VISITS, last=last),
        *_check_leads(connection, last=last),
    ]
    with transaction(connection):
        connection.execute(f"delete from {SOURCE_CHECKS}")
        for one in found:
            outcome = one.outcome
            connection.execute(
                f"insert into {SOURCE_CHECKS} values (?, ?, ?, ?, ?, ?, ?, ?)",
                [naive_utc(as_of), outcome.check, one.subject, one.source, one.table, outcome.severity,
                 outcome.passed, outcome.reason],
            )  # fmt: skip
    log.info("sources_compared", checks=len(found), warnings=sum(not one.outcome.passed for one in found))
    return tuple(found)


def _check_freshness(
    connection: duckdb.DuckDBPyConnection, promises: Mapping[str, int], *, last: date
) -> Iterable[SourceCheck]:
    # A table that pauses every weekend is not late on a Sunday: a pause that came twice is its habit.
    ends = read_rows(
        connection,
        f"""
        with pauses as (
            select source, landed_table, day, day > ?::date - {HABIT_DAYS} as is_recent,
                day - lag(day) over (partition by source, landed_table order by day) - 1 as pause
            from (select distinct source, landed_table, day from {DAY_TOTALS} where day <= ?) as days
        )
        select source, landed_table, max(day) as through,
            max(max(day)) over (partition by source) as source_through,
            count(*) filter (where is_recent) >= {BUSY_DAYS} as is_busy,
            coalesce((max(pause, 2) filter (where is_recent))[2], 0) as habit
        from pauses group by source, landed_table order by all
        """,
        [last, last],
    )
    for end in ends:
        promise = promises.get(end["source"])
        if promise is None:
            continue
        # Where days without anything are usual, as with removals, only the source as a whole can be late.
        behind = (last - (end["through"] if end["is_busy"] else end["source_through"])).days
        passed = behind <= max(promise, end["habit"])
        reason = (
            f"The data of {end['source']} ends on {last - timedelta(days=behind)}, {behind} days before the"
            f" last day of the report; its promise is {promise}. Ask who exports it, and read its newest"
            " days with care."
        )
        outcome = CheckOutcome(
            check=FRESH,
            severity="warning",
            passed=passed,
            reason="" if passed else reason,
        )
        yield SourceCheck(end["source"], end["source"], end["landed_table"], outcome)


def _check_visits(
    connection: duckdb.DuckDBPyConnection, table: str, comparison: Comparison, *, last: date
) -> Iterable[SourceCheck]:
    # The channels are those of the ads or mails themselves: no list of names to keep up to date.
    channels = connection.execute(
        f"select distinct channel from {DAY_TOTALS} where landed_table = ? and channel <> '' order by 1",
        [table],
    ).fetchall()
    web = _web_table(connection, "sessions")
    for (channel,) in channels if web else ():
        sent = _series(connection, [table], "clicks", channel=channel)
        arrived = _series(connection, [web], "sessions", channel=channel)
        compared = compare(comparison, sent, arrived, subject=channel, last=last)
        yield from _for_each_source(connection, compared, channel, [table, web], channel=channel)


def _check_leads(connection: duckdb.DuckDBPyConnection, *, last: date) -> Iterable[SourceCheck]:
    forms = _web_table(connection, "conversions")
    if forms:
        sent = _series(connection, [forms], "conversions")
        leads = _series(connection, ["crm_leads"], "rows")
        compared = compare(FORMS_AND_LEADS, sent, leads, subject="forms and leads", last=last)
        yield from _for_each_source(connection, compared, "forms and leads", [forms, "crm_leads"])


def _web_table(connection: duckdb.DuckDBPyConnection, measure: str) -> str:
    # Sessions one by one where there are any, else the vendor's totals; both would count visits twice.
    for table in ("web_sessions", "web_traffic_days", "lead_events"):
        there = connection.execute(
            f"select 1 from {DAY_TOTALS} where landed_table = ? and {measure} > 0 limit 1", [table]
        ).fetchone()
        if there:
            return table
    return ""


def _series(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], measure: str, *, channel: str | None = None
) -> dict[date, float]:
    found = connection.execute(
        f"""
        select day, coalesce(sum({measure}), 0)::double from {DAY_TOTALS}
        where list_contains(?::varchar[], landed_table) and (?::varchar is null or channel = ?)
        group by day
        """,
        [list(tables), channel, channel],
    )
    return dict(found.fetchall())


def _for_each_source(
    connection: duckdb.DuckDBPyConnection,
    compared: Compared | None,
    subject: str,
    tables: Sequence[str],
    *,
    channel: str | None = None,
) -> Iterable[SourceCheck]:
    if compared is None:
        return
    outcome = CheckOutcome(
        check=compared.check, severity="warning", passed=compared.passed, reason=compared.reason
    )
    takes_part = connection.execute(
        f"""
        select distinct source, landed_table from {DAY_TOTALS}
        where list_contains(?::varchar[], landed_table) and day between ? and ?
            and (?::varchar is null or channel = ?)
        order by all
        """,
        [list(tables), compared.first, compared.last, channel, channel],
    ).fetchall()
    for source, table in takes_part:
        yield SourceCheck(subject, source, table, outcome)
