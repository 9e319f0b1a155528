"""What moved in one measure: scan, keep discoveries, find the root, take it out, and scan again."""

from dataclasses import dataclass, replace

import numpy as np

from countersign.analytics.detection.arrays import Flags, Floats, ratio
from countersign.analytics.detection.board import Board
from countersign.analytics.detection.discoveries import discovered_by_group, price_by_group
from countersign.analytics.detection.reference import Windows, deviate
from countersign.analytics.detection.root_cause import Picture, explain_away
from countersign.analytics.detection.scan import LENGTHS, SCANNED_DAYS, STRETCH_DAYS, Best, Prepared, scan

_MOST_MOVES = 15
# Windows of one place that touch or nearly do are one move.
_NEAR_DAYS = 4
# Blocks of days that may lengthen a window, and the units of noise each must show.
_BLOCKS = (7, 3, 1)
_BEYOND = 1.0
FALSE_DISCOVERY_RATE = 0.05


@dataclass(frozen=True)
class Move:
    """A measure that left its range in one place for some days.

    Args:
        measure: name of the measure.
        place: index in the board's places.
        start, end: day indices, end exclusive.
        z: signed, in units of the noise of windows of that length.
        log_p: natural log of the p-value, all windows and all series of the measure paid for.
        actual, expected: events (or money) in the window.
        exposure: the raw denominator in the window, days for a count.
        scale: noise of the window's length (one is Poisson).
    """

    measure: str
    place: int
    start: int
    end: int
    z: float
    log_p: float
    actual: float
    expected: float
    exposure: float
    scale: float

    @property
    def change(self) -> float:
        """Relative change against what was expected."""
        return self.actual / self.expected - 1 if self.expected > 0 else 0.0


def find_moves(
    board: Board, *, prepared: Prepared, allowed: Flags, rate: float = FALSE_DISCOVERY_RATE
) -> list[Move]:
    """All moves of a measure, strongest first, each at its root and taken out before the next is sought.

    Args:
        board: the measure on its places.
        prepared: its series, held against their past.
        allowed: which places may be named.
        rate: false discovery rate of this measure.
    """
    scales = prepared.scales
    levels = np.array(board.places.levels)
    prices = price_by_group(levels)
    moves: list[Move] = []
    best = scan(prepared)
    for _ in range(_MOST_MOVES):
        log_p = np.where(allowed, np.minimum(best.log_p + board.measure.doubt, 0.0), 0.0)
        found = discovered_by_group(log_p, levels, rate=rate) & allowed
        if not found.any():
            break
        place = int(np.where(found, log_p, 1.0).argmin())
        move = _rooted(place, best, board, prepared, allowed=allowed)
        move = replace(move, log_p=float(log_p[place] + prices[place]))
        moves = _added(moves, move, board)
        board = taken_out(board, move, prepared)
        touched = board.places.sharing(move.place)
        renewed = board.prepared(scales=scales[touched], places=touched)
        prepared = prepared.with_rows(renewed, rows=touched)
        best = best.with_rows(scan(renewed), rows=touched)
    return moves


def _rooted(place: int, best: Best, board: Board, prepared: Prepared, *, allowed: Flags) -> Move:
    start, end = int(best.start[place]), int(best.end[place])
    picture = picture_of(prepared, start=start, end=end)
    root = explain_away(place, places=board.places, picture=picture, allowed=allowed)
    if root != place and _overlap(start, end, int(best.start[root]), int(best.end[root])) > 0.6:
        start, end = int(best.start[root]), int(best.end[root])
        picture = picture_of(prepared, start=start, end=end)
    start, end = _stretched(prepared, root, start=start, end=end)
    return measured_move(board, prepared, place=root, start=start, end=end, log_p=float(best.log_p[place]))


def _stretched(prepared: Prepared, place: int, *, start: int, end: int) -> tuple[int, int]:
    """The window with the days before and after it that moved at least half as much, the same way."""
    days = prepared.numerator.shape[1]
    for block in _BLOCKS:
        while end < days and _moved_on(
            prepared, place, inside=(start, end), block=(end, min(end + block, days))
        ):
            end = min(end + block, days)
        while start - block >= max(days - SCANNED_DAYS - STRETCH_DAYS, 1) and _moved_on(
            prepared, place, inside=(start, end), block=(start - block, start)
        ):
            start -= block
    return start, end


