"""The smallest set of places that explains what moved.

A change in one place is seen in every place that holds it, thinner each time, and in every place inside
it, noisier each time. Two tests of the rest decide:

- down: a place whose rest (it without one of its parts) did not move is explained by that part;
- up: a place whose siblings all moved alike, and whose parent's rest moved as much, is the parent.

Both compare relative changes, because a broken cause moves all leaves under it in proportion to what was
expected there (the "ripple effect" of Sun et al. 2018, "HotSpot", IEEE Access 6, which Li et al. 2019,
"Generic and robust localization of multi-dimensional root causes", ISSRE ("Squeeze"), confirm). Unlike
Adtributor (Bhagwan et al. 2014, NSDI), which ranks one dimension at a time by surprise, the walk is over
the whole lattice, pairs of dimensions included, and each explanation must pass a test of what is left.
"""

from dataclasses import dataclass

import numpy as np

from countersign.analytics.detection.arrays import Flags, Floats
from countersign.analytics.detection.places import Places

# The rest of a place counts as unmoved below this share of the part's relative change ...
_STILL = 0.35
# ... and as moved alike above this one.
_ALIKE = 0.5
# A rest that deviates less than this many units of its noise has not shown anything.
_SHOWN = 2.0
_FEWEST_EXPECTED = 4.0
# Share of the whole's excess that its parts must carry (the explanatory power of Adtributor).
_CARRIED = 0.6
# Log-likelihood that each of several parts must gain on its own: two units of noise, squared and halved.
_SHOWN_ALONE = 4.5
# Siblings, by their expected events, that must have moved alike before their parent is blamed.
_MOST_SIBLINGS = 0.7


@dataclass(frozen=True)
class Picture:
    """All places in one window, arrays over places: events counted and expected, and noise (>= 1)."""

    actual: Floats
    expected: Floats
    scale: Floats

    def change(self, place: int) -> float:
        """Relative change of a place."""
        return _relative(self.actual[place], self.expected[place])

    def rest(self, whole: int, parts: list[int]) -> tuple[float, float, float]:
        """The whole without parts of it: relative change, z, expected events."""
        actual = max(float(self.actual[whole] - self.actual[parts].sum()), 0.0)
        expected = max(float(self.expected[whole] - self.expected[parts].sum()), 0.0)
        noise = self.scale[whole] * np.sqrt(max(expected, 1e-9))
        return _relative(actual, expected), float((actual - expected) / noise), expected

    def gain(self, place: int) -> float:
        """Log-likelihood gain of "this place moved, and nothing else", in units of its noise."""
        actual, expected = self.actual[place], self.expected[place]
        if expected <= 0:
            return 0.0
        logs = actual * np.log(actual / expected) if actual > 0 else 0.0
        return float((logs - actual + expected) / self.scale[place] ** 2)


def _relative(actual: float, expected: float) -> float:
    return float(actual / expected - 1) if expected > 0 else 0.0


def explain_away(place: int, *, places: Places, picture: Picture, allowed: Flags) -> int:
    """The place that explains what moved in and around `place`: itself, a part of it, or what holds it.

    Args:
        place: index of a place that moved.
        places: the lattice.
        picture: all places in the window of the move.
        allowed: which places may be named.

    Returns:
        Index of the place to report.
    """
    found = _walk_down(place, places=places, picture=picture, allowed=allowed)
    return _walk_up(found, places=places, picture=picture, allowed=allowed)


def _walk_down(place: int, *, places: Places, picture: Picture, allowed: Flags) -> int:
    while True:
        inside = [part for part in places.held_by(place) if allowed[part] and _is_seen(part, picture)]
        ones = [part for part in inside if _explain([part], whole=place, picture=picture)]
        few = ones or _few_that_explain(inside, whole=place, places=places, picture=picture)
        if not few:
            return place
        place = max(few, key=picture.gain)


def _is_seen(part: int, picture: Picture) -> bool:
    return bool(max(picture.expected[part], picture.actual[part]) >= _FEWEST_EXPECTED)


def _few_that_explain(inside: list[int], *, whole: int, places: Places, picture: Picture) -> list[int]:
    """Two or three parts of one level that explain the whole together, each moved on its own."""
    for level in dict.fromkeys(places.levels[part] for part in inside):
        same = sorted((part for part in inside if places.levels[part] == level), key=picture.gain)[::-1]
        for many in (2, 3):
            chosen = same[:many]
            apart = len(same) > many and not (places.members[chosen].sum(axis=0) > 1).any()
            moved = all(picture.gain(part) > _SHOWN_ALONE for part in chosen)
            if apart and moved and _explain(chosen, whole=whole, picture=picture):
                return chosen
    return []


def _explain(parts: list[int], *, whole: int, picture: Picture) -> bool:
    """Whether these parts carry most of what the whole lost or won, and what is left stood still."""
    own = [picture.change(part) for part in parts]
    excess = picture.actual[whole] - picture.expected[whole]
    carried = sum(picture.actual[part] - picture.expected[part] for part in parts)
    rest, z, expected = picture.rest(whole, parts)
    if expected < _FEWEST_EXPECTED or excess == 0 or min(one * excess for one in own) <= 0:
        return False
    weakest = min(abs(one) for one in own)
    still = abs(rest) < _STILL * weakest and (abs(z) < _SHOWN or abs(rest) < 0.2 * weakest)
    return bool(carried / excess >= _CARRIED and (still or rest * excess < 0))


def _walk_up(place: int, *, places: Places, picture: Picture, allowed: Flags) -> int:
    own = picture.change(place)
    climbing = True
    while climbing:
        climbing = False
        for whole in sorted(places.holding(place), key=lambda index: int(places.members[index].sum())):
            if allowed[whole] and _moved_alike(place, whole=whole, own=own, places=places, picture=picture):
                place, climbing = whole, True
                break
    return place


def _moved_alike(part: int, *, whole: int, own: float, places: Places, picture: Picture) -> bool:
    rest, z, expected = picture.rest(whole, [part])
    if expected < _FEWEST_EXPECTED or rest * own <= 0 or abs(rest) < _ALIKE * abs(own) or abs(z) < _SHOWN:
        return False
    siblings = [
        index
        for index in places.held_by(whole)
        if places.levels[index] == places.levels[part]
        and index != part
        and picture.expected[index] >= _FEWEST_EXPECTED
        and not (places.members[index] & places.members[part]).any()
    ]
    if not siblings:
        return True
    weights = np.array([picture.expected[index] for index in siblings])
    alike = np.array([picture.change(index) / own > _ALIKE for index in siblings])
    return float((weights * alike).sum() / weights.sum()) >= _MOST_SIBLINGS
