"""Channels by wasted budget: spend on what brought less than the company's own limits allow.

The limits are `wasted_spend` in config/company.yaml and the mart of that name applies them by campaign; a
channel whose leads name no campaigns is judged as a whole. Four weeks up to the week in question.
"""

from countersign.analytics.book import NO_DIMENSIONS, FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.rankings import WasteRow
from countersign.core.contracts import Fact, Window

TABLE = "wasted_spend"
TITLE = "Wasted spend by channel"
WEEKS = 4


def rank_waste(book: FactBook, calendar: Calendar) -> tuple[WasteRow, ...]:
    """All channels together, then those with waste, the most first; none where nothing was wasted."""
    if not book.has(TABLE, "channel", "week_start", "spend_reporting", "wasted_spend_reporting"):
        return ()
    window = span(calendar.week, weeks=WEEKS)
    named = book.rows(
        f"select channel from marts.{TABLE} where week_start >= date '{window.start}'"
        f" and week_start < date '{window.end}' group by channel having sum(wasted_spend_reporting) > 0"
        " order by sum(wasted_spend_reporting) desc, channel"
    )
    if not named:
        return ()
    return (_row(book, window, None), *(_row(book, window, row["channel"]) for row in named))


def _row(book: FactBook, window: Window, channel: str | None) -> WasteRow:
    spend, wasted = (
        _total(book, column, window, channel) for column in ("spend_reporting", f"{TABLE}_reporting")
    )
    share = book.derive(
        "share", [wasted, spend], metric="wasted_share", title=TITLE, unit="rate", window=window,
        dimensions=wasted.dimensions,
    )  # fmt: skip
    return WasteRow(channel=channel, window=window, spend=spend.id, wasted=wasted.id, share=share.id)


def _total(book: FactBook, column: str, window: Window, channel: str | None) -> Fact:
    place = {"channel": channel} if channel else NO_DIMENSIONS
    return book.total(column, TABLE, window=window, title=TITLE, unit="currency", dimensions=place)
