"""What the evaluation asks of an analysis, and ours. Another one can be measured in its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Finding(Protocol):
    """One detected incident."""

    @property
    def metric(self) -> str:
        """The number that moved."""

    @property
    def place(self) -> Mapping[str, str]:
        """Keys among channel, account_id, campaign_id, device, country; none is the whole company."""

    @property
    def start(self) -> date:
        """First day."""

    @property
    def end(self) -> date | None:
        """Last day, None while it goes on."""

    @property
    def kind(self) -> str:
        """Its guess at the family."""


class Advice(Protocol):
    """A split of the weekly budget, with the expected change of weekly accepted leads."""

    @property
    def spend_by_channel(self) -> Mapping[str, float]:
        """Advised weekly spend."""

    @property
    def current(self) -> Mapping[str, float]:
        """Weekly spend today."""

    @property
    def effect_low(self) -> float:
        """Low end of the 80% interval."""

    @property
    def effect_high(self) -> float:
        """High end of the 80% interval."""

    @property
    def abstained(self) -> str:
        """Why it does not advise; empty when it does."""


Range = tuple[float, float]


@dataclass(frozen=True)
class Analysis:
    """The three questions.

    `find_incidents(connection, as_of=)`: most severe first. `advise_budget(connection, as_of=, limit=)`.
    `expected_range(values, days=, exposure=, length=, is_money=)`: 80% range of the last `length` days (a
    sum, or with exposure a ratio of sums), or None when it will not say.
    """

    find_incidents: Callable[..., tuple[Finding, ...]]
    advise_budget: Callable[..., Advice]
    expected_range: Callable[..., Range | None]


def our_analysis() -> Analysis:
    """The analysis of this product."""
    from countersign.analytics.detection import find_incidents
    from countersign.analytics.response.advice import advise_budget

    return Analysis(find_incidents, advise_budget, _our_range)


def _our_range(
    values: NDArray[np.float64],
    *,
    days: NDArray[np.datetime64],
    exposure: NDArray[np.float64] | None,
    length: int,
    is_money: bool,
) -> Range | None:
    from countersign.analytics.detection import expected_range

    found = expected_range(values, days=days, exposure=exposure, length=length, is_money=is_money)
    return None if found is None else (found.low, found.high)
