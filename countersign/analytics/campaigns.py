"""Campaigns: which of them carry a channel's change, and which still spend though their leads are gone.

A campaign's leads are compared with what its own spend brought before: expected = spend now · leads
before / spend before. It is waste when it brings less than half of that, by more than chance (one in
2,000, because campaigns are many), while it spends at least four fifths a week of what it did.

A campaign that lost its leads within one week while its clicks hold is no waste yet: something broke
between the click and the lead, so it is a drop-off of that step, to be mended rather than stopped.
"""

import math
from dataclasses import dataclass

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.cost_change import Place, as_parts, split_over
from countersign.analytics.metrics import COST_COUNTS
from countersign.analytics.records import Movement
from countersign.core.contracts import Fact, Finding, Unit, Window
from countersign.core.warehouse import quote_text

TABLE = "campaign_week"
TITLE = "Campaigns by week"
EARLIER_WEEKS = 13

# Windows that are looked at, longest first: a slow death needs weeks to be sure, a sudden one does not.
RECENT_WEEKS = (4, 1)

WITHOUT_CAMPAIGN = "Without a campaign"

_COLUMNS = {
    "spend": "spend_reporting",
    "clicks": "clicks",
    "leads": "leads",
    "accepted_leads": "accepted_leads",
}
_LOW_Z, _GONE, _STILL_SPENDING, _FEWEST_EXPECTED = -3.3, 0.5, 0.8, 10


@dataclass(frozen=True)
class Campaign:
    """A campaign as its platform knows it, and the channel that most of its spend belongs to."""

    platform: str
    campaign_id: str
    name: str
    channel: str

    @property
    def dimensions(self) -> dict[str, str]:
        """The columns of the mart that name it."""
        return {"platform": self.platform, "campaign_id": self.campaign_id}


def find_dead_campaigns(book: FactBook, calendar: Calendar) -> tuple[Finding, ...]:
    """Campaigns that still spend though most of their leads are gone; none without campaign data."""
    if not _is_readable(book) or "crm_leads" in calendar.gaps:
        return ()
    findings = []
    for campaign in list_campaigns(book, span(calendar.week, weeks=RECENT_WEEKS[0])):
        judged = (_judge(book, campaign, calendar.week, weeks=weeks) for weeks in RECENT_WEEKS)
        found = next((finding for finding in judged if finding is not None), None)
        if found is not None:
            findings.append(found)
    return tuple(findings)


def split_by_campaign(book: FactBook, movement: Movement, *, finding: Finding) -> Finding | None:
    """The finding of one channel's cost with its parts by campaign, None where campaigns are not known.

    What the channel has beyond its campaigns, such as leads that name none, is one more part.
    """
    channel, campaigns = movement.channel, channel_campaigns(book, movement)
    if channel is None or not campaigns:
        return None
    places = {_label(campaign, campaigns): place_of(book, campaign) for campaign in campaigns}
    places[WITHOUT_CAMPAIGN] = _rest(book, channel, campaigns)
    change = split_over(book, movement, places=places, by="campaign")
    if change is None:
        return None
    parts = as_parts(change.by_channel, "campaign")
    return finding.model_copy(update={"key": f"{finding.key}:campaigns", "parts": parts})


def channel_campaigns(book: FactBook, movement: Movement) -> list[Campaign]:
    """The campaigns of a movement's channel in its two weeks; none where campaigns are not known."""
    if movement.channel is None or not _is_readable(book):
        return []
    window = Window(start=movement.prior_week.start, end=movement.week.end)
    return [campaign for campaign in list_campaigns(book, window) if campaign.channel == movement.channel]


def list_campaigns(book: FactBook, window: Window, *, by: str = "spend_reporting") -> list[Campaign]:
    """The campaigns of a window, those with most of `by` first."""
    rows = book.rows(
        "select platform, campaign_id, max(campaign_name) as name, max(channel) as channel"
        f" from marts.{TABLE} where week_start >= date '{window.start}' and week_start < date '{window.end}'"
        f" group by platform, campaign_id order by sum({by}) desc nulls last, platform, campaign_id"
    )
    return [
        Campaign(row["platform"], row["campaign_id"], row["name"] or row["campaign_id"], row["channel"])
        for row in rows
    ]


def _is_readable(book: FactBook) -> bool:
    return book.has(TABLE, "platform", "campaign_id", "campaign_name", "channel", *_COLUMNS.values())


def _label(campaign: Campaign, campaigns: list[Campaign]) -> str:
    """A campaign's name, with its id where two share one."""
    same = [other for other in campaigns if other.name == campaign.name]
    return campaign.name if len(same) == 1 else f"{campaign.name} ({campaign.campaign_id})"


def place_of(book: FactBook, campaign: Campaign) -> Place:
    """A campaign as a part of its channel's cost."""
    return Place(
        dimensions=campaign.dimensions,
        figure=lambda metric, week: total_of(book, campaign, metric, window=week),
    )