def _moved_on(prepared: Prepared, place: int, *, inside: tuple[int, int], block: tuple[int, int]) -> bool:
    rate = prepared.reference.rate[place, inside[0]]
    changes = []
    for first, last in (inside, block):
        expected = rate * prepared.denominator[place, first:last].sum()
        if expected <= 0:
            return False
        changes.append(prepared.numerator[place, first:last].sum() / expected - 1)
    noise = prepared.scales[place, _kind(block[1] - block[0])] / np.sqrt(max(expected, 1e-9))
    return bool(changes[1] * changes[0] > 0 and abs(changes[1]) > max(abs(changes[0]) / 2, _BEYOND * noise))


def measured_move(
    board: Board, prepared: Prepared, *, place: int, start: int, end: int, log_p: float = 0.0
) -> Move:
    """What a measure did at a place between two day indices (end exclusive), discovered or not."""
    windows, row = Windows(np.array([start]), np.array([end])), slice(place, place + 1)
    found = deviate(
        prepared.numerator[row],
        prepared.denominator[row],
        reference=prepared.reference.only(row),
        windows=windows,
    )
    scale = float(prepared.scales[place, _kind(end - start)])
    members = board.places.members[place]
    return Move(
        board.measure.name,
        place,
        start,
        end,
        float(found.root[0, 0]) / scale,
        log_p,
        float(found.actual[0, 0]),
        float(found.expected[0, 0]),
        float(board.raw_below[members, start:end].sum()) if board.measure.denominator else end - start,
        scale,
    )


def picture_of(prepared: Prepared, *, start: int, end: int) -> Picture:
    """All places in one window."""
    windows = Windows(np.array([start]), np.array([end]))
    found = deviate(prepared.numerator, prepared.denominator, reference=prepared.reference, windows=windows)
    return Picture(found.actual[:, 0], found.expected[:, 0], prepared.scales[:, _kind(end - start)])


def _kind(length: int) -> int:
    return int(np.abs(np.log(LENGTHS / length)).argmin())


def _overlap(start: int, end: int, other_start: int, other_end: int) -> float:
    shared = min(end, other_end) - max(start, other_start)
    return max(shared, 0) / max(min(end - start, other_end - other_start), 1)


def _added(moves: list[Move], move: Move, board: Board) -> list[Move]:
    """The moves with one more, or with one of them longer when the new one continues it."""
    members = board.places.members
    for index, known in enumerate(moves):
        nested = (members[known.place] & members[move.place]).sum() == min(
            members[known.place].sum(), members[move.place].sum()
        )
        near = move.start <= known.end + _NEAR_DAYS and known.start <= move.end + _NEAR_DAYS
        # What is left of a move once it is taken out may point the other way, but no wider than it was.
        wider = members[move.place].sum() > members[known.place].sum()
        if nested and near and (known.z * move.z > 0 or not wider):
            longer = known
            if known.place == move.place and known.z * move.z > 0:
                longer = replace(known, start=min(known.start, move.start), end=max(known.end, move.end))
            return [*moves[:index], longer, *moves[index + 1 :]]
    return [*moves, move]


def taken_out(board: Board, move: Move, prepared: Prepared) -> Board:
    """The board as if the move had not been: its leaves at the rate they were expected to have."""
    members = board.places.members[move.place]
    above = board.above.copy()
    window = slice(move.start, move.end)
    if move.actual > 0.2 * move.expected:
        above[members, window] *= move.expected / move.actual
    else:
        share = _leaf_share(board.below[members, window])
        quiet = prepared.reference.rate[move.place, move.start] * prepared.denominator[move.place, window]
        above[members, window] = share * quiet
    return replace(board, above=above)


def _leaf_share(below: Floats) -> Floats:
    total = below.sum(axis=0, keepdims=True)
    return ratio(below, np.broadcast_to(total, below.shape))
