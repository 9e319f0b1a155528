"""Days on which an account's clicks, costs and impressions fell together while its visits came as ever.

A platform that counts its days in another time zone loses some hours on one day: spend, impressions and
clicks fall by one factor, and visits, which analytics counts, do not. One day is too short for any of these
series alone; that they agree on a day is not. So each is asked for less, and all of them at once.

Source: Fisher (1925), "Statistical methods for research workers", ch. IV (independent tests of one
hypothesis are judged together).
"""

from collections.abc import Mapping

import numpy as np

from countersign.analytics.detection.arrays import Floats, Whole
from countersign.analytics.detection.moves import Move, measured_move
from countersign.analytics.detection.pictures import Judged
from countersign.analytics.detection.reference import Windows
from countersign.analytics.detection.scan import REPORTED_DAYS, held_against

_RISES, _FALL = "sessions_per_click", ("spend", "impressions")
_ACCOUNT = {"channel", "account_id"}
# Units of noise of the one that rises, and of each that falls.
_RISEN_Z, _FALLEN_Z = 4.0, 3.0
# What falls falls by as much as visits per click rise, in logs, within this factor.
_ALIKE = 2.0


def find_moved_hours(judged: Mapping[str, Judged]) -> list[Move]:
    """Visits per click of each account on the days that show it, the strongest place of a day first."""
    if any(name not in judged for name in (_RISES, *_FALL)):
        return []
    risen = judged[_RISES]
    days = risen.prepared.numerator.shape[1]
    scanned = np.arange(max(days - REPORTED_DAYS, 0), days)
    places, rows = _shared_places(judged)
    if not places:
        return []
    z, log = _by_day(risen, rows[_RISES], scanned)
    shown = z >= _RISEN_Z
    for name in _FALL:
        fallen_z, fallen = _by_day(judged[name], rows[name], scanned)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(log > 0, -fallen / log, 0.0)
        shown &= (fallen_z <= -_FALLEN_Z) & (ratio >= 1 / _ALIKE) & (ratio <= _ALIKE)
    found: list[Move] = []
    members = risen.board.places.members
    for row, column in sorted(np.argwhere(shown).tolist(), key=lambda at: -z[at[0], at[1]]):
        place, day = int(rows[_RISES][row]), int(scanned[column])
        if not any(one.start == day and (members[one.place] & members[place]).any() for one in found):
            found.append(
                measured_move(
                    risen.board, risen.prepared, place=place, start=day, end=day + 1, log_p=-z[row, column]
                )
            )
    return found


def _shared_places(judged: Mapping[str, Judged]) -> tuple[list[dict[str, str]], dict[str, Whole]]:
    """Accounts and channels that all of the measures know, and the row of each in each measure."""
    at = {
        name: {frozenset(place.items()): row for row, place in enumerate(judged[name].board.places.names)}
        for name in (_RISES, *_FALL)
    }
    places = [
        dict(place)
        for place in at[_RISES]
        if place and {key for key, _ in place} <= _ACCOUNT and all(place in at[name] for name in _FALL)
    ]
    rows = {
        name: np.array([known[frozenset(place.items())] for place in places], dtype=np.int64)
        for name, known in at.items()
    }
    return places, rows


def _by_day(one: Judged, rows: Whole, days: Whole) -> tuple[Floats, Floats]:
    """Each day's z and log of its factor over the usual, shape (places, days); zero where not known."""
    found = held_against(one.prepared, Windows(days, days + 1))
    z = found.root[rows] / one.prepared.scales[rows, 0][:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(found.actual[rows] / found.expected[rows])
    return z, np.where(np.isfinite(log), log, 0.0)
