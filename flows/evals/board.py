"""A ruler company as the scorer sees it: cells with weights, and everything that is planted as cells and
days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from countersign.sources.ruler.places import Place, mask_of
from countersign.sources.ruler.simulate import Simulated
from flows.evals.analysis import Finding
from flows.evals.matching import Cells, Lure, Named, Planted, Weights

_WEIGHED_DAYS = 56
_KEYS = frozenset({"channel", "account_id", "campaign_id", "device", "country"})


@dataclass(frozen=True)
class Board:
    """Cells are campaigns times devices times countries; weights the sessions that they are expected to
    have.
    """

    simulated: Simulated
    weights: Weights

    def planted(self) -> tuple[Planted, ...]:
        """All incidents, past ones included."""
        company = self.simulated.company
        return tuple(
            Planted(
                name=one.family,
                cells=self.cells_of(one.place.as_plain()),
                first=one.start.toordinal(),
                last=one.last_day(company).toordinal(),
                z=one.z,
                is_past=one.is_past,
            )
            for one in self.simulated.incidents
        )

    def lures(self) -> tuple[Lure, ...]:
        """All decoys."""
        return tuple(
            Lure(
                name=one.kind,
                cells=self.cells_of(one.place.as_plain()),
                first=one.start.toordinal(),
                last=one.end.toordinal(),
                numbers=one.numbers,
            )
            for one in self.simulated.decoys
        )

    def named(self, findings: Sequence[Finding]) -> tuple[Named, ...]:
        """Detections as cells and days, in the order given."""
        last = self.simulated.company.as_of - timedelta(days=1)
        return tuple(
            Named(one.metric, self.cells_of(one.place), one.start.toordinal(), _ordinal(one.end or last))
            for one in findings
        )

    def cells_of(self, place: Mapping[str, str]) -> Cells:
        """The cells of a place; none where it names what does not exist, or what nobody knows ("")."""
        if set(place) - _KEYS or "" in (place.get("device"), place.get("country")):
            return np.zeros(self.weights.shape, dtype=bool)
        return mask_of(self.simulated.company, Place(**place)).ravel()


def make_board(simulated: Simulated) -> Board:
    """The board of one company."""
    sessions = simulated.quiet.history.sessions[:, :, -_WEIGHED_DAYS:].sum(axis=2)
    return Board(simulated, sessions.ravel())


def _ordinal(day: date) -> int:
    return day.toordinal()
