"""Ad groups that bring less for their money than the rest of their campaign.

The smallest piece of advertising that sources state; no CRM knows the ad group of a lead, so what it brought
is what its platform counts. Four weeks up to the week in question. Given its conversions, an ad group
that does as well as the rest of its campaign gets them in proportion to its spend: a binomial count. Ad
groups are many, so the probabilities of so few are corrected for their number.

Source: Benjamini and Hochberg (1995), "Controlling the false discovery rate", JRSS B 57(1), in SciPy.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scipy.stats import binom, false_discovery_control  # type: ignore[import-untyped]

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.rankings import AdGroupRow
from countersign.core.contracts import Fact, Unit, Window
from countersign.core.warehouse import quote_text

TABLE = "ad_group_week"
TITLE = "Ad groups beside the rest of their campaign"
WEEKS = 4
_COLUMNS = ("spend_reporting", "platform_conversions")
# One false flag in a hundred flags; and it has to be worth somebody's time.
_FALSE_SHARE, _MATERIAL = 0.01, 0.6
# So many would have to be expected: fewer vary too much to speak of.
_FEWEST_EXPECTED = 10.0


def find_weak_ad_groups(book: FactBook, calendar: Calendar) -> tuple[AdGroupRow, ...]:
    """Ad groups to look at, the one that took most first; none where none is clearly behind its campaign."""
    if not book.has(TABLE, "platform", "campaign_id", "ad_group_id", "week_start", "campaign_name",
                    "ad_group_name", "channel", *_COLUMNS):  # fmt: skip
        return ()
    window = span(calendar.week, weeks=WEEKS)
    groups = book.rows(
        "select platform, campaign_id, ad_group_id, max(campaign_name) as campaign_name,"
        " max(ad_group_name) as ad_group_name, max(channel) as channel, sum(spend_reporting) as spend,"
        f" sum(platform_conversions) as conversions from marts.{TABLE} where ad_group_id <> ''"
        f" and week_start >= date '{window.start}' and week_start < date '{window.end}' group by all"
        " having sum(spend_reporting) > 0 and sum(platform_conversions) is not null"
        " order by spend desc, platform, campaign_id, ad_group_id"
    )
    return tuple(_row(book, window, group) for group in find_behind(groups))


def find_behind(groups: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that brought clearly less than their share of their campaign's spend would have.

    Args:
        groups: `platform`, `campaign_id`, `spend` above zero and `conversions` of each.
    """
    compared = list(_compared(groups))
    if not compared:
        return []
    corrected = false_discovery_control([probability for _, _, probability in compared])
    return [
        group
        for (group, expected, _), probability in zip(compared, corrected, strict=True)
        if probability <= _FALSE_SHARE and float(group["conversions"]) <= _MATERIAL * expected
    ]


def _compared(groups: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], float, float]]:
    """Each ad group with what is expected of it, and the probability of so few or fewer."""
    campaigns = defaultdict(list)
    for group in groups:
        campaigns[group["platform"], group["campaign_id"]].append(group)
    for group in groups:
        siblings = campaigns[group["platform"], group["campaign_id"]]
        share = float(group["spend"]) / sum(float(one["spend"]) for one in siblings)
        counted = round(sum(float(one["conversions"]) for one in siblings))
        if len(siblings) > 1 and counted * share >= _FEWEST_EXPECTED:
            yield group, counted * share, float(binom.cdf(round(float(group["conversions"])), counted, share))


def _row(book: FactBook, window: Window, group: Mapping[str, Any]) -> AdGroupRow:
    campaign = {name: group[name] for name in ("platform", "campaign_id")}
    place = {**campaign, "ad_group_id": group["ad_group_id"]}

    def derive(function: str, inputs: list[Fact], *, metric: str, unit: Unit) -> Fact:
        return book.derive(
            function, inputs, metric=metric, title=TITLE, unit=unit, window=window, dimensions=place
        )

    spend, conversions = (_total(book, column, window, place) for column in _COLUMNS)
    others = [
        derive(
            "difference", [_total(book, column, window, campaign), own],
            metric=f"{column}_of_other_ad_groups", unit=own.unit,
        )
        for column, own in zip(_COLUMNS, (spend, conversions), strict=True)
    ]  # fmt: skip
    cost = derive("ratio", [spend, conversions], metric="cost_per_platform_conversion", unit="currency")
    usual = derive("ratio", others, metric="cost_per_platform_conversion_of_others", unit="currency")
    return AdGroupRow(
        name=group["ad_group_name"] or group["ad_group_id"],
        campaign=group["campaign_name"] or group["campaign_id"],
        channel=group["channel"],
        window=window,
        spend=spend.id,
        conversions=conversions.id,
        cost=cost.id,
        cost_of_others=usual.id,
    )


def _total(book: FactBook, column: str, window: Window, place: dict[str, str]) -> Fact:
    """The sum in an ad group, or over all ad groups of a campaign."""
    unit: Unit = "currency" if column.endswith("_reporting") else "count"
    tests = [f"{name} = {quote_text(value)}" for name, value in place.items()]
    tests += [
        "ad_group_id <> ''",
        f"week_start >= date '{window.start}'",
        f"week_start < date '{window.end}'",
    ]
    return book.query(
        column,
        f"select sum({column}) from marts.{TABLE} where {' and '.join(tests)}",
        title=TITLE,
        unit=unit,
        columns=[f"{TABLE}.{column}"],
        window=window,
        dimensions=place,
    )
