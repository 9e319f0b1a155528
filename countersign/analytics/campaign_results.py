"""What campaigns cost and what became of it: leads, leads that sales accepted, and pipeline.

Over a quarter up to the week in question, because a deal opens weeks after the click that began it. Clicks
and impressions are left out on purpose: they are no result.
"""

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.campaigns import TABLE, Campaign, list_campaigns
from countersign.analytics.rankings import CampaignRow
from countersign.core.contracts import Fact, Unit, Window

WEEKS = 13
# Nobody reads a longer table; the total counts all.
_MOST = 50
TITLE = "Pipeline by campaign"
_COLUMNS = ("spend_reporting", "leads", "accepted_leads", "pipeline_reporting")


def build_campaign_results(book: FactBook, calendar: Calendar) -> tuple[CampaignRow, ...]:
    """All campaigns together, then each, the most pipeline first; none where no deal names a campaign."""
    if not book.has(TABLE, "platform", "campaign_id", "week_start", "campaign_name", "channel", *_COLUMNS):
        return ()
    window = span(calendar.week, weeks=WEEKS)
    if not _total(book, "pipeline_reporting", window, None).value:
        return ()
    ranked = list_campaigns(book, window, by="pipeline_reporting")[:_MOST]
    return (_row(book, window), *(_row(book, window, campaign) for campaign in ranked))


def _row(book: FactBook, window: Window, campaign: Campaign | None = None) -> CampaignRow:
    return CampaignRow(
        name=campaign and campaign.name,
        channel=campaign and campaign.channel,
        window=window,
        **{column: _total(book, column, window, campaign).id for column in _COLUMNS},
    )


def _total(book: FactBook, column: str, window: Window, campaign: Campaign | None) -> Fact:
    unit: Unit = "currency" if column.endswith("_reporting") else "count"
    place = campaign.dimensions if campaign else {}
    return book.total(column, TABLE, window=window, title=TITLE, unit=unit, dimensions=place)
