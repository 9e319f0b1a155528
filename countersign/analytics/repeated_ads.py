"""Ads that say the same, in one ad group or in several: alike ads bid against each other, and tell nothing
about each other's words.
"""

from typing import Any

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.rankings import RepeatedAdRow
from countersign.analytics.siblings import ADS, COLUMNS, WEEKS, shown
from countersign.core.contracts import Fact, Unit, Window
from countersign.core.warehouse import quote_text

TITLE = "Ads that say the same"
_MOST = 50


def find_repeated_ads(book: FactBook, calendar: Calendar) -> tuple[RepeatedAdRow, ...]:
    """Texts that stand in more than one ad with spend, what took most first; none where none does."""
    if not book.has(ADS.table, *ADS.within, ADS.own, "week_start", "ad_text", "repeat_key", *COLUMNS):
        return ()
    window = span(calendar.week, weeks=WEEKS)
    found = book.rows(
        "select repeat_key, max(ad_text) as ad_text, sum(spend_reporting) as spend"
        f" from marts.{ADS.table} where {_lately(window)} and repeat_key is not null group by repeat_key"
        f" having {_count(ADS.own)} > 1 order by spend desc, repeat_key limit {_MOST}"
    )
    return tuple(_repeated(book, one, window=window) for one in found)


def _repeated(book: FactBook, found: dict[str, Any], *, window: Window) -> RepeatedAdRow:
    text = shown(found["ad_text"])

    def cell(metric: str, what: str, *, columns: tuple[str, ...], unit: Unit = "count") -> Fact:
        return book.query(
            metric,
            f"select {what} from marts.{ADS.table} where {_lately(window)}"
            f" and repeat_key = {quote_text(found['repeat_key'])}",
            title=TITLE,
            unit=unit,
            columns=[f"{ADS.table}.{column}" for column in columns],
            window=window,
            dimensions={"ad_text": text},
        )

    ads = cell("ads", _count(ADS.own), columns=(*ADS.within, ADS.own))
    groups = cell("ad_groups", _count(), columns=ADS.within)
    spend = cell("spend_reporting", "sum(spend_reporting)", columns=("spend_reporting",), unit="currency")
    conversions = cell("platform_conversions", "sum(platform_conversions)", columns=("platform_conversions",))
    cost = book.derive(
        "ratio", [spend, conversions], metric="cost_per_platform_conversion", title=TITLE, unit="currency",
        window=window, dimensions={"ad_text": text},
    )  # fmt: skip
    return RepeatedAdRow(
        text=text,
        window=window,
        ads=ads.id,
        ad_groups=groups.id,
        spend=spend.id,
        conversions=conversions.id,
        cost=cost.id,
    )


def _count(*more: str) -> str:
    # The same id can be used at two platforms; a row of nulls would not be counted.
    keys = ", ".join(f"coalesce({name}, '')" for name in (*ADS.within, *more))
    return f"count(distinct ({keys}))"


def _lately(window: Window) -> str:
    return f"spend_reporting > 0 and week_start >= date '{window.start}' and week_start < date '{window.end}'"
