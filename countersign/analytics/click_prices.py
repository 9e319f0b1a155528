"""Campaigns whose dearer clicks carry a channel's cost per lead.

A channel's cost can rise for several reasons at once, in several campaigns. A campaign is told by itself when
the price of its clicks left its own expected range, rose by a tenth or more, and makes up at least a fifth of
what its channel's cost per lead rose by. Where the money went is measured; why clicks became dearer is not in
here.
"""

from collections.abc import Sequence

from countersign.analytics.book import FactBook
from countersign.analytics.campaigns import TITLE, Campaign, channel_campaigns, place_of, total_of
from countersign.analytics.cost_change import part_of
from countersign.analytics.expected_range import FEWEST_WEEKS, MOST_WEEKS, position
from countersign.analytics.movements import FEWEST_EVENTS
from countersign.analytics.records import Movement
from countersign.core.contracts import Fact, Finding, Unit, Window
from countersign.core.periods import weeks_ending_with

METRIC = "cost_per_click"
_MATERIAL, _SHARE_THAT_MATTERS = 0.1, 0.2
# Campaigns are many, as channels are: the same distance from the range needs someone to act.
_FAR, _VERY_FAR = 2.0, 3.0


def find_dear_clicks(book: FactBook, movement: Movement) -> list[Finding]:
    """Findings on the campaigns of one channel whose cost per lead is a finding; empty without campaigns.

    Args:
        book: holds `campaign_week`, or not.
        movement: of a channel's cost per lead.
    """
    if movement.metric != "cost_per_lead" or float(book.value(movement.difference) or 0) <= 0:
        return []
    judged = (_judge(book, movement, campaign) for campaign in channel_campaigns(book, movement))
    return [finding for finding in judged if finding is not None]


def _judge(book: FactBook, movement: Movement, campaign: Campaign) -> Finding | None:
    part = part_of(book, movement, place_of(book, campaign), part="click_price", by="campaign")
    share = float(part.value or 0) / float(book.value(movement.difference) or 1)
    clicks = [
        total_of(book, campaign, "clicks", window=week) for week in (movement.week, movement.prior_week)
    ]
    if share < _SHARE_THAT_MATTERS or min(float(fact.value or 0) for fact in clicks) < FEWEST_EVENTS:
        return None
    weeks = weeks_ending_with(movement.week, count=MOST_WEEKS + 1)
    *history, now = [_price(book, campaign, week) for week in weeks]
    known = [fact for fact in history if fact.value is not None]
    if len(known) < FEWEST_WEEKS:
        return None
    prior = history[-1]
    change = _derive(book, campaign, "change_rate", [now, prior], unit="rate")
    low, high = (
        _derive(book, campaign, end, history, unit="currency", window=movement.week)
        for end in ("expected_low", "expected_high")
    )
    if now.value is None or low.value is None or high.value is None or change.value is None:
        return None
    place = position(now.value, low=low.value, high=high.value)
    if place < _FAR or change.value < _MATERIAL:
        return None
    spend = [total_of(book, campaign, "spend", window=week) for week in (movement.week, movement.prior_week)]
    difference = book.derive(
        "difference", spend, metric="spend_difference", title=TITLE, unit="currency", window=movement.week,
        dimensions=campaign.dimensions,
    )  # fmt: skip
    return Finding(
        key=f"change:{METRIC}:campaign:{campaign.campaign_id}",
        kind="change",
        metric=METRIC,
        place={"channel": campaign.channel, "campaign": campaign.name},
        facts={
            "now": now.id,
            "prior": prior.id,
            "change": change.id,
            "low": low.id,
            "high": high.id,
            "clicks": clicks[0].id,
            "spend": spend[0].id,
            "spend_difference": difference.id,
            "part": part.id,
        },
        severity="act" if place >= _VERY_FAR else "watch",
        label="measured",
        good_direction="down",
    )


def _price(book: FactBook, campaign: Campaign, week: Window) -> Fact:
    pair = [total_of(book, campaign, name, window=week) for name in ("spend", "clicks")]
    return book.derive(
        "ratio", pair, metric=METRIC, title=TITLE, unit="currency", window=week,
        dimensions=campaign.dimensions,
    )  # fmt: skip


def _derive(
    book: FactBook,
    campaign: Campaign,
    function: str,
    inputs: Sequence[Fact],
    *,
    unit: Unit,
    window: Window | None = None,
) -> Fact:
    return book.derive(
        function,
        inputs,
        metric=f"{METRIC}_{'change' if function == 'change_rate' else function}",
        title=TITLE,
        unit=unit,
        window=window or inputs[0].window,
        dimensions=campaign.dimensions,
        arguments={} if function == "change_rate" else {"series": "measure"},
    )
