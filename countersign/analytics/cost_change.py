"""Facts and findings of the exact split of a change in a cost per lead; the formula is in decomposition."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from countersign.analytics.book import FactBook
from countersign.analytics.decomposition import CHANNEL_PARTS
from countersign.analytics.metrics import COST_COUNTS, metric_named
from countersign.analytics.records import Movement
from countersign.core.contracts import Fact, Finding, Part, Window

FACTOR_NAMES = {
    "click_price": "Price per click",
    "clicks_per_lead": "Clicks needed per {count}",
    "unclicked_cost": "Cost per {count} where clicks are not counted",
    "paid_mix": "Mix of paid channels",
    "unpaid_mix": "{count_first}s from channels without spend",
}

# Parts must sum to the whole; money per lead, absolute, or relative where the whole is large.
SUM_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Place:
    """A part of the whole: its dimensions, and its spend, clicks and counts by metric and week."""

    dimensions: Mapping[str, str]
    figure: Callable[[str, Window], Fact]


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


def split_cost_change(book: FactBook, movement: Movement, *, channels: Sequence[str]) -> CostChange | None:
    """Split the movement of a company's, or one channel's, cost per lead.

    Args:
        book: where the facts are kept.
        movement: of a metric in COST_COUNTS.
        channels: all channels with a row in either week; not read for the movement of one channel.

    Returns:
        None when a cost is not known in one of the weeks, or the parts do not sum to the change
        because channels and totals of the snapshot disagree.
    """
    names = channels if movement.channel is None else [movement.channel]

    def place(channel: str) -> Place:
        return Place(
            dimensions={"channel": channel},
            figure=lambda metric, week: book.metric(metric, week, channel=channel),
        )

    return split_over(book, movement, places={name: place(name) for name in names}, by="channel")


def split_over(
    book: FactBook, movement: Movement, *, places: Mapping[str, Place], by: str
) -> CostChange | None:
    """Split a movement over any places whose spend and counts add up to its own; see above."""
    whole = book.by_id[movement.difference]
    if whole.value is None:
        return None
    pieces = {
        name: {part: part_of(book, movement, place, part=part, by=by) for part in ("whole", *CHANNEL_PARTS)}
        for name, place in places.items()
    }
    by_place = {name: piece["whole"] for name, piece in pieces.items() if piece["whole"].value}
    total = sum(float(fact.value or 0) for fact in by_place.values())
    if abs(total - float(whole.value)) > SUM_TOLERANCE * max(1.0, abs(float(whole.value))):
        return None
    return CostChange(
        movement=movement,
        by_channel=by_place,
        shares={name: _share(book, fact, whole) for name, fact in by_place.items()},
        by_factor=_sum_factors(book, movement, [pieces[name] for name in by_place]),
    )


def describe_split(change: CostChange, finding: Finding) -> list[Finding]:
    """A finding with its parts by place, and beside it the same change by factor.

    Both carry the same facts; a report uses one of them as its waterfall. Where the money went is
    measured; why it did is not in here.
    """
    by_factor = finding.model_copy(
        update={"key": f"{finding.key}:factors", "parts": as_parts(_name_factors(change), "factor")}
    )
    if change.movement.channel is not None:
        return [finding.model_copy(update={"parts": by_factor.parts})]
    return [finding.model_copy(update={"parts": as_parts(change.by_channel, "channel")}), by_factor]


def as_parts(facts: Mapping[str, Fact], dimension: str) -> tuple[Part, ...]:
    """Parts of a finding, the biggest first."""
    ordered = sorted(facts.items(), key=lambda item: -abs(float(item[1].value or 0)))
    return tuple(Part(name=name, dimension=dimension, fact=fact.id) for name, fact in ordered)


def _name_factors(change: CostChange) -> dict[str, Fact]:
    count = "accepted lead" if change.movement.metric == "cost_per_accepted_lead" else "lead"
    return {
        FACTOR_NAMES[factor].format(count=count, count_first=count.capitalize()): fact
        for factor, fact in change.by_factor.items()
    }


def part_of(book: FactBook, movement: Movement, place: Place, *, part: str, by: str) -> Fact:
    """A place's part in a change of cost: one of CHANNEL_PARTS, or "whole" for their sum."""
    metric, count = metric_named(movement.metric), COST_COUNTS[movement.metric]
    weeks = (movement.week, movement.prior_week)
    whole = [book.metric(name, week, channel=movement.channel) for name in ("spend", count) for week in weeks]
    own = [place.figure(name, week) for name in ("spend", count, "clicks") for week in weeks]
    return book.derive(
        "cost_change_part",
        [*whole, *own],
        metric=f"{movement.metric}_change_{part}",
        title=f"Change in {metric.title.lower()}, by {by}",
        unit="currency",
        window=movement.week,
        dimensions=place.dimensions,
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
