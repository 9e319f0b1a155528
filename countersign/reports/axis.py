"""Axes: round ticks that cover what is drawn, and how a tick is written."""

import re
from decimal import Decimal

from countersign.core.contracts import Fact
from countersign.reports.figures import write_figure


def nice_ticks(low: Decimal, high: Decimal, *, count: int) -> list[Decimal]:
    """About `count` round values that lie from `low` to `high`.

    >>> [int(tick) for tick in nice_ticks(Decimal(63), Decimal(79), count=4)]
    [65, 70, 75]
    """
    span = high - low
    if span <= 0:
        return [low]
    rough = span / count
    power = Decimal(10) ** rough.adjusted()
    step = next(
        power * factor for factor in (1, Decimal("2"), Decimal("2.5"), 5, 10) if power * factor >= rough
    )
    first = (low / step).to_integral_value(rounding="ROUND_CEILING") * step
    return [first + step * number for number in range(int((high - first) / step) + 1)]


def write_tick(fact: Fact, value: Decimal) -> str:
    """A value in a fact's unit, without decimals that say nothing (€65, not €65.00)."""
    written = write_figure(fact.model_copy(update={"value": value}))
    return re.sub(r"\.0+(?=\D|$)", "", written)
