"""What moved in one measure: scan, keep discoveries, find the root, take it out, and scan again."""

from dataclasses import dataclass, replace

import numpy as np

from countersign.analytics.detection.arrays import Flags, Floats, cumulated, ratio
from countersign.analytics.detection.board import Board
from countersign.analytics.detection.discoveries import discovered_by_group, price_by_group
from countersign.analytics.detection.memory import remembered
from countersign.analytics.detection.reference import FEWEST_WEEKS, Windows, deviate
from countersign.analytics.detection.root_cause import Picture, explain_away
from countersign.analytics.detection.scan import (
    LENGTHS,
    SCANNED_DAYS,
    STRETCH_DAYS,
    Best,
    Prepared,
    held_against,
    scan,
)

_MOST_MOVES = 15
# Windows of one place that touch or nearly do are one move.
_NEAR_DAYS = 4
# A window's level and ends are fitted in turns; an empty window's rate is taken as half an event's.
_REFITS = 4
_LEAST_EVENTS = 0.5
FALSE_DISCOVERY_RATE = 0.05
# A share near one has hardly any noise of its own.
_LEAST_VARIANCE = 0.02


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
    noise = prepared.noise
    levels = np.array(board.places.levels)
    doubts = board.doubts
    prices = np.zeros(len(levels))
    prices[allowed] = price_by_group(levels[allowed])
    moves: list[Move] = []
    best = scan(prepared)
    for _ in range(_MOST_MOVES):
        log_p = np.where(allowed, np.minimum(best.log_p + doubts, 0.0), 0.0)
        found = np.zeros(len(levels), dtype=bool)
        found[allowed] = discovered_by_group(log_p[allowed], levels[allowed], rate=rate)
        if not found.any():
            break
        place = int(np.where(found, log_p, 1.0).argmin())
        move = _rooted(place, best, board, prepared, allowed=allowed)
        move = replace(move, log_p=float(log_p[place] + prices[place]))
        moves = _added(moves, move, board)
        board = taken_out(board, move, prepared)
        touched = board.places.sharing(move.place)
        renewed = board.prepared(noise=noise.only(touched), places=touched)
        prepared = prepared.with_rows(renewed, rows=touched)
        best = best.with_rows(scan(renewed), rows=touched)
    return moves


def _rooted(place: int, best: Best, board: Board, prepared: Prepared, *, allowed: Flags) -> Move:
    start, end = int(best.start[place]), int(best.end[place])
    picture = picture_of(prepared, start=start, end=end, like=place)
    root = explain_away(place, places=board.places, picture=picture, allowed=allowed)
    if root != place and _overlap(start, end, int(best.start[root]), int(best.end[root])) > 0.6:
        start, end = int(best.start[root]), int(best.end[root])
    start, end = _bounded(prepared, root, start=start, end=end)
    # Two that overlap look like their whole on the days of both: from the first day of the one, they do not.
    picture = picture_of(prepared, start=start, end=end, like=root)
    part = explain_away(root, places=board.places, picture=picture, allowed=allowed)
    if part in board.places.held_by(root):
        root = part
        start, end = _bounded(prepared, root, start=start, end=end)
    return measured_move(board, prepared, place=root, start=start, end=end, log_p=float(best.log_p[place]))


def _bounded(prepared: Prepared, place: int, *, start: int, end: int) -> tuple[int, int]:
    """First and last day (end exclusive) at which a changed level is likeliest, around the found window.

    Scanned windows come in few lengths, and the longest of two that fit alike stands out most. So the ends
    are fitted: each day gains the log of its Poisson likelihood at the changed rate over the usual one, and
    the window is the run of days that gains most. A day that moved by less than about half loses.

    Source: Hinkley (1970), "Inference about the change-point in a sequence of random variables",
    Biometrika 57.
    """
    days = prepared.numerator.shape[1]
    first = max(days - SCANNED_DAYS - STRETCH_DAYS, 0)
    actual = prepared.numerator[place]
    reference = prepared.reference
    known = (reference.rate[place] > 0) & (reference.weeks[place] >= FEWEST_WEEKS)
    for _ in range(_REFITS):
        expected = reference.rate[place, start] * prepared.denominator[place]
        inside = float(expected[start:end].sum())
        if inside <= 0:
            break
        factor = max(float(actual[start:end].sum()), min(_LEAST_EVENTS, inside / 2)) / inside
        gained = cumulated(actual * np.log(factor) - expected * (factor - 1))
        starts, ends = np.arange(end - 1, first - 1, -1), np.arange(start + 1, days + 1)
        starts = starts[known[starts]]
        gain = gained[None, ends] - gained[starts, None]
        gain = np.where(ends[None, :] > starts[:, None], gain, -np.inf)
        row, column = np.unravel_index(int(gain.argmax()), gain.shape)
        found = int(starts[row]), int(ends[column])
        if found == (start, end):
            break
        start, end = found
    return start, end


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
        trials=None if prepared.trials is None else prepared.trials[row],
    )
    scale = float(prepared.scales[place, kind_of(end - start)])
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
        scale * float(_of_poisson(prepared, found.expected[:, 0], start=start, end=end, rows=row)[0]),
    )


def picture_of(prepared: Prepared, *, start: int, end: int, like: int) -> Picture:
    """All places in one window, held against levels of one memory, that of the place `like`: parts add up."""
    alike = np.full_like(prepared.noise.memory, prepared.noise.memory[like])
    if (alike != prepared.noise.memory).any():
        levels = remembered(
            prepared.numerator,
            prepared.denominator,
            at=np.array([start]),
            chosen=alike,
            memories=prepared.memories,
        )
        prepared = replace(prepared, reference=levels)
    found = held_against(prepared, Windows(np.array([start]), np.array([end])))
    expected = found.expected[:, 0]
    poisson = _of_poisson(prepared, expected, start=start, end=end, rows=slice(None))
    return Picture(found.actual[:, 0], expected, prepared.scales[:, kind_of(end - start)] * poisson)


def _of_poisson(prepared: Prepared, expected: Floats, *, start: int, end: int, rows: slice) -> Floats:
    """Noise of a binomial share, in units of a Poisson count of the same mean; ones for counts."""
    if prepared.trials is None:
        return np.ones(len(expected))
    share = ratio(expected, prepared.trials[rows, start:end].sum(axis=1))
    return np.asarray(np.sqrt(np.maximum(1 - share, _LEAST_VARIANCE)))


def kind_of(length: int) -> int:
    """Index of the scanned length that is nearest to a number of days."""
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
