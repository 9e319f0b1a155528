"""Boards of all measures, built once: what happened to any measure at any place and time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from countersign.analytics.detection.arrays import Flags, Floats, Names, cumulated, ratio
from countersign.analytics.detection.board import Board, build_board
from countersign.analytics.detection.cube import Cube, Observed
from countersign.analytics.detection.measures import MEASURES, Measure
from countersign.analytics.detection.moves import Move, measured_move
from countersign.analytics.detection.places import build_places
from countersign.analytics.detection.reference import WEEKS
from countersign.analytics.detection.scan import FEWEST_EVENTS, LENGTHS, SCANNED_DAYS, Prepared

# Few events each: cells of two dimensions say nothing. And whom sales turn down has no device to blame.
_OF_SALES = ("mql_rate", "acceptance_rate")
_OF_CALLS = ("follow_up_rate", "follow_up_promise_rate")
_OF_FORMS = ("web_conversions_per_lead", "leads_per_web_conversion")
_OF_FEW = (*_OF_FORMS, *_OF_SALES)

_SEGMENTS = {"device", "country"}


@dataclass(frozen=True)
class Judged:
    """A board, and its series held against their past."""

    board: Board
    prepared: Prepared
    allowed: Flags

    @property
    def judged_until(self) -> int:
        """Index after the last day that has anything to judge: younger days are still incomplete."""
        return int(np.flatnonzero(self.board.below.any(axis=0)).max(initial=-1)) + 1


def build_judged(observed: Observed) -> tuple[dict[str, Judged], tuple[str, ...]]:
    """Every measure that can be judged, and in words which cannot."""
    cubes = joined_cubes(observed.cubes)
    places = {table: build_places(cube) for table, cube in cubes.items()}
    judged, missing = {}, []
    for measure in MEASURES:
        cube = cubes.get(measure.table)
        board = build_board(measure, cube, places=places[measure.table]) if cube else None
        if board is None:
            missing.append(f"{measure.name} cannot be judged: {_why(measure, cube)}")
            continue
        prepared = board.prepared()
        judged[measure.name] = Judged(board, prepared, _allowed(board) & _is_tested(prepared))
    return judged, tuple(missing)


def _why(measure: Measure, cube: Cube | None) -> str:
    if cube is None:
        return f"{measure.table} is not there"
    absent = sorted(set(measure.numerator + measure.denominator) - set(cube.values))
    return f"{measure.table} has no {', '.join(absent)}" if absent else "nothing was counted"


def _is_tested(prepared: Prepared) -> Flags:
    """Places that could show anything: where no window ever holds enough events, no test is to be paid for.

    How much is counted at a place says nothing of whether it moved, so leaving small ones out before any
    test keeps the rate of false discoveries and gives its price back to the others.

    Source: Bourgon, Gentleman and Huber (2010), "Independent filtering increases detection power", PNAS 107.
    """
    days = prepared.gate.shape[1]
    longest = int(min(LENGTHS[-1], days))
    sums = cumulated(prepared.gate[:, -(SCANNED_DAYS + 7 * WEEKS) :])
    most = (sums[:, longest:] - sums[:, :-longest]).max(axis=1)
    return np.asarray(most >= FEWEST_EVENTS)


def _allowed(board: Board) -> Flags:
    """Places that may be named: a company's count says demand, a small cell's conversions nothing."""
    allowed = np.ones(len(board.places.names), dtype=bool)
    if not board.measure.denominator:
        allowed &= np.array([bool(name) for name in board.places.names])
    if board.measure.name == "opportunity_rate":
        # Weeks away: that all of the last ones are missing is how they always look.
        allowed &= np.array([bool(name) for name in board.places.names])
    if board.measure.name in _OF_SALES:
        allowed &= np.array(["device" not in name for name in board.places.names])
    if board.measure.name in _OF_CALLS:
        # Whom sales call is shared out by where leads come from: nobody stops calling one campaign's alone.
        allowed &= np.array(["campaign_id" not in name for name in board.places.names])
    if board.measure.name in _OF_FEW:
        allowed &= np.array([len(set(name) - {"channel"}) <= 1 for name in board.places.names])
    if board.measure.name in _OF_FORMS:
        # What counts forms, and takes them over into a CRM, knows no single channel's phones or countries.
        allowed &= np.array(
            ["channel" not in name or not _SEGMENTS & set(name) for name in board.places.names]
        )
    return allowed


def joined_cubes(cubes: Mapping[str, Cube]) -> dict[str, Cube]:
    """The cubes with what each lacks of the other: accounts and clicks of the segments.

    Clicks know no device or country, so a campaign's clicks are shared out by the long-run share of
    each segment in its sessions: sessions per click of a segment fall when its sessions go missing.
    Sessions of campaigns without clicks (organic, mail) are the ones judged as a count.
    """
    campaigns, segments = cubes.get("marts.campaign_day"), cubes.get("marts.segment_day")
    if segments is not None and "sessions" in segments.values:
        segments = replace(
            segments, values={**segments.values, "unclicked_sessions": segments.values["sessions"]}
        )
        cubes = {**cubes, "marts.segment_day": segments}
    if campaigns is None or segments is None:
        return dict(cubes)
    owner = _owners(campaigns, segments)
    keys = {**segments.keys, "account_id": np.where(owner >= 0, campaigns.keys["account_id"][owner], "")}
    joined = replace(segments, keys=keys)
    if "clicks" in campaigns.values and "sessions" in segments.values:
        clicks = campaigns.values["clicks"]
        shared = _shares(segments, owner)[:, None] * np.where(owner[:, None] >= 0, clicks[owner], 0.0)
        unclicked = segments.values["sessions"] * (shared.sum(axis=1) == 0)[:, None]
        joined = replace(
            joined, values={**segments.values, "clicks": shared, "unclicked_sessions": unclicked}
        )
    return {**cubes, "marts.segment_day": joined}


def _owners(campaigns: Cube, segments: Cube) -> Names:
    """Index of the campaign that each segment belongs to, -1 for none."""
    at = {
        key: index
        for index, key in enumerate(
            zip(campaigns.keys["channel"], campaigns.keys["campaign_id"], strict=True)
        )
    }
    pairs = zip(segments.keys["channel"], segments.keys["campaign_id"], strict=True)
    return np.array([at.get(pair, -1) for pair in pairs])


def _shares(segments: Cube, owner: Names) -> Floats:
    """Long-run share of each segment in the sessions of its campaign."""
    sessions = segments.values["sessions"].sum(axis=1)
    _, group = np.unique(owner, return_inverse=True)
    return ratio(sessions, np.bincount(group, sessions).astype(np.float64)[group])


def at_place(judged: Judged, place: Mapping[str, str], *, start: int, end: int) -> Move | None:
    """What a measure did at a named place between two day indices; None where it has no such place."""
    names = judged.board.places.names
    wanted = dict(place)
    index = next((index for index, name in enumerate(names) if name == wanted), None)
    days = judged.prepared.numerator.shape[1]
    if index is None or start >= min(end, days):
        return None
    return measured_move(judged.board, judged.prepared, place=index, start=start, end=min(end, days))


def beyond(
    judged: Judged, place: Mapping[str, str], causes: Sequence[Mapping[str, str]], *, start: int, end: int
) -> Move | None:
    """What a measure did in the part of a place that no cause's place can hold; None without such a part.

    Dimensions that the measure's table does not know are left out of a cause's place, which is wider then;
    what has no device or country may have any: leads of visits that went uncounted lose both.

    Args:
        judged: the measure.
        place: where it moved.
        causes: places whose leaves are left out.
        start, end: day indices, end exclusive.
    """
    board, prepared = judged.board, judged.prepared
    keys, names = board.cube.keys, board.places.names
    index = next((index for index, name in enumerate(names) if name == dict(place)), None)
    if index is None:
        return None
    left = board.places.members[index].copy()
    for cause in causes:
        known = [(keys[key] == value) | (keys[key] == "") for key, value in cause.items() if key in keys]
        left &= ~np.logical_and.reduce(known) if known else False
    if not left.any() or (left == board.places.members[index]).all():
        return None
    rest = replace(board.places, names=({},), levels=("",), members=left[None, :])
    noise = prepared.noise.only(np.array([index]))
    profile = board.profile[[index]]
    part = replace(board, places=rest, profile=profile)
    return measured_move(part, part.prepared(noise=noise), place=0, start=start, end=end)


def seen_at(place: Mapping[str, str], move: Move, judged: Mapping[str, Judged]) -> dict[str, Move]:
    """What every measure did at a move's place in its days, the move's own among them."""
    around = {
        name: other
        for name, one in judged.items()
        if (other := at_place(one, place, start=move.start, end=move.end)) and other.expected > 0
    }
    return {**around, move.measure: around.get(move.measure, move)}
