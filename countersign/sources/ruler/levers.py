"""What incidents and decoys can move: one factor per place and day for each link of the chain."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from countersign.sources.ruler.company import Company
from countersign.sources.ruler.draws import Array

# By campaign and day.
CampaignLever = Literal[
    "budget", "cap", "price", "click_rate", "bots", "pixel", "claims", "booked_spend", "shifted", "follow_up",
    "promise", "slip",
]  # fmt: skip
# By campaign, cell (device and country) and day.
CellLever = Literal[
    "demand", "arrival", "tracked", "double_sessions", "double_forms", "engaged", "lead_rate", "synced",
    "spam",
    "mql", "acceptance",
]  # fmt: skip
Lever = CampaignLever | CellLever
CAMPAIGN_LEVERS = frozenset({
    "budget", "cap", "price", "click_rate", "bots", "pixel", "claims", "booked_spend", "shifted", "follow_up",
    "promise", "slip",
})  # fmt: skip
# What a lever is where nobody pulls it; 1 where absent.
_AT_REST = {"cap": np.inf, "bots": 0.0, "spam": 0.0, "shifted": 0.0}


@dataclass(frozen=True)
class Pull:
    """One lever in one place: `values` by day from `start`, as factors (shares for bots, spam and shifted).

    `where` is a mask over (campaigns, cells).
    """

    lever: Lever
    where: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    start: int
    values: Array


@dataclass
class Levers:
    """All levers of one company, at rest until pulled."""

    company: Company
    _moved: dict[str, Array] = field(default_factory=dict)

    def pull(self, pull: Pull) -> None:
        """Apply one pull; factors multiply, caps take the lower, shares add."""
        is_campaign = pull.lever in CAMPAIGN_LEVERS
        array = self._writable(pull.lever)
        end = min(pull.start + len(pull.values), self.company.days)
        values = pull.values[: end - pull.start]
        if is_campaign:
            rows = np.flatnonzero(pull.where.any(axis=1))
            part = array[rows, pull.start : end]
            array[rows, pull.start : end] = _joined(pull.lever, part, values)
        else:
            campaign, cell = np.nonzero(pull.where)
            part = array[campaign, cell, pull.start : end]
            array[campaign, cell, pull.start : end] = _joined(pull.lever, part, values)

    def of(self, lever: Lever) -> Array | float:
        """The lever's values, or the one number it rests at."""
        return self._moved.get(lever, _AT_REST.get(lever, 1.0))

    def _writable(self, lever: Lever) -> Array:
        if lever not in self._moved:
            shape: tuple[int, ...] = (len(self.company.campaigns), self.company.days)
            if lever not in CAMPAIGN_LEVERS:
                shape = (shape[0], len(self.company.cells), shape[1])
            self._moved[lever] = np.full(shape, _AT_REST.get(lever, 1.0))
        return self._moved[lever]


def _joined(lever: Lever, now: Array, values: Array) -> Array:
    if lever == "cap":
        return np.minimum(now, values)
    if lever in _AT_REST:
        return np.asarray(now + values)
    return np.asarray(now * values)
