"""Where the bars and pins of a waterfall stand, in percent of the track."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise

from countersign.core.contracts import Waterfall
from countersign.reports.axis import nice_ticks, write_tick
from countersign.reports.figures import DraftError, as_decimal
from countersign.reports.tokens import Figure, Filler
from countersign.reports.tone import Tone, tone_of

_MARGIN = Decimal("0.12")


@dataclass(frozen=True)
class Bar:
    """One row: label and note are prose; `left` and `width` are percent, `link` is where the next starts."""

    label: str
    note: str
    figure: Figure
    left: float
    width: float
    link: float | None
    tone: Tone | None


@dataclass(frozen=True)
class Tick:
    """A label on the axis and its place in percent."""

    text: str
    left: float


@dataclass(frozen=True)
class WaterfallView:
    """Start pin, steps, end pin, ticks: all a template needs."""

    start: Bar
    steps: tuple[Bar, ...]
    end: Bar
    ticks: tuple[Tick, ...]

    @property
    def grid(self) -> str:
        """Grid lines as CSS backgrounds, so that they cost no elements."""
        lines = (
            f"linear-gradient(var(--line-2) 0 0) {tick.left}% 0/1px 100% no-repeat" for tick in self.ticks
        )
        return ",".join(lines)


def place_waterfall(block: Waterfall, filler: Filler) -> WaterfallView:
    """The geometry of a waterfall.

    Raises:
        DraftError: one of its figures is not known.
    """
    start, end = filler.figure(block.start), filler.figure(block.end)
    steps = [filler.figure(step.fact, style="change") for step in block.steps]
    levels = list(accumulate((_known(step) for step in steps), initial=_known(start)))
    low, high = min(*levels, _known(end)), max(*levels, _known(end))
    room = (high - low or abs(high) or Decimal(1)) * _MARGIN
    low, high = low - room, high + room

    def at(value: Decimal) -> float:
        return round(float((value - low) / (high - low) * 100), 2)

    bars = tuple(
        Bar(
            label=step.label,
            note=step.note,
            figure=figure,
            left=at(min(before, after)),
            width=round(at(max(before, after)) - at(min(before, after)), 2),
            link=at(after),
            tone=tone_of(figure.fact, good_direction=block.good_direction),
        )
        for step, figure, (before, after) in zip(block.steps, steps, pairwise(levels), strict=True)
    )
    ticks = nice_ticks(low, high, count=4)
    return WaterfallView(
        start=Bar(block.start_label, "", start, at(levels[0]), 0, at(levels[0]), None),
        steps=bars,
        end=Bar(block.end_label, "", end, at(_known(end)), 0, None, None),
        ticks=tuple(Tick(write_tick(start.fact, tick), at(tick)) for tick in ticks),
    )


def _known(figure: Figure) -> Decimal:
    value = as_decimal(figure.fact)
    if value is None:
        raise DraftError(
            "A waterfall shows a figure that is not known.",
            found=f"fact {figure.fact.id} ({figure.fact.metric}) is null",
            fix="leave the waterfall out when a step is not known",
        )
    return value
