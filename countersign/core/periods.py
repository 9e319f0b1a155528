"""Weeks, windows and `as_of`: time is always an argument, windows are half-open."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from countersign.core.contracts import Window

WEEK = timedelta(days=7)


def week_of(day: date) -> Window:
    """The Monday-to-Sunday week that holds a day, as a half-open window.

    >>> week_of(date(2026, 11, 15)).start.isoformat()
    '2026-11-09'
    """
    monday = day - timedelta(days=day.weekday())
    return Window(start=monday, end=monday + WEEK)


def last_full_week(as_of: datetime, *, time_zone: str) -> Window:
    """The last week that had ended, in the company's reporting zone, at an exclusive instant.

    >>> last_full_week(datetime(2026, 11, 16, tzinfo=UTC), time_zone="UTC").start.isoformat()
    '2026-11-09'
    """
    last_instant = as_of.astimezone(UTC) - timedelta(microseconds=1)
    this_week = week_of(last_instant.astimezone(ZoneInfo(time_zone)).date())
    end_local = datetime.combine(this_week.end, time(), tzinfo=ZoneInfo(time_zone))
    if end_local.astimezone(UTC) <= as_of.astimezone(UTC):
        return this_week
    return previous_week(this_week)


def day_of(instant: datetime, *, time_zone: str) -> date:
    """The company's day that an instant falls on.

    >>> day_of(datetime(2026, 11, 15, 23, 30, tzinfo=UTC), time_zone="Europe/Berlin").isoformat()
    '2026-11-16'
    """
    return instant.astimezone(ZoneInfo(time_zone)).date()


def previous_week(week: Window) -> Window:
    """The week before."""
    return Window(start=week.start - WEEK, end=week.start)


def weeks_ending_with(week: Window, *, count: int) -> tuple[Window, ...]:
    """`count` consecutive weeks, oldest first, the given one last."""
    starts = [week.start - WEEK * back for back in range(count - 1, -1, -1)]
    return tuple(Window(start=start, end=start + WEEK) for start in starts)


def describe_window(window: Window) -> str:
    """A window as people write it, last day included.

    >>> describe_window(Window(start=date(2026, 11, 9), end=date(2026, 11, 16)))
    '9–15 November 2026'
    """
    first, last = window.start, window.end - timedelta(days=1)
    if first == last:
        return f"{first.day} {first:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%B %Y}"
    if first.year == last.year:
        return f"{first.day} {first:%B} – {last.day} {last:%B %Y}"
    return f"{first.day} {first:%B %Y} – {last.day} {last:%B %Y}"
