"""Parts that are one: campaigns of an account, or of a channel, that all did the same on the same days.

Each of them may be found on its own and be no part of a larger find, because the place that holds them is
noisier than they are, or holds something small that did nothing. Nobody wants to read the same thing three
times, and three of four campaigns on one day are no coincidence: the account is where to look.
"""

from collections.abc import Sequence

import numpy as np

from countersign.analytics.detection.board import Board
from countersign.analytics.detection.moves import Move, measured_move
from countersign.analytics.detection.scan import Prepared

# Days by which ends of the same event may differ.
_SAME_DAYS = 1
# Changes of one event differ by noise alone: in logs, by less than this factor.
_ALIKE = 2.0
_FEWEST_PARTS = 2
_LEAST_SHARE = 0.01
# By how much of its parts' change, in logs, a whole must have changed, so that the rest of it did so, too.
_MOST, _SHOWN = 0.6, 3.0


def gathered(moves: Sequence[Move], *, board: Board, prepared: Prepared) -> list[tuple[Move, list[Move]]]:
    """Wholes to be told instead of their parts, each with the parts that it stands for.

    Args:
        moves: of one measure, none of which explains another.
        board, prepared: of that measure.
    """
    found: list[tuple[Move, list[Move]]] = []
    left = list(moves)
    while left:
        first = left.pop(0)
        alike = [first, *(other for other in left if _is_same_event(first, other))]
        whole = _whole(alike, board=board, prepared=prepared)
        if whole is None:
            continue
        parts = [
            one for one in alike if board.places.members[whole.place][board.places.members[one.place]].all()
        ]
        found.append((whole, parts))
        left = [one for one in left if one not in parts]
    return found


def _is_same_event(one: Move, other: Move) -> bool:
    near = abs(one.start - other.start) <= _SAME_DAYS and abs(one.end - other.end) <= _SAME_DAYS
    if not near or one.change * other.change <= 0:
        return False
    return 1 / _ALIKE <= _size(one) / _size(other) <= _ALIKE


def _size(move: Move) -> float:
    return abs(float(np.log(max(1 + move.change, _LEAST_SHARE))))


def _whole(parts: Sequence[Move], *, board: Board, prepared: Prepared) -> Move | None:
    """The smallest account or channel that holds two or more of the parts and did as they did."""
    members = board.places.members
    first = parts[0]
    for place in sorted(board.places.holding(first.place), key=lambda index: int(members[index].sum())):
        inside = [one for one in parts if members[place][members[one.place]].all()]
        if len(inside) < _FEWEST_PARTS or not board.places.names[place]:
            continue
        whole = measured_move(
            board, prepared, place=place, start=first.start, end=first.end,
            log_p=min(one.log_p for one in inside),
        )  # fmt: skip
        alike = _size(whole) >= _MOST * max(_size(one) for one in inside)
        if alike and whole.z * first.z > 0 and abs(whole.z) >= _SHOWN:
            return whole
    return None
