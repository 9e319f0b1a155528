"""From moves of single measures to incidents: one per cause, where the chain broke first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
import numpy as np
from scipy.stats import norm  # type: ignore[import-untyped]

from countersign.analytics.detection.ceilings import find_ceilings
from countersign.analytics.detection.cube import Observed, read_observed
from countersign.analytics.detection.families import (
    ACCOUNT_KINDS,
    ALIKE_STAGES,
    EXPLAINS,
    WELCOME,
    Label,
    Pattern,
    Seen,
    is_no_reason,
    name_kind,
)
from countersign.analytics.detection.gathering import gathered
from countersign.analytics.detection.measures import BY_NAME
from countersign.analytics.detection.moved_hours import find_moved_hours
from countersign.analytics.detection.moves import Move, find_moves, measured_move
from countersign.analytics.detection.onset import is_sister, under_way_by
from countersign.analytics.detection.pictures import Judged, at_place, beyond, build_judged, seen_at
from countersign.analytics.detection.places import Places
from countersign.analytics.detection.planned import NEVER_PLANNED_KINDS, planned_by
from countersign.analytics.detection.ranges import spread
from countersign.analytics.detection.records import DetectedIncident, Detection, Severity
from countersign.analytics.detection.routine import is_routine
from countersign.analytics.detection.scan import REPORTED_DAYS

FEWEST_DAYS = 13 * 7
# What ended, or began, longer ago was told by earlier weeks' reports.
_ENDED_DAYS = 42
_BEGAN_DAYS = REPORTED_DAYS
# Shared days, as a share of the shorter move, that make two moves one story.
_SHARED_DAYS = 0.5
# From so much evidence on other days a move is more than another's echo: an edge may hide a chance day.
_GOES_ON_Z = 3.5
# By how much, in logs, an echo outside its cause's own place may be larger: ratios of ratios, and noise.
_THINNED, _LEAST_SHARE = 1.5, 0.01
_EVIDENCE_Z = 2.0
# A cause has not shown where its own measure is within so much noise of its usual, and moved by less than
# this share, in logs, of what it did at its own place.
_SHOWN, _SHOWN_SHARE = 2.0, 0.5
# A ceiling is certain by its shape, so a smaller loss than a count's is worth saying.
_LEAST_CLIPPED = 0.05
# Near days are more alike than days of a fortnight, which its test takes for chance: only the plain ones.
_CHANCE = 0.01
# ... and where the spend is not itself far below its usual, only what is plain without that.
_CHANCE_ALONE = 0.001
# Dimension and name of a campaign or an account, to what holds it.
Owners = Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(frozen=True)
class _Placed:
    """A move with the name of its place, what kind it looks like, and whether it lies at a ceiling."""

    move: Move
    place: Mapping[str, str]
    kind: tuple[str, Label] = ("unexplained", "measured")
    is_ceiling: bool = False

    @property
    def is_welcome(self) -> bool:
        """Whether nobody minds it: good news that looks like nothing known."""
        return self.kind[0] == "unexplained" and WELCOME.get(self.move.measure, 0) * self.move.z > 0


def find_incidents(connection: duckdb.DuckDBPyConnection, *, as_of: date) -> tuple[DetectedIncident, ...]:
    """Incidents that the daily marts show up to the day before `as_of`, the gravest first.

    Tables or columns that are not there cost what hangs on them, nothing more; `detect` says what.
    """
    return detect(connection, as_of=as_of).incidents


def detect(connection: duckdb.DuckDBPyConnection, *, as_of: date) -> Detection:
    """Incidents, and in plain words what could not be judged."""
    observed = read_observed(connection, as_of=as_of)
    days = max((len(cube.days) for cube in observed.cubes.values()), default=0)
    if days < FEWEST_DAYS:
        few = f"nothing can be judged: {days} days are known, 13 weeks ({FEWEST_DAYS} days) are needed"
        return Detection((), (*observed.missing, few))
    judged, missing = build_judged(observed)
    found = _incidents(observed, judged, as_of=as_of)
    order = {"act": 0, "watch": 1, "info": 2}
    found.sort(key=lambda incident: (order[incident.severity], -abs(incident.z)))
    return Detection(tuple(found), (*observed.missing, *missing))


def _incidents(observed: Observed, judged: Mapping[str, Judged], *, as_of: date) -> list[DetectedIncident]:
    moves = [
        move
        for one in judged.values()
        for move in find_moves(one.board, prepared=one.prepared, allowed=one.allowed)
    ]
    moves += [move for move in find_moved_hours(judged) if not _is_among(move, moves)]
    placed = [_Placed(move, judged[move.measure].board.places.names[move.place]) for move in moves]
    placed = [replace(one, kind=name_kind(_pattern(one, judged))) for one in placed]
    roots = _roots(placed, judged, owners=_owners(observed), known=_at_ceiling(judged))
    return [
        incident
        for root in _gathered(roots, judged)
        if (incident := _incident(_dated(root, judged), observed=observed, judged=judged, as_of=as_of))
        is not None
    ]


def _is_among(move: Move, moves: Sequence[Move]) -> bool:
    """Whether a measure's move at this place, in days of this one, was found already."""
    return any(
        one.measure == move.measure and one.place == move.place and _shared(one, move) > 0 for one in moves
    )


