"""Content that says the same and was published more than once, with what it did the first time and lately.

E-mails with one subject line and posts with the same words, as `repeat_key` finds them, that went out again
in the last four weeks. The first time is the first week on record that it went out.
"""

from typing import Any

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.rankings import RepeatRow
from countersign.analytics.wilson import share_z
from countersign.core.contracts import Fact, Window
from countersign.core.periods import WEEK
from countersign.core.warehouse import quote_text

TABLE = "content_performance"
TITLE = "Content that was published again"
WEEKS = 4
_MOST = 50
# So much less response comes by chance once in 2,000; and a loss of a fifth is worth a look.
_WORN_Z, _MATERIAL = -3.3, 0.8


def find_repeats(book: FactBook, calendar: Calendar) -> tuple[RepeatRow, ...]:
    """Repeated content, what wears out first, then what went out most; none where nothing was repeated."""
    if not book.has(TABLE, "content_id", "title", "repeat_key", "week_start", "shown", "engagements"):
        return ()
    lately = span(calendar.week, weeks=WEEKS)
    found = book.rows(
        "select repeat_key, max_by(title, (week_start, content_id)) as title, min(week_start) as first_week,"
        f" count(distinct content_id) as times from marts.{TABLE} where repeat_key is not null"
        f" and shown > 0 and week_start < date '{lately.end}' group by repeat_key"
        f" having count(distinct content_id) > 1 and min(week_start) < date '{lately.start}'"
        f" and max(week_start) >= date '{lately.start}' order by times desc, repeat_key limit {_MOST}"
    )
    rows = (_row(book, one, lately=lately) for one in found)
    return tuple(sorted((row for row in rows if row is not None), key=lambda row: not row.is_worn))


def _row(book: FactBook, found: dict[str, Any], *, lately: Window) -> RepeatRow | None:
    first = Window(start=found["first_week"], end=found["first_week"] + WEEK)
    key, title = found["repeat_key"], found["title"]
    whole = Window(start=first.start, end=lately.end)
    times = _cell(book, "count(distinct content_id)", key, whole, metric="times_published", title=title)
    shown = _cell(book, "sum(shown)", key, whole, metric="shown", title=title)
    counts = {
        window.start: [
            _cell(book, f"sum({column})", key, window, metric=column, title=title)
            for column in ("engagements", "shown")
        ]
        for window in (first, lately)
    }
    rates = [
        book.derive(
            "ratio", counts[window.start], metric=f"engagement_rate_{name}", title=TITLE, unit="rate",
            window=window, dimensions={"title": title},
        )
        for name, window in (("first", first), ("lately", lately))
    ]  # fmt: skip
    if any(rate.value is None for rate in rates):
        return None  # its platform does not say who responded
    z = share_z(_pair(counts[lately.start]), _pair(counts[first.start]))
    then, now = (float(rate.value or 0) for rate in rates)
    return RepeatRow(
        title=title,
        lately=lately,
        times=times.id,
        shown=shown.id,
        rate_first=rates[0].id,
        rate_lately=rates[1].id,
        is_worn=z is not None and z <= _WORN_Z and now <= _MATERIAL * then,
    )


def _cell(book: FactBook, what: str, key: str, window: Window, *, metric: str, title: str) -> Fact:
    return book.query(
        metric,
        f"select {what} from marts.{TABLE} where repeat_key = {quote_text(key)} and shown > 0"
        f" and week_start >= date '{window.start}' and week_start < date '{window.end}'",
        title=TITLE,
        unit="count",
        columns=[f"{TABLE}.content_id", f"{TABLE}.shown", f"{TABLE}.engagements"],
        window=window,
        dimensions={"title": title},
    )


def _pair(facts: list[Fact]) -> tuple[float, float]:
    return float(facts[0].value or 0), float(facts[1].value or 0)
