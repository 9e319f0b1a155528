"""Every place that can be named, as sets of leaves: the lattice that the scan and the root cause search walk.

Two places that hold the same leaves are one place: the coarsest name is kept, because a channel with a
single campaign cannot tell "the channel" from "the campaign".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from countersign.analytics.detection.arrays import Flags, Floats, Whole
from countersign.analytics.detection.cube import Cube

LEVELS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "marts.campaign_day": (
        (),
        ("channel",),
        ("account_id",),
        ("channel", "campaign_id"),
    ),
    "marts.segment_day": (
        (),
        ("channel",),
        ("device",),
        ("country",),
        ("account_id",),
        ("channel", "campaign_id"),
        ("device", "country"),
        ("channel", "device"),
        ("channel", "country"),
        ("channel", "campaign_id", "device"),
        ("channel", "campaign_id", "country"),
    ),
    "marts.deal_day": ((), ("channel",)),
}


@dataclass(frozen=True)
class Places:
    """Places of one cube.

    Args:
        names: one dict per place; {} is the company.
        levels: the dimensions of each place, "" for the company.
        members: which leaves each place holds, shape (places, leaves).
    """

    names: tuple[dict[str, str], ...]
    levels: tuple[str, ...]
    members: Flags

    def summed(self, leaf_values: Floats) -> Floats:
        """Sums over each place's leaves, shape (places, days)."""
        found: Floats = self.members.astype(np.float64) @ leaf_values
        return found

    def sharing(self, place: int) -> Whole:
        """Places that have a leaf in common with this one, itself among them."""
        return np.flatnonzero(self.members[:, self.members[place]].any(axis=1))

    def only(self, chosen: Whole) -> "Places":
        """Some of the places, by their indices."""
        return Places(
            tuple(self.names[index] for index in chosen),
            tuple(self.levels[index] for index in chosen),
            self.members[chosen],
        )

    def holding(self, place: int) -> list[int]:
        """Places that hold all leaves of this one and more."""
        inside = self.members[:, self.members[place]].all(axis=1)
        larger = self.members.sum(axis=1) > self.members[place].sum()
        return [int(index) for index in np.flatnonzero(inside & larger)]

    def held_by(self, place: int) -> list[int]:
        """Places whose leaves are all in this one, which has more."""
        inside = ~self.members[:, ~self.members[place]].any(axis=1)
        smaller = self.members.sum(axis=1) < self.members[place].sum()
        return [int(index) for index in np.flatnonzero(inside & smaller)]


def build_places(cube: Cube, *, levels: Sequence[tuple[str, ...]] | None = None) -> Places:
    """All places of a cube, coarse before fine; a level with an unknown dimension is left out."""
    names: list[dict[str, str]] = []
    kept_levels: list[str] = []
    members: list[Flags] = []
    seen: set[bytes] = set()
    for level in LEVELS[cube.table] if levels is None else levels:
        if any(dimension not in cube.keys for dimension in level):
            continue
        columns = [cube.keys[dimension] for dimension in level]
        for values in sorted({tuple(map(str, row)) for row in zip(*columns, strict=True)} or {()}):
            if "" in values:
                continue
            inside = np.ones(cube.leaves, dtype=bool)
            for column, value in zip(columns, values, strict=True):
                inside &= column == value
            if inside.tobytes() not in seen:
                seen.add(inside.tobytes())
                names.append(dict(zip(level, values, strict=True)))
                kept_levels.append("+".join(level))
                members.append(inside)
    return Places(tuple(names), tuple(kept_levels), np.array(members))
