"""Which week an analysis is about, and how far back cohorts have had the time to mature."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from countersign.analytics.book import FactBook
from countersign.analytics.metrics import Metric
from countersign.core.contracts import Window
from countersign.core.periods import WEEK, last_full_week, previous_week, week_of
from countersign.core.workspace import Company

# What dates a week: any of these known and not zero.
_DATED_BY = ("leads", "spend", "sessions", "opportunities", "revenue")

# Landed tables with rows on every day, and how many silent days at the end of a week are normal. A
# quiet weekend without a lead is no gap; a day without ad rows is one. Other tables are too thin to
# tell silence from a gap.
_SILENT_DAYS = {"ad_performance": 0, "web_sessions": 0, "crm_leads": 2}


@dataclass(frozen=True)
class Calendar:
    """The weeks of one analysis.

    Args:
        week: the week it is about.
        is_stale: the week is older than the last full one at `as_of`.
        horizon: exclusive day up to which verdicts can have arrived.
        gaps: landed tables whose data end before the week does.
    """

    week: Window
    is_stale: bool
    horizon: date
    gaps: frozenset[str]

    @property
    def prior(self) -> Window:
        """The week before."""
        return previous_week(self.week)

    def matured(self, days: int) -> Window:
        """The last week, not after `week`, that ended at least `days` before the horizon."""
        last = week_of(self.horizon - timedelta(days=days) - WEEK)
        return last if last.start < self.week.start else self.week

    def is_incomplete(self, metric: Metric, week: Window) -> bool:
        """Whether a source of the metric ends inside this week."""
        return week == self.week and not self.gaps.isdisjoint(metric.landed)


def span(last: Window, *, weeks: int, skip: int = 0) -> Window:
    """A window of `weeks` whole weeks that ends `skip` weeks before the end of `last`.

    >>> window = Window(start=date(2026, 11, 9), end=date(2026, 11, 16))
    >>> span(window, weeks=4, skip=1).start.isoformat()
    '2026-10-12'
    """
    end = last.end - WEEK * skip
    return Window(start=end - WEEK * weeks, end=end)


def choose_calendar(book: FactBook, company: Company, *, week: Window | None) -> Calendar | None:
    """The calendar of the asked week, or of the last full week that has data; None when undated."""
    dated = sorted({start for metric in _DATED_BY for start in book.weeks(metric)})
    if not dated:
        return None
    current = last_full_week(book.snapshot.as_of, time_zone=company.time_zone)
    through = [day for day in book.snapshot.data_through.values() if day is not None]
    ends = _daily_data_ends(book) or through
    chosen = week or _last_with_data(dated, current, data_end=max(ends) if ends else None)
    is_stale = chosen.start < current.start
    today = book.snapshot.as_of.astimezone(ZoneInfo(company.time_zone)).date()
    ended = week is None and is_stale
    horizon = max([chosen.end, *(day + timedelta(days=1) for day in through)]) if ended else today
    return Calendar(week=chosen, is_stale=is_stale, horizon=horizon, gaps=_find_gaps(book, chosen))


def _last_with_data(dated: list[date], current: Window, *, data_end: date | None) -> Window:
    weeks = [week_of(day) for day in dated if day <= current.start]
    whole = [week for week in weeks if data_end is None or week.end <= data_end + timedelta(days=1)]
    # Data that ends inside the current week still make it the week in question: the gap is reported.
    if weeks and weeks[-1] == current:
        return current
    return (whole or weeks or [week_of(dated[0])])[-1]


def _daily_data_ends(book: FactBook) -> list[date]:
    """How far the tables with rows on every day reach: deals won later do not make a week of leads whole."""
    if not book.has("data_trust", "landed_table", "data_through"):
        return []
    rows = book.rows(
        "select landed_table, max(data_through) as data_through from marts.data_trust"
        " where data_through is not null group by landed_table"
    )
    return [row["data_through"] for row in rows if row["landed_table"] in _SILENT_DAYS]


def _find_gaps(book: FactBook, week: Window) -> frozenset[str]:
    if not book.has("data_trust", "landed_table", "data_through"):
        return frozenset()
    rows = book.rows(
        "select landed_table, min(data_through) as data_through from marts.data_trust"
        f" where data_through >= date '{week.start}' group by landed_table"
    )
    ends = {row["landed_table"]: row["data_through"] for row in rows if row["landed_table"] in _SILENT_DAYS}
    last = week.end - timedelta(days=1)
    gaps = {table for table, end in ends.items() if end < last - timedelta(days=_SILENT_DAYS[table])}
    # Nobody can tell a quiet weekend from an export that stops on the day where another's stops too.
    cut = max((ends[table] for table in gaps), default=None)
    return frozenset(gaps | {table for table, end in ends.items() if cut is not None and end <= cut})
