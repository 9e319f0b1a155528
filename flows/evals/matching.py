"""Which detection found which incident. Pure: places are sets of weighted cells, days are numbers.

The rules, which docs/evals.md repeats:

- In time: a detection belongs to an incident when their days overlap and it starts at most 3 days, or a
  quarter of the incident's length if that is more, before the incident does.
- In place: the detection's place is the incident's own, lies within it, or contains it. Places are compared
  by what happens in them: two that share 95% of their sessions are the same, whatever they are called.
- One detection is given to one incident at most and the other way round; same places first, then places
  within, then places that contain the incident, each in the order of severity.
- A further detection at or within the place and time of an incident that was found is an echo: neither right
  nor wrong. Any other detection is a false alarm.
- The right segment came first when, of all detections that meet the incident in place and time and belong to
  no other incident, the first named is its place.
- A decoy is reported when a false alarm lies in its days by at least half, and in its place by at least half.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Cells = NDArray[np.bool_]
Weights = NDArray[np.float64]
Relation = Literal["same", "within", "containing", "beside"]

_SAME = 0.95
_TOLERANCE_DAYS = 3
_TOLERANCE_SHARE = 0.25
_ORDER: dict[Relation, int] = {"same": 0, "within": 1, "containing": 2}


@dataclass(frozen=True)
class Planted:
    """One true incident: its cells, its first and last day up to `as_of`. Past ones are not scored."""

    name: str
    cells: Cells
    first: int
    last: int
    z: float
    is_past: bool = False


@dataclass(frozen=True)
class Lure:
    """One decoy. `numbers` are parts of the names of metrics that it can be mistaken in; empty means any."""

    name: str
    cells: Cells
    first: int
    last: int
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Named:
    """One detection, in the order in which the analysis named them."""

    metric: str
    cells: Cells
    first: int
    last: int


@dataclass(frozen=True)
class Matched:
    """What became of the detections, by their numbers; `right` and `found` are numbers of incidents."""

    found: dict[int, int]
    right: frozenset[int]
    echoes: frozenset[int]
    false_alarms: frozenset[int]
    lured: frozenset[int] = field(default=frozenset())


def match(
    incidents: Sequence[Planted], named: Sequence[Named], lures: Sequence[Lure], *, weights: Weights
) -> Matched:
    """Give detections to incidents and say what the others are.

    Args:
        incidents: true ones, past ones included.
        named: detections, most severe first.
        lures: decoys.
        weights: how much happens in each cell (sessions).
    """
    found = _assign(incidents, named, weights)
    taken = set(found.values())
    echoes = {
        number
        for number, one in enumerate(named)
        if number not in taken
        and any(
            in_time(one, incidents[at])
            and relation(one.cells, incidents[at].cells, weights) in {"same", "within"}
            for at in found
        )
    }
    false_alarms = set(range(len(named))) - taken - echoes
    return Matched(
        found=found,
        right=frozenset(at for at in found if _is_right(at, incidents, named, found=found, weights=weights)),
        echoes=frozenset(echoes),
        false_alarms=frozenset(false_alarms),
        lured=frozenset(
            at
            for at, lure in enumerate(lures)
            if any(_is_lured(named[number], lure, weights) for number in false_alarms)
        ),
    )


def relation(cells: Cells, true: Cells, weights: Weights) -> Relation:
    """How a named place lies to the true one."""
    shared = weights[cells & true].sum()
    if shared <= 0:
        return "beside"
    if shared >= _SAME * weights[cells | true].sum():
        return "same"
    if shared >= _SAME * weights[cells].sum():
        return "within"
    return "containing" if shared >= _SAME * weights[true].sum() else "beside"


def in_time(one: Named, incident: Planted) -> bool:
    """Whether the days of a detection are an incident's."""
    length = incident.last - incident.first + 1
    early = max(_TOLERANCE_DAYS, round(_TOLERANCE_SHARE * length))
    return incident.first - early <= one.first <= incident.last and one.last >= incident.first


def _assign(incidents: Sequence[Planted], named: Sequence[Named], weights: Weights) -> dict[int, int]:
    pairs = []
    for at, incident in enumerate(incidents):
        for number, one in enumerate(named):
            how = relation(one.cells, incident.cells, weights)
            if how != "beside" and in_time(one, incident):
                pairs.append((incident.is_past, _ORDER[how], number, at))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, number, at in sorted(pairs):
        if at not in found and number not in taken:
            found[at] = number
            taken.add(number)
    return found


def _is_right(
    at: int, incidents: Sequence[Planted], named: Sequence[Named], *, found: dict[int, int], weights: Weights
) -> bool:
    incident = incidents[at]
    others = {number for other, number in found.items() if other != at}
    for number, one in enumerate(named):
        meets = bool((weights[one.cells & incident.cells]).sum() > 0) and in_time(one, incident)
        if meets and number not in others:
            return relation(one.cells, incident.cells, weights) == "same"
    return False


def _is_lured(one: Named, lure: Lure, weights: Weights) -> bool:
    shared_days = min(one.last, lure.last) - max(one.first, lure.first) + 1
    if shared_days * 2 < one.last - one.first + 1 or shared_days < 1:
        return False
    if lure.numbers and not any(part in one.metric for part in lure.numbers):
        return False
    return bool(weights[one.cells & lure.cells].sum() >= 0.5 * weights[one.cells].sum() > 0)
