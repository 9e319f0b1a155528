"""Single ads: which bring less for their money than the rest of their ad group, and which say the same.

Where no source tells single ads there are none. Ads say the same where `repeat_key` says so, in one ad group
or in several; both want a look: alike ads bid against each other, and tell nothing about each other's words.
"""

from typing import Any

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.rankings import RepeatedAdRow, SingleAdRow
from countersign.analytics.siblings import COLUMNS, WEEKS, Level, compare_costs, find_behind, read_pieces
from countersign.core.contracts import Fact, Unit, Window
from countersign.core.warehouse import quote_text

ADS = Level(
    table="ad_week",
    title="Ads beside the rest of their ad group",
    own="ad_id",
    within=("platform", "campaign_id", "ad_group_id"),
    others="other_ads",
)
REPEATED = "Ads that say the same"
_NAMES = ("ad_group_name", "ad_name", "ad_text", "channel")
_MOST = 50
_LONGEST = 80


def find_weak_ads(book: FactBook, calendar: Calendar) -> tuple[SingleAdRow, ...]:
    """Ads to look at, the one that took most first; none where none is clearly behind its ad group."""
    if not book.has(ADS.table, *ADS.within, ADS.own, "week_start", *_NAMES, *COLUMNS):
        return ()
    window = span(calendar.week, weeks=WEEKS)
    rows = []
    for ad in find_behind(read_pieces(book, ADS, window, names=_NAMES), within=ADS.within):
        figures = compare_costs(book, ADS, window, piece=ad)
        rows.append(
            SingleAdRow(
                name=_shown(ad["ad_name"] or ad["ad_text"] or ad["ad_id"]),
                ad_group=ad["ad_group_name"] or ad["ad_group_id"],
                channel=ad["channel"],
                window=window,
                spend=figures.spend.id,
                conversions=figures.conversions.id,
                cost=figures.cost.id,
                cost_of_others=figures.cost_of_others.id,
            )
        )
    return tuple(rows)


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
    text = _shown(found["ad_text"])

    def cell(metric: str, what: str, *, columns: tuple[str, ...], unit: Unit = "count") -> Fact:
        return book.query(
            metric,
            f"select {what} from marts.{ADS.table} where {_lately(window)}"
            f" and repeat_key = {quote_text(found['repeat_key'])}",
            title=REPEATED,
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
        "ratio", [spend, conversions], metric="cost_per_platform_conversion", title=REPEATED, unit="currency",
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


def _shown(text: str) -> str:
    """The name or words of an ad, short enough for a cell."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
