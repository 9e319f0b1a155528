"""The weekly record that response curves are fitted to."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ChannelWeeks:
    """Whole weeks of every paid channel, oldest first, up to the last whole day before `as_of`.

    Args:
        starts: first day of each week; weeks are 7 days each and need not start on a Monday.
        channels: the paid channels, by name.
        spend: reporting currency a week, shape (weeks, channels).
        leads: leads by the day they were created, shape (weeks, channels).
        accepted: of these, accepted by sales as far as known, shape (weeks, channels).
        decided: of these, accepted or rejected as far as known, shape (weeks, channels).
        demand: leads that no money bought (channels that never spend), shape (weeks,).
        visits: sessions that no money bought, shape (weeks,); zeros when not known.
    """

    starts: tuple[date, ...]
    channels: tuple[str, ...]
    spend: Numbers
    leads: Numbers
    accepted: Numbers
    decided: Numbers
    demand: Numbers
    visits: Numbers

    @property
    def weeks(self) -> int:
        """How many weeks there are."""
        return len(self.starts)