def _rest(book: FactBook, channel: str, campaigns: list[Campaign]) -> Place:
    def figure(metric: str, week: Window) -> Fact:
        column, pairs = _COLUMNS[metric], [(each.platform, each.campaign_id) for each in campaigns]
        listed = ", ".join(f"({quote_text(platform)}, {quote_text(name)})" for platform, name in pairs)
        # Zero is measured: in a week without rows the campaigns took nothing of the channel's figure.
        of_campaigns = book.query(
            column,
            f"select coalesce(sum({column}), 0) from marts.{TABLE} where week_start = date '{week.start}'"
            f" and (platform, campaign_id) in ({listed})",
            title=TITLE,
            unit=_unit(metric),
            columns=[f"{TABLE}.{column}"],
            window=week,
            dimensions={"channel": channel},
        )
        return book.derive(
            "difference",
            [book.metric(metric, week, channel=channel), of_campaigns],
            metric=f"{metric}_without_campaign",
            title=TITLE,
            unit=_unit(metric),
            window=week,
            dimensions={"channel": channel},
        )

    return Place(dimensions={"channel": channel, "campaign": WITHOUT_CAMPAIGN}, figure=figure)


def total_of(book: FactBook, campaign: Campaign, metric: str, *, window: Window) -> Fact:
    """A campaign's spend, clicks, leads or accepted leads in a window of whole weeks."""
    return book.total(
        _COLUMNS[metric],
        TABLE,
        window=window,
        title=TITLE,
        unit=_unit(metric),
        dimensions=campaign.dimensions,
    )


def _unit(metric: str) -> Unit:
    return "currency" if metric == "spend" else "count"


def _judge(book: FactBook, campaign: Campaign, week: Window, *, weeks: int) -> Finding | None:
    recent, earlier = span(week, weeks=weeks), span(week, weeks=EARLIER_WEEKS, skip=weeks)
    spend, leads = (total_of(book, campaign, name, window=recent) for name in ("spend", "leads"))
    spent, brought = (total_of(book, campaign, name, window=earlier) for name in ("spend", "leads"))
    if not spend.value or leads.value is None or not spent.value or not brought.value:
        return None
    per_money = _derive(book, campaign, "ratio", [brought, spent], unit="ratio", name="leads_per_spend")
    expected = _derive(book, campaign, "product", [spend, per_money], unit="count", name="expected_leads")
    # A campaign, or a record, that is younger than the earlier weeks has not spent in all of them.
    weeks_before = book.weeks_on_record(TABLE, earlier, dimensions=campaign.dimensions)
    is_spending = float(spend.value) / weeks >= _STILL_SPENDING * float(spent.value) / weeks_before
    if not is_spending or not _is_gone(float(leads.value), float(expected.value or 0), float(brought.value)):
        return None
    facts = {"expected": expected.id, "spend": spend.id, "prior_spend": spent.id}
    broken = _describe_break(book, campaign, recent, earlier=earlier) if weeks == 1 else None
    if broken is not None:
        return broken.model_copy(update={"facts": broken.facts | facts})
    return Finding(
        key=f"waste:campaign:{campaign.campaign_id}",
        kind="waste",
        metric="leads",
        place={"channel": campaign.channel, "campaign": campaign.name},
        facts=facts | {"now": leads.id, "prior": brought.id},
        severity="act",
        label="measured",
        good_direction="up",
        note="still_spending",
    )


def _describe_break(book: FactBook, campaign: Campaign, recent: Window, *, earlier: Window) -> Finding | None:
    """The step from click to lead, where it broke while clicks went on; None where clicks fell too."""
    clicks, leads = (total_of(book, campaign, name, window=recent) for name in ("clicks", "leads"))
    clicked, brought = (total_of(book, campaign, name, window=earlier) for name in ("clicks", "leads"))
    if not clicks.value or not clicked.value:
        return None
    rate = _derive(book, campaign, "ratio", [leads, clicks], unit="rate", name="leads_per_click")
    before = _derive(book, campaign, "ratio", [brought, clicked], unit="rate", name="leads_per_click")
    change = _derive(
        book, campaign, "change_rate", [rate, before], unit="rate", name="leads_per_click_change"
    )
    if change.value is None or change.value > _GONE - 1:
        return None
    return Finding(
        key=f"drop_off:campaign:{campaign.campaign_id}",
        kind="drop_off",
        metric="leads_per_click",
        place={"channel": campaign.channel, "campaign": campaign.name, "step": "Leads", "of": "Clicks"},
        facts={
            "now": rate.id,
            "prior": before.id,
            "change": change.id,
            "count": leads.id,
            "of_count": clicks.id,
        },
        severity="act",
        label="measured",
        good_direction="up",
    )


def _derive(
    book: FactBook, campaign: Campaign, function: str, inputs: list[Fact], *, unit: Unit, name: str
) -> Fact:
    return book.derive(
        function,
        inputs,
        metric=name,
        title=TITLE,
        unit=unit,
        window=inputs[0].window,
        dimensions=campaign.dimensions,
    )


def _is_gone(leads: float, expected: float, brought: float) -> bool:
    """Whether leads fell short by half and by more than counting noise of both periods."""
    if expected < _FEWEST_EXPECTED or leads > _GONE * expected:
        return False
    return (leads - expected) / math.sqrt(expected + expected**2 / brought) <= _LOW_Z


def is_splittable(movement: Movement) -> bool:
    """Whether a movement is a cost that campaigns have parts in."""
    return movement.channel is not None and COST_COUNTS.get(movement.metric) in _COLUMNS
