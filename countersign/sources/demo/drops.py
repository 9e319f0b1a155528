"""Which files the demo company drops, and in whose format: one entry per vendor's export."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb

from countersign.core.errors import SourceError
from countersign.core.warehouse import quote_text
from countersign.sources.demo.simulate import set_window

_CSV = "format csv, header true"
_SEMICOLON_CSV = "format csv, header true, delimiter ';'"
_JSON_LINES = "format json, compression gzip"
_PARQUET = "format parquet, compression zstd"

# Weeks before `until` that have a file of their own; what is older is one backfill file.
WEEKLY_FILES = 2


@dataclass(frozen=True)
class DatedExport:
    """An export cut by day: each file holds the days in its name, last day included."""

    view: str
    stem: str
    suffix: str
    options: str

    def path(self, start: date, *, end: date, label: str = "") -> Path:
        """The file for the days [start, end), relative to the workspace."""
        return Path("data") / f"{self.stem}{label}_{start}_{end - timedelta(days=1)}{self.suffix}"


@dataclass(frozen=True)
class FullExport:
    """An export that holds everything each time, under one name."""

    view: str
    path: Path
    options: str


GOOGLE = DatedExport("google_ads", "google_ads/report", ".csv", _CSV)
META = DatedExport("meta_ads", "meta_ads/insights", ".jsonl.gz", _JSON_LINES)
LINKEDIN = DatedExport("linkedin_ads", "linkedin_ads/kampagnen", ".csv", _SEMICOLON_CSV)
SESSIONS = DatedExport("web_sessions", "web_analytics/sessions", ".parquet", _PARQUET)
RATES = DatedExport("exchange_rates", "exchange_rates/ecb", ".csv", _CSV)
DATED = (GOOGLE, META, LINKEDIN, SESSIONS, RATES)
FULL = (
    FullExport("crm_leads", Path("data/crm/leads.csv"), _CSV),
    FullExport("crm_stage_history", Path("data/crm/stage_history.csv"), _CSV),
    FullExport("crm_deals", Path("data/crm/deals.csv"), _CSV),
    FullExport("crm_activities", Path("data/crm/activities.csv"), _CSV),
    FullExport("sales_feedback", Path("data/sales/feedback.csv"), _CSV),
)


@dataclass(frozen=True)
class Drop:
    """One file to write: an export, its days (None for all) and its path in the workspace."""

    view: str
    path: Path
    options: str
    days: tuple[date, date] | None = None


def first_drops(first_day: date, *, until: date) -> tuple[Drop, ...]:
    """The files of the first demo: one backfill and the newest weeks, and the full exports."""
    weeks = [until - timedelta(days=7 * back) for back in range(WEEKLY_FILES, 0, -1)]
    cuts = sorted({first_day, *(week for week in weeks if week > first_day), until})
    dated = [_dated(export, start, end=end) for export in DATED for start, end in pairwise(cuts)]
    return (*dated, *_full())


def second_drops(until: date) -> tuple[Drop, ...]:
    """The files of the week that starts on `until`, with what each vendor restates of the weeks before."""
    one, two = timedelta(days=7), timedelta(days=14)
    next_week = until + one
    return (
        # Google Ads and web analytics replace last week's file with new content.
        _dated(GOOGLE, until - one, end=until),
        _dated(GOOGLE, until, end=next_week),
        _dated(SESSIONS, until - one, end=until),
        _dated(SESSIONS, until, end=next_week),
        # Meta sends a correction of two weeks as a file of its own.
        _dated(META, until, end=next_week),
        _dated(META, until - two, end=until, label="_restated"),
        # LinkedIn exports the last fourteen days each time.
        _dated(LINKEDIN, until - one, end=next_week),
        _dated(RATES, until, end=next_week),
        *_full(),
    )


def more_drops(since: date, *, weeks: int) -> tuple[Drop, ...]:
    """The files of `weeks` weeks from `since` on, each as the last of these weeks tells it; no path twice."""
    each = (drop for week in range(weeks) for drop in second_drops(since + timedelta(days=7 * week)))
    return tuple({drop.path: drop for drop in each}.values())


def without_apis(drops: tuple[Drop, ...]) -> tuple[Drop, ...]:
    """The files of a company whose systems are read through APIs: web sessions and exchange rates."""
    return tuple(drop for drop in drops if drop.view in (SESSIONS.view, RATES.view))


def write_drop(connection: duckdb.DuckDBPyConnection, root: Path, *, drop: Drop) -> Path:
    """Write one file and return its path relative to the workspace.

    Raises:
        SourceError: the file cannot be written.
    """
    target = root / drop.path
    target.parent.mkdir(parents=True, exist_ok=True)
    query = f"select * from {drop.view}"
    if drop.days:
        start, end = drop.days
        set_window(connection, start, end=end)
        query = f"select * exclude (day) from {drop.view} where day >= date '{start}' and day < date '{end}'"
    try:
        connection.execute(f"copy ({query}) to {quote_text(str(target))} ({drop.options})")
    except duckdb.IOException as error:
        raise SourceError(
            "A file of the demo company cannot be written.",
            found=f"{drop.path}: {str(error).splitlines()[0][:200]}",
            fix="free disk space or choose a directory you may write to, then run it again",
        ) from error
    return drop.path


def _dated(export: DatedExport, start: date, *, end: date, label: str = "") -> Drop:
    return Drop(export.view, export.path(start, end=end, label=label), export.options, (start, end))


def _full() -> tuple[Drop, ...]:
    return tuple(Drop(export.view, export.path, export.options) for export in FULL)
