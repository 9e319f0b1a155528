"""Ad groups that bring less for their money than the rest of their campaign."""

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.rankings import AdGroupRow
from countersign.analytics.siblings import COLUMNS, WEEKS, Level, compare_costs, find_behind, read_pieces

AD_GROUPS = Level(
    table="ad_group_week",
    title="Ad groups beside the rest of their campaign",
    own="ad_group_id",
    within=("platform", "campaign_id"),
    others="other_ad_groups",
)
_NAMES = ("campaign_name", "ad_group_name", "channel")


def find_weak_ad_groups(book: FactBook, calendar: Calendar) -> tuple[AdGroupRow, ...]:
    """Ad groups to look at, the one that took most first; none where none is clearly behind its campaign."""
    level = AD_GROUPS
    if not book.has(level.table, *level.within, level.own, "week_start", *_NAMES, *COLUMNS):
        return ()
    window = span(calendar.week, weeks=WEEKS)
    rows = []
    for group in find_behind(read_pieces(book, level, window, names=_NAMES), within=level.within):
        figures = compare_costs(book, level, window, piece=group)
        rows.append(
            AdGroupRow(
                name=group["ad_group_name"] or group["ad_group_id"],
                campaign=group["campaign_name"] or group["campaign_id"],
                channel=group["channel"],
                window=window,
                spend=figures.spend.id,
                conversions=figures.conversions.id,
                cost=figures.cost.id,
                cost_of_others=figures.cost_of_others.id,
            )
        )
    return tuple(rows)
