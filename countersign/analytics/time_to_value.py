"""Time to Value of a pilot: to execution, from there to scaling, and to its first verified outcome.

Days are whole days between two recorded days. What has not happened up to `as_of` is open: it has run for so
many days and has no length, and is never counted as zero.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from countersign.core.pilots import DAYS, Pilot

PhaseName = Literal["selection_to_execution", "execution_to_scaling", "selection_to_verified_outcome"]
_PHASES: tuple[tuple[PhaseName, str, str], ...] = (
    ("selection_to_execution", "selected", "executed"),
    ("execution_to_scaling", "executed", "scaled"),
    ("selection_to_verified_outcome", "selected", "verified"),
)
# What each phase is called, in order, by people.
PHASES: dict[PhaseName, str] = {
    "selection_to_execution": "Selection to execution",
    "execution_to_scaling": "Execution to scaling",
    "selection_to_verified_outcome": "Selection to first verified outcome",
}


@dataclass(frozen=True)
class Phase:
    """One phase of a pilot, as of a day.

    Args:
        name: which phase.
        start: the day it began; None when it has not.
        end: the day it was over; None while it is open.
        until: up to which day an open phase is counted: `as_of`, or the day the pilot ended.
        has_ended: the pilot ended, so that an open phase will not be over any more.
    """

    name: PhaseName
    start: date | None
    end: date | None
    until: date
    has_ended: bool

    @property
    def days(self) -> int | None:
        """How long it took; None when it is open or has not begun."""
        return (self.end - self.start).days if self.start and self.end else None

    @property
    def days_so_far(self) -> int | None:
        """How long an open phase has run; None when it is over or has not begun."""
        return (self.until - self.start).days if self.start and not self.end else None


def find_phases(pilot: Pilot, *, as_of: date) -> tuple[Phase, ...]:
    """The three phases of a pilot as they stood on a day; days recorded after it are not known yet.

    Source: named in the requirements without a formula; this is the date of the first verified outcome minus
    the date of selection, split at execution and scaling.

    >>> pilot = Pilot(key="drafts", name="Drafts", goal="g", owner="ines", selected=date(2026, 1, 5),
    ...               executed=date(2026, 2, 2))
    >>> [(phase.days, phase.days_so_far) for phase in find_phases(pilot, as_of=date(2026, 2, 12))]
    [(28, None), (None, 10), (None, 38)]
    """
    days = {name: getattr(pilot, name) for name in DAYS}
    known = {name: day for name, day in days.items() if day is not None and day <= as_of}
    return tuple(
        Phase(
            name=name,
            start=known.get(begun),
            end=known.get(over),
            until=known.get("ended", as_of),
            has_ended="ended" in known,
        )
        for name, begun, over in _PHASES
    )