def _owners(observed: Observed) -> Owners:
    """What holds each campaign and each account: an account lies in its channel when it has only one."""
    cube = observed.cubes.get("marts.campaign_day")
    if cube is None:
        return {}
    owners: dict[tuple[str, str], dict[str, str]] = {}
    for channel, account, campaign in zip(
        *(cube.keys[key] for key in ("channel", "account_id", "campaign_id")), strict=True
    ):
        known = owners.setdefault(("account_id", str(account)), {"channel": str(channel)})
        if known.get("channel") != str(channel):
            known.clear()
        owners[("campaign_id", str(campaign))] = {"account_id": str(account), "channel": str(channel)}
    return {key: place for key, place in owners.items() if key[1]}


def _at_ceiling(judged: Mapping[str, Judged]) -> list[_Placed]:
    """Spend that lies at a ceiling, lost what is worth saying, and was not there before."""
    if "spend" not in judged:
        return []
    board, prepared = judged["spend"].board, judged["spend"].prepared
    found = []
    for one in find_ceilings(prepared.numerator, scanned_days=_BEGAN_DAYS, rate=_CHANCE):
        move = measured_move(board, prepared, place=one.place, start=one.start, end=one.end, log_p=one.log_p)
        certain = float(norm.isf(np.exp(max(one.log_p, -300.0)) / 2))
        is_plain = one.log_p <= np.log(_CHANCE_ALONE) or move.z <= -_GOES_ON_Z
        if move.change <= -_LEAST_CLIPPED and is_plain and board.places.names[one.place]:
            move = replace(move, z=min(move.z, -certain))
            found.append(_Placed(move, board.places.names[one.place], ("budget_cap", "inferred"), True))
    return _coarse_first(found, places=board.places)


def _coarse_first(found: Sequence[_Placed], *, places: Places) -> list[_Placed]:
    """Ceilings in the order of blame: an account before its campaigns, unless it is flat for one of them."""

    def order(one: _Placed) -> tuple[bool, int]:
        inside = set(places.held_by(one.move.place))
        parts = [part for part in found if part.move.place in inside and _shared(part.move, one.move) > 0]
        return len(parts) == 1, -int(places.members[one.move.place].sum())

    return sorted(found, key=order)


def _roots(
    placed: Sequence[_Placed],
    judged: Mapping[str, Judged],
    *,
    owners: Owners,
    known: Sequence[_Placed] = (),
) -> list[_Placed]:
    """Moves that no other explains: ceilings, then ratios before counts, early before late, strong first."""
    waiting = [*known, *sorted(placed, key=_rank)]
    roots: list[_Placed] = []
    for one in waiting:
        causes = [root for root in roots if _is_explained(one, by=root, owners=owners, judged=judged)]
        if (
            not causes
            or _goes_on(one, judged, without=causes)
            or _goes_beyond(one, judged, without=causes, owners=owners)
        ):
            roots.append(one)
    return roots


def _gathered(roots: Sequence[_Placed], judged: Mapping[str, Judged]) -> list[_Placed]:
    """The roots, with those that are parts of one event told as the place that holds them."""
    told = list(roots)
    for measure, sort in {(root.move.measure, root.is_ceiling): root for root in roots}:
        one = judged[measure]
        same = [root for root in roots if (root.move.measure, root.is_ceiling) == (measure, sort)]
        for whole, parts in gathered([root.move for root in same], board=one.board, prepared=one.prepared):
            stood_for = [root for root in same if root.move in parts]
            placed = replace(stood_for[0], move=whole, place=one.board.places.names[whole.place])
            told = [root for root in told if root not in stood_for]
            told.append(placed if sort else replace(placed, kind=name_kind(_pattern(placed, judged))))
    return told


