"""Where to move money: the split with the best cautious gain, within what was tried and the limit."""

from dataclasses import dataclass

import numpy as np

from countersign.analytics.response.posterior import Curves
from countersign.analytics.response.series import Numbers

# The gain is read at this quantile of its draws, so that a doubtful gain counts little.
CAUTION = 0.2
_STEPS = 40


@dataclass(frozen=True)
class Split:
    """One split of the same money.

    Args:
        spend: a week, shape (channels,).
        gain: draws of the change in accepted leads a week, shape (draws,).
    """

    spend: Numbers
    gain: Numbers


def find_split(curves: Curves, *, current: Numbers, low: Numbers, high: Numbers) -> Split:
    """Climb from today's split, and from each channel filled first, by moves of a fortieth of the room.

    Args:
        curves: draws by multiple of today's spend; the multiples span low / current .. high / current.
        current: spend a week today, shape (channels,).
        low: the least each channel may get.
        high: the most.
    """
    best = _climb(curves, current.copy(), current=current, low=low, high=high)
    for first in range(len(current)):
        start = _filled(current, low, high, first=first)
        found = _climb(curves, start, current=current, low=low, high=high)
        if _cautious(found.gain) > _cautious(best.gain) + 1e-9:
            best = found
    return best


def change_at(curves: Curves, *, channel: int, multiple: float) -> Numbers:
    """Draws of one channel's change in accepted leads at a multiple of its spend, shape (draws,)."""
    points = curves.multiples
    right = int(np.clip(np.searchsorted(points, multiple), 1, len(points) - 1))
    share = (multiple - points[right - 1]) / (points[right] - points[right - 1])
    table = curves.change[channel]
    return np.asarray((1 - share) * table[:, right - 1] + share * table[:, right])


def _climb(curves: Curves, spend: Numbers, *, current: Numbers, low: Numbers, high: Numbers) -> Split:
    changes = [change_at(curves, channel=c, multiple=spend[c] / current[c]) for c in range(len(spend))]
    step = float(np.sort(high - low)[-2:].mean()) / _STEPS * 4
    gain = np.sum(changes, axis=0)
    while step > float((high - low).max()) / _STEPS / 2:
        moved = _best_move(curves, spend, changes, gain, step=step, current=current, low=low, high=high)
        if moved is None:
            step /= 2
            continue
        giver, taker, amount = moved
        for channel, by in ((giver, -amount), (taker, amount)):
            spend[channel] += by
            changes[channel] = change_at(curves, channel=channel, multiple=spend[channel] / current[channel])
        gain = np.sum(changes, axis=0)
    return Split(spend=spend, gain=gain)


def _best_move(
    curves: Curves,
    spend: Numbers,
    changes: list[Numbers],
    gain: Numbers,
    *,
    step: float,
    current: Numbers,
    low: Numbers,
    high: Numbers,
) -> tuple[int, int, float] | None:
    best, found = _cautious(gain) + 1e-6, None
    for giver in range(len(spend)):
        for taker in range(len(spend)):
            amount = min(step, spend[giver] - low[giver], high[taker] - spend[taker])
            if giver == taker or amount <= step * 1e-3:
                continue
            less = change_at(curves, channel=giver, multiple=(spend[giver] - amount) / current[giver])
            more = change_at(curves, channel=taker, multiple=(spend[taker] + amount) / current[taker])
            tried = _cautious(gain - changes[giver] - changes[taker] + less + more)
            if tried > best:
                best, found = tried, (giver, taker, amount)
    return found


def _cautious(gain: Numbers) -> float:
    return float(np.quantile(gain, CAUTION))


def _filled(current: Numbers, low: Numbers, high: Numbers, *, first: int) -> Numbers:
    spend, room = low.copy(), float((current - low).sum())
    for channel in (first, *(other for other in range(len(current)) if other != first)):
        given = min(room, float(high[channel] - low[channel]))
        spend[channel] += given
        room -= given
    return spend
