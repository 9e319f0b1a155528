"""Channels by wasted budget, and in each the campaigns that broke the company's own limits.

The limits are `wasted_spend` in config/company.yaml and the mart of that name applies them by campaign; a
channel whose leads name no campaigns is judged as a whole. Four weeks up to the week in question: a week's
spend counts when the weeks up to it, as many as the limits look at, broke one.
"""

from collections.abc import Mapping
from typing import Any

from countersign.analytics.book import NO_DIMENSIONS, FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.rankings import BrokenLimit, Waste, WasteRow
from countersign.core.contracts import Fact, Unit, Window
from countersign.core.periods import week_of
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Company

TABLE = "wasted_spend"
TITLE = "Wasted spend by channel and campaign"
WEEKS = 4
# Nobody reads a longer table; the channels and the total count all.
_MOST_CAMPAIGNS = 50
_UNJUDGED = ("too few verdicts", "not judged")
_KEYS = ("platform", "campaign_id", "week_start", "channel", "campaign_name", "judged_by", "rule")
_RECENT = ("recent_spend_reporting", "recent_leads", "recent_decided_leads", "recent_accepted_leads")


def rank_waste(book: FactBook, calendar: Calendar, *, company: Company) -> Waste | None:
    """Channels with waste, the most first, each before its campaigns; None where nothing was wasted."""
    if not book.has(TABLE, *_KEYS, *_RECENT, "spend_reporting", "wasted_spend_reporting"):
        return None
    window = span(calendar.week, weeks=WEEKS)
    weeks = company.wasted_spend.weeks
    rows = []
    for channel in _channels(book, window):
        place = {"channel": channel}
        whole = _last_broken(book, window, channel, judged_by="channel")
        limit = _broken(book, whole[0], place, weeks=weeks) if whole else None
        rows.append(_row(book, window, place, channel=channel, limit=limit))
        for each in _last_broken(book, window, channel, judged_by="campaign"):
            place = {"platform": each["platform"], "campaign_id": each["campaign_id"]}
            limit = _broken(book, each, place, weeks=weeks)
            rows.append(_row(book, window, place, channel=channel, campaign=each["name"], limit=limit))
    if not rows:
        return None
    return Waste(
        total=_row(book, window, NO_DIMENSIONS), rows=tuple(rows), unjudged=_unjudged(book, window).id
    )


def _channels(book: FactBook, window: Window) -> list[str]:
    rows = book.rows(
        f"select channel from marts.{TABLE} where {_within(window)} group by channel"
        " having sum(wasted_spend_reporting) > 0 order by sum(wasted_spend_reporting) desc, channel"
    )
    return [row["channel"] for row in rows]


def _last_broken(book: FactBook, window: Window, channel: str, *, judged_by: str) -> list[dict[str, Any]]:
    """The last week in which each campaign of a channel broke a limit, the one that wasted most first."""
    return book.rows(
        "select platform, campaign_id, max_by(coalesce(campaign_name, campaign_id), week_start) as name,"
        " max(week_start) as week_start, max_by(rule, week_start) as rule"
        f" from marts.{TABLE} where channel = {quote_text(channel)} and judged_by = {quote_text(judged_by)}"
        f" and wasted_spend_reporting > 0 and {_within(window)}"
        " group by platform, campaign_id"
        f" order by sum(wasted_spend_reporting) desc, platform, campaign_id limit {_MOST_CAMPAIGNS}"
    )


def _row(
    book: FactBook,
    window: Window,
    place: Mapping[str, str],
    *,
    channel: str | None = None,
    campaign: str | None = None,
    limit: BrokenLimit | None = None,
) -> WasteRow:
    spend, wasted = (
        book.total(column, TABLE, window=window, title=TITLE, unit="currency", dimensions=place)
        for column in ("spend_reporting", f"{TABLE}_reporting")
    )
    share = book.derive(
        "share", [wasted, spend], metric="wasted_share", title=TITLE, unit="rate", window=window,
        dimensions=place,
    )  # fmt: skip
    return WasteRow(
        channel=channel, campaign=campaign, window=window, spend=spend.id, wasted=wasted.id,
        share=share.id, limit=limit,
    )  # fmt: skip


def _broken(book: FactBook, found: Mapping[str, Any], place: Mapping[str, str], *, weeks: int) -> BrokenLimit:
    """The limit that was broken last, with the figures that broke it, of the weeks that it looks at."""
    window = span(week_of(found["week_start"]), weeks=weeks)
    keys = ("platform", "campaign_id")
    where = " and ".join(f"{column} = {quote_text(found[column])}" for column in keys)

    def cell(column: str) -> Fact:
        unit: Unit = "currency" if column.endswith("_reporting") else "count"
        return book.query(
            column,
            f"select {column} from marts.{TABLE} where {where} and week_start = date '{found['week_start']}'",
            title=TITLE, unit=unit, columns=[f"{TABLE}.{column}"], window=window, dimensions=place,
        )  # fmt: skip

    spend, leads, decided, accepted = (cell(column).id for column in _RECENT)
    return BrokenLimit(
        rule=found["rule"], window=window, spend=spend, leads=leads, decided=decided,
        accepted=accepted,
    )  # fmt: skip


def _unjudged(book: FactBook, window: Window) -> Fact:
    """What went to campaigns in weeks in which they could not be held against the limits."""
    rules = ", ".join(quote_text(rule) for rule in _UNJUDGED)
    return book.query(
        "spend_not_judged",
        f"select coalesce(sum(spend_reporting), 0) from marts.{TABLE}"
        f" where rule in ({rules}) and {_within(window)}",
        title=TITLE, unit="currency", columns=[f"{TABLE}.spend_reporting", f"{TABLE}.rule"], window=window,
    )  # fmt: skip


def _within(window: Window) -> str:
    return f"week_start >= date '{window.start}' and week_start < date '{window.end}'"