def _rank(one: _Placed) -> tuple[bool, int, float]:
    measure = BY_NAME[one.move.measure]
    return not measure.denominator, ALIKE_STAGES.get(measure.name, measure.stage), one.move.log_p


def _is_explained(one: _Placed, *, by: _Placed, owners: Owners, judged: Mapping[str, Judged]) -> bool:
    if one.move.measure != by.move.measure and one.move.measure not in EXPLAINS[by.move.measure]:
        return False
    sign = EXPLAINS[by.move.measure].get(one.move.measure, 0)
    if sign and sign * one.move.z * by.move.z < 0:
        return False
    if is_no_reason(one.move.measure, one.move.z, of=by.move.measure, of_z=by.move.z):
        return False
    # Good news hides bad news only where the one must follow from the other.
    if by.is_welcome and not sign and not one.is_welcome:
        return False
    if _shared(one.move, by.move) < _SHARED_DAYS:
        return False
    place, cause = _full(one.place, owners), _full(by.place, owners)
    days = len(judged[one.move.measure].board.cube.days)
    is_elsewhere = any(place.get(key) != value for key, value in cause.items())
    # What has lasted for months explains no more of what is new than it did all along.
    is_newer = _is_old(by.move, days) and not _is_old(one.move, days)
    if (is_elsewhere or is_newer) and _is_larger(one.move, by, judged):
        return False
    return _meet(place, cause) and _shows_at(one, by, judged)


def _shows_at(one: _Placed, by: _Placed, judged: Mapping[str, Judged]) -> bool:
    """Whether a cause shows in its own measure where, and when, it is to explain another."""
    if one.move.measure == by.move.measure:
        return True
    start, end = max(one.move.start, by.move.start), min(one.move.end, by.move.end)
    known = judged[by.move.measure].board.cube.keys
    place = {key: value for key, value in one.place.items() if key in known}
    there = at_place(judged[by.move.measure], place, start=start, end=end)
    if there is None or there.expected <= 0:
        return True
    way = 1 if by.move.z > 0 else -1
    moved = np.log(max(1 + there.change, _LEAST_SHARE)) * way
    return bool(there.z * way >= _SHOWN or moved >= _SHOWN_SHARE * _size(by.move))


def _is_larger(one: Move, by: _Placed, judged: Mapping[str, Judged]) -> bool:
    """Whether a move is too large to be another's, seen from farther off: what spreads, thins.

    It is held against the cause, and against what its own measure did at the cause's place.
    """
    there = at_place(judged[one.measure], by.place, start=by.move.start, end=by.move.end)
    cause = max(_size(by.move), _size(there) if there is not None else 0.0)
    return _size(one) > _THINNED * cause


def _size(move: Move) -> float:
    return abs(float(np.log(max(1 + move.change, _LEAST_SHARE))))


def _shared(one: Move, other: Move) -> float:
    """Days of both, as a share of the shorter."""
    days = min(one.end, other.end) - max(one.start, other.start)
    return max(days, 0) / max(min(one.end - one.start, other.end - other.start), 1)


def _goes_on(one: _Placed, judged: Mapping[str, Judged], *, without: Sequence[_Placed]) -> bool:
    """Whether a move shows on days that none of its causes has as well: a bad day explains no bad weeks."""
    move, at = one.move, one.move.start
    for cause in [*sorted((other.move for other in without), key=lambda other: other.start), None]:
        until = min(cause.start, move.end) if cause else move.end
        left = at_place(judged[move.measure], one.place, start=at, end=until) if at < until else None
        if left is not None and abs(left.z) >= _GOES_ON_Z and left.z * move.z > 0:
            return True
        at = max(at, cause.end) if cause else at
    return False


def _goes_beyond(
    one: _Placed, judged: Mapping[str, Judged], *, without: Sequence[_Placed], owners: Owners
) -> bool:
    """Whether a move shows where none of its causes is: one campaign's robots break no other's forms."""
    causes = [_full(cause.place, owners) for cause in without]
    left = beyond(judged[one.move.measure], one.place, causes, start=one.move.start, end=one.move.end)
    if left is None or left.z * one.move.z <= 0:
        return False
    return abs(left.z) >= _GOES_ON_Z and _size(left) >= _SHOWN_SHARE * _size(one.move)


