"""What stands in ranked tables: campaigns, waste, ad groups, ads, segments, content, events (fact ids)."""

from typing import Literal

from countersign.core.contracts import Record, Window

Dimension = Literal["segment", "country"]


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


class BrokenLimit(Record):
    """The limit that a campaign broke last, and the figures that broke it (fact ids).

    `rule` is in the words of the mart; the figures are those of the weeks that the limits look at together.
    """

    rule: Literal["no leads", "too few leads accepted", "accepted leads cost too much"]
    window: Window
    spend: str
    leads: str
    decided: str
    accepted: str


class WasteRow(Record):
    """What went to what fell below the company's limits: in all, in a channel, or on a campaign (fact ids).

    `limit` is that of what was judged: a campaign, or a channel whose leads name no campaigns.
    """

    channel: str | None
    campaign: str | None
    window: Window
    spend: str
    wasted: str
    share: str
    limit: BrokenLimit | None


class Waste(Record):
    """Channels by what they wasted, the most first, each before its campaigns.

    `unjudged` is the spend that could not be held against the limits (fact id).
    """

    total: WasteRow
    rows: tuple[WasteRow, ...]
    unjudged: str


class AudienceRow(Record):
    """How a segment responded; segment None is all of them together (fact ids).

    `acceptance_rate` is of the leads that sales decided on.
    """

    segment: str | None
    window: Window
    leads: str
    decided: str
    accepted: str
    acceptance_rate: str
    pipeline: str


class ContentRow(Record):
    """A page that turns fewer of its sessions into leads than the other pages do (fact ids)."""

    page: str
    window: Window
    sessions: str
    conversions: str
    rate: str
    rate_of_others: str


class PieceRow(Record):
    """A piece of advertising that brings less for its money than the rest of its whole (fact ids).

    An ad group beside its campaign, or an ad beside its ad group. `name` is what it is called, or says where
    it has no name; `part_of` names the whole. `conversions` are what its platform counts; `cost` is per
    conversion, and has no value without one.
    """

    name: str
    part_of: str
    channel: str
    window: Window
    spend: str
    conversions: str
    cost: str
    cost_of_others: str


class RepeatedAdRow(Record):
    """What several ads say word for word, and what they took together (fact ids); see PieceRow."""

    text: str
    window: Window
    ads: str
    ad_groups: str
    spend: str
    conversions: str
    cost: str


class RepeatRow(Record):
    """Content that went out more than once; `title` is of its newest piece (fact ids).

    `is_worn` says that lately clearly fewer of those who were shown it responded than the first time.
    """

    title: str
    lately: Window
    times: str
    shown: str
    rate_first: str
    rate_lately: str
    is_worn: bool


class OpportunityRow(Record):
    """A small market or audience whose leads sales accepts clearly more often than the others (fact ids).

    `rate` is of the leads that sales decided on, `low` the low end of its 80% interval; `growth` is of its
    leads, against the quarter before, and None where the record does not hold all of that quarter.
    """

    dimension: Dimension
    place: str
    window: Window
    leads: str
    growth: str | None
    decided: str
    rate: str
    low: str
    rate_elsewhere: str
    share_of_leads: str


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
    """All ranked tables; one that the grant or the data cannot fill is empty, or None.

    The first of `campaigns` and `audiences` is the total of all.
    """

    campaigns: tuple[CampaignRow, ...] = ()
    waste: Waste | None = None
    audiences: tuple[AudienceRow, ...] = ()
    weak_pages: tuple[ContentRow, ...] = ()
    weak_ad_groups: tuple[PieceRow, ...] = ()
    weak_ads: tuple[PieceRow, ...] = ()
    repeated_ads: tuple[RepeatedAdRow, ...] = ()
    repeats: tuple[RepeatRow, ...] = ()
    opportunities: tuple[OpportunityRow, ...] = ()
    events: tuple[EventRow, ...] = ()
