"""Facts and findings of the exact split of a change in a cost per lead; the formula is in decomposition."""

from collections.abc import Mapping
from dataclasses import dataclass

from countersign.analytics.book import FactBook
from countersign.analytics.decomposition import CHANNEL_PARTS
from countersign.analytics.metrics import COST_COUNTS, metric_named
from countersign.analytics.records import Movement
from countersign.core.contracts import Fact, Finding, Part

FACTOR_NAMES = {
    "click_price": "Price per click",
    "clicks_per_lead": "Clicks needed per lead",
    "unclicked_cost": "Cost per lead where clicks are not counted",
    "paid_mix": "Mix of paid channels",
    "unpaid_mix": "Leads from channels without spend",
}

# Parts must sum to the whole; money per lead, absolute, or relative where the whole is large.
SUM_TOLERANCE = 1e-9


@dataclass(frozen=True)
class CostChange:
    """The split of one movement: each channel's part and share of it, and the parts of the factors.

    All facts are in money per lead, except shares. Both `by_channel` and `by_factor` sum to the
    difference.
    """

    movement: Movement
    by_channel: Mapping[str, Fact]
    shares: Mapping[str, Fact]
    by_factor: Mapping[str, Fact]


def split_cost_change(book: FactBook, movement: Movement, *, channels: list[str]) -> CostChange | None:
    """Split the movement of a company's, or one channel's, cost per lead.

    Args:
        book: where the facts are kept.
        movement: of a metric in COST_COUNTS.
        channels: all channels with a row in either week.

    Returns:
        None when a cost is not known in one of the weeks, or the parts do not sum to the change
        because channels and totals of the snapshot disagree.
    """
    whole = book.by_id[movement.difference]
    if whole.value is None:
        return None
    places = channels if movement.channel is None else [movement.channel]
    pieces = {
        channel: {part: _part(book, movement, channel, part=part) for part in ("whole", *CHANNEL_PARTS)}
        for channel in places
    }
    by_channel = {channel: piece["whole"] for channel, piece in pieces.items() if piece["whole"].value}
    total = sum(float(fact.value or 0) for fact in by_channel.values())
    if abs(total - float(whole.value)) > SUM_TOLERANCE * max(1.0, abs(float(whole.value))):
        return None
    return CostChange(
        movement=movement,
        by_channel=by_channel,
        shares={name: _share(book, fact, whole) for name, fact in by_channel.items()},
        by_factor=_sum_factors(book, movement, [pieces[channel] for channel in by_channel]),
    )


def describe_split(change: CostChange, finding: Finding) -> list[Finding]:
    """A finding with its parts by place, and beside it the same change by factor.

    Both carry the same facts; a report uses one of them as its waterfall. Where the money went is
    measured; why it did is not in here.
    """
    by_factor = finding.model_copy(
        update={"key": f"{finding.key}:factors", "parts": _as_parts(change.by_factor, "factor")}
    )
    if change.movement.channel is not None:
        return [finding.model_copy(update={"parts": by_factor.parts})]
    return [finding.model_copy(update={"parts": _as_parts(change.by_channel, "channel")}), by_factor]


def _as_parts(facts: Mapping[str, Fact], dimension: str) -> tuple[Part, ...]:
    ordered = sorted(facts.items(), key=lambda item: -abs(float(item[1].value or 0)))
    return tuple(
        Part(name=FACTOR_NAMES.get(name, name), dimension=dimension, fact=fact.id) for name, fact in ordered
    )


def _part(book: FactBook, movement: Movement, channel: str, *, part: str) -> Fact:
    metric, count = metric_named(movement.metric), COST_COUNTS[movement.metric]
    scope = movement.channel
    inputs = [
        book.metric(name, week, channel=place)
        for name, place in (
            ("spend", scope),
            (count, scope),
            ("spend", channel),
            (count, channel),
            ("clicks", channel),
        )
        for week in (movement.week, movement.prior_week)
    ]
    return book.derive(
        "cost_change_part",
        inputs,
        metric=f"{movement.metric}_change_{part}",
        title=f"Change in {metric.title.lower()}, by channel",
        unit="currency",
        window=movement.week,
        dimensions={"channel": channel},
        arguments={"part": part},
    )


def _share(book: FactBook, part: Fact, whole: Fact) -> Fact:
    return book.derive(
        "share",
        [part, whole],
        metric=f"{part.metric}_share",
        title=part.title,
        unit="rate",
        window=part.window,
        dimensions=part.dimensions,
    )


def _sum_factors(book: FactBook, movement: Movement, pieces: list[dict[str, Fact]]) -> dict[str, Fact]:
    title = metric_named(movement.metric).title.lower()
    summed = {}
    for part in CHANNEL_PARTS:
        facts = [piece[part] for piece in pieces if piece[part].value]
        if facts:
            summed[part] = book.derive(
                "sum",
                facts,
                metric=f"{movement.metric}_change_{part}",
                title=f"Change in {title}, by factor",
                unit="currency",
                window=movement.week,
                dimensions={} if movement.channel is None else {"channel": movement.channel},
            )
    return summed