def _full(place: Mapping[str, str], owners: Owners) -> dict[str, str]:
    """A place with the account and the channel that hold it."""
    held_by = [owners.get((key, place.get(key, "")), {}) for key in ("account_id", "campaign_id")]
    named = {key: value for holder in held_by for key, value in holder.items() if value}
    return {**named, **place}


def _meet(place: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two places have anything in common: no dimension on which they differ."""
    return all(other.get(key, value) == value for key, value in place.items())


def _dated(root: _Placed, judged: Mapping[str, Judged]) -> _Placed:
    """The root from the day by which it was under way; a ceiling's days, and a slope's, are what they are."""
    move = root.move
    if root.is_ceiling or BY_NAME[move.measure].may_fade:
        return root
    board, prepared = judged[move.measure].board, judged[move.measure].prepared
    sisters = [
        (other, judged[name].prepared)
        for name, other in seen_at(root.place, move, judged).items()
        if is_sister(other, of=move)
    ]
    start = under_way_by([(move, prepared), *sisters])
    dated = measured_move(board, prepared, place=move.place, start=start, end=move.end, log_p=move.log_p)
    return replace(root, move=dated)


def _incident(
    root: _Placed, *, observed: Observed, judged: Mapping[str, Judged], as_of: date
) -> DetectedIncident | None:
    move, days = root.move, len(judged[root.move.measure].board.cube.days)
    if _is_old(move, days) or root.is_welcome:
        return None
    if not root.is_ceiling and is_routine(move, root.place, kind=root.kind[0], judged=judged):
        return None
    first = as_of - timedelta(days=days)
    start, last = first + timedelta(days=move.start), first + timedelta(days=move.end - 1)
    place = _full(root.place, _owners(observed))
    # Launches and promotions are dear: what an account pays less for, they have not explained.
    is_cheaper = root.kind[0] in ACCOUNT_KINDS and move.change < 0
    is_told = not (root.is_ceiling or is_cheaper or root.kind[0] in NEVER_PLANNED_KINDS)
    mark = planned_by(
        move.measure, place=place, change=move.change, start=start, end=last, marks=observed.marks
    )
    if is_told and mark and not (mark.kind == "holiday" and _is_alone(root, judged)):
        return None
    seen = seen_at(root.place, root.move, judged)
    kind, label = root.kind
    low, high = spread(move.expected, scale=move.scale)
    unit = max(move.exposure, 1.0)
    until = judged[move.measure].judged_until
    return DetectedIncident(
        metric=move.measure,
        place=place,
        start=start,
        end=None if move.end >= until else last,
        direction="up" if move.z > 0 else "down",
        z=move.z,
        severity=_severity(move, still_on=move.end >= days - 3),
        kind=kind,
        label=label,
        expected=move.expected / unit,
        low=low / unit,
        high=high / unit,
        actual=move.actual / unit,
        evidence=tuple((name, _did(other)) for name, other in seen.items() if name != move.measure),
        through=min(last, first + timedelta(days=until - 1)),
        moved=tuple(
            (name, other.change)
            for name, other in seen.items()
            if name != move.measure and abs(other.z) >= _EVIDENCE_Z
        ),
    )


def _is_alone(root: _Placed, judged: Mapping[str, Judged]) -> bool:
    """Whether a ratio moved in its place and not in the rest of the company: a holiday is everybody's."""
    move = root.move
    if not BY_NAME[move.measure].denominator:
        return False
    rest = beyond(judged[move.measure], {}, [root.place], start=move.start, end=move.end)
    return rest is not None and rest.z * np.sign(move.z) < _EVIDENCE_Z


def _pattern(root: _Placed, judged: Mapping[str, Judged]) -> Pattern:
    seen = {
        name: Seen(other.change, other.z) for name, other in seen_at(root.place, root.move, judged).items()
    }
    return Pattern(root.move.measure, root.place, root.move.end - root.move.start, seen)


def _is_old(move: Move, days: int) -> bool:
    """Whether it was over six weeks ago, or began so long ago that it is a level by now, told long since."""
    return move.end < days - _ENDED_DAYS or move.start < days - _BEGAN_DAYS


def _did(move: Move) -> str:
    if abs(move.z) < _EVIDENCE_Z:
        return "held"
    return f"{'rose' if move.z > 0 else 'fell'} {abs(move.change):.0%}"


def _severity(move: Move, *, still_on: bool) -> Severity:
    if abs(move.z) >= 4 and abs(move.change) >= 0.3 and still_on:
        return "act"
    return "watch" if abs(move.z) >= 3 else "info"
