"""What stands in ranked tables: campaigns, channels by waste, segments, pages, planned events (fact ids)."""

from countersign.core.contracts import Record, Window


class CampaignRow(Record):
    """What one campaign took and brought in a window (fact ids); without a name it is all of them together.

    The columns are those of `campaign_week`; a fact's value is None where no source tells it.
    """

    name: str | None
    channel: str | None
    window: Window
    spend_reporting: str
    leads: str
    accepted_leads: str
    pipeline_reporting: str


class WasteRow(Record):
    """What a channel spent on what fell below the company's limits; channel None is all (fact ids)."""

    channel: str | None
    window: Window
    spend: str
    wasted: str
    share: str


class AudienceRow(Record):
    """How a segment responded; segment None is all of them together (fact ids)."""

    segment: str | None
    window: Window
    leads: str
    accepted: str
    accepted_share: str
    pipeline: str


class ContentRow(Record):
    """A page that turns fewer of its sessions into leads than the other pages do (fact ids)."""

    page: str
    window: Window
    sessions: str
    conversions: str
    rate: str
    rate_of_others: str


class EventRow(Record):
    """A planned event: leads a day since against before, there and elsewhere (fact ids; rates of change).

    `beyond` is how much further the place went than the others, with its 80% interval.
    """

    name: str
    since: Window
    before: Window
    leads: str
    change_here: str
    change_elsewhere: str
    beyond: str
    low: str
    high: str


class Rankings(Record):
    """All ranked tables; one that the grant or the data cannot fill is empty.

    The first of `campaigns`, `waste` and `audiences` is the total of all.
    """

    campaigns: tuple[CampaignRow, ...] = ()
    waste: tuple[WasteRow, ...] = ()
    audiences: tuple[AudienceRow, ...] = ()
    weak_pages: tuple[ContentRow, ...] = ()
    events: tuple[EventRow, ...] = ()
