"""Every window of the last weeks of every series, and the one that stands out most in each.

A scan statistic over intervals: each series has a thousand windows, so its best window must be better
than the best of a thousand quiet ones. Short windows are the many, so each length pays for the number
of independent windows of that length (Walther 2010, "Optimal and fast detection of spatial clusters with
scan statistics", Ann. Stat. 38), and p-values hold for the whole series.

Source: Kulldorff (1997), "A spatial scan statistic", Comm. Stat. 26.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np
from scipy.special import log_ndtr, stdtr, xlogy  # type: ignore[import-untyped]

from countersign.analytics.detection.arrays import Flags, Floats, Whole, cumulated, ratio
from countersign.analytics.detection.memory import USUAL, Memory, Noise, quiet_noise, remembered
from countersign.analytics.detection.reference import (
    FEWEST_WEEKS,
    LEANED_WINDOWS,
    Deviations,
    Reference,
    Windows,
    deviate,
)

# The one way in which a measure is judged; empty for both.
Only = Literal["", "fall"]

LENGTHS: Whole = np.array([1, 2, 3, 4, 5, 7, 9, 11, 14, 17, 21, 25, 28, 35, 42], dtype=np.int64)
SCANNED_DAYS = 112
# What began longer ago is a level by now, which weekly reports told long since: it is looked for only so that
# it may be taken out of what came after, and pays apart for its windows.
REPORTED_DAYS = 49
_PAST_SHARE = 0.1
# Shorter windows cannot tell a slope from a step.
SHORTEST_SLOPE = 14
# A found window may begin this many days before the first scanned one.
STRETCH_DAYS = 14
# Fewer expected (or, for a rise, counted) events than this are noise's playground: never judged.
FEWEST_EVENTS = 8.0
# What stands out by this much is no chance, however small the change.
PLAIN_Z = 6.0
# Shorter windows of a price are bookings that slipped.
_SHORTEST_PRICE = 2
# Noise has heavier tails than the normal: a root deviance beyond this counts by its square root.
_TAIL = 3.0
_TAIL_OF_A_DAY = 2.0
# Below this a probability is not told from zero; a share of measured noise this small leaves it known.
_LEAST_LOG = -690.0
_LEAST_MEASURED = 0.03


@dataclass(frozen=True)
class Best:
    """The window of each series that stands out most; arrays over series.

    Args:
        start, end: day indices, end exclusive.
        z: signed root deviance over the noise of that length.
        log_p: natural log of the p-value for the whole series, all windows paid for; 0 when not judged.
        actual, expected: events in that window.
    """

    start: Whole
    end: Whole
    z: Floats
    log_p: Floats
    actual: Floats
    expected: Floats

    def with_rows(self, other: "Best", *, rows: Whole) -> "Best":
        """The same with some series renewed."""
        return Best(*(_renewed(getattr(self, f.name), getattr(other, f.name), rows) for f in fields(self)))


@dataclass(frozen=True)
class Prepared:
    """Series ready to be held against their past.

    Args:
        numerator, denominator: as in `deviate`, shape (series, days).
        reference: levels before each day.
        noise: by length, and the memory behind each level.
        gate: what must hold enough events, shape (series, days).
        least_effect: smaller relative changes are not judged.
        least_plain: the same for what stands out by `PLAIN_Z`.
        may_fade: whether slopes are looked for beside steps.
        floor: noise that is there without any measuring; see `noise_scale`.
        trials: of how many the numerator is a share, shape (series, days); None when it is no share.
        memories: how far back levels may be read.
        only: the one way in which windows are judged, one-sided; empty for both.
    """

    numerator: Floats
    denominator: Floats
    reference: Reference
    noise: Noise
    gate: Floats
    least_effect: float
    least_plain: float
    may_fade: bool = False
    floor: float = 1.0
    trials: Floats | None = None
    memories: tuple[Memory, ...] = (USUAL,)
    only: Only = ""

    @property
    def scales(self) -> Floats:
        """Noise by length, shape (series, lengths)."""
        return self.noise.scales

    def with_rows(self, other: "Prepared", *, rows: Whole) -> "Prepared":
        """The same with some series renewed."""
        renewed = {
            name: _renewed(getattr(self, name), getattr(other, name), rows)
            for name in ("numerator", "denominator", "gate")
        }
        if self.gate is self.numerator:
            renewed["gate"] = renewed["numerator"]
        if self.trials is not None:
            renewed["trials"] = _renewed(self.trials, other.trials, rows)
        levels = [
            _renewed(getattr(self.reference, one.name), getattr(other.reference, one.name), rows)
            for one in fields(self.reference)
        ]
        return replace(self, reference=Reference(*levels), **renewed)


def _renewed(values: Any, new: Any, rows: Whole) -> Any:
    found = values.copy()
    found[rows] = new
    return found


def prepare(
    numerator: Floats,
    denominator: Floats,
    *,
    gate: Floats,
    floor: float,
    least_effect: float,
    least_plain: float | None = None,
    may_fade: bool = False,
    noise: Noise | None = None,
    memories: tuple[Memory, ...] = (USUAL,),
    trials: Floats | None = None,
    only: Only = "",
) -> Prepared:
    """Reference and noise of series, each with the memory that serves it best.

    Noise is read from before the scanned days where history allows, unless it is told.
    """
    days = numerator.shape[1]
    if noise is None:
        until = days - SCANNED_DAYS if days >= SCANNED_DAYS + 26 * 7 else days
        noise = quiet_noise(
            numerator,
            denominator,
            lengths=LENGTHS,
            until=until,
            floor=floor,
            memories=memories,
            trials=trials,
        )
    scanned = np.arange(max(days - SCANNED_DAYS - STRETCH_DAYS, 0), days + 1)
    reference = remembered(numerator, denominator, at=scanned, chosen=noise.memory, memories=memories)
    return Prepared(
        numerator,
        denominator,
        reference,
        noise,
        gate,
        least_effect,
        least_effect if least_plain is None else least_plain,
        may_fade,
        floor,
        trials,
        memories,
        only,
    )


def windows_of(days: int) -> tuple[Windows, Whole]:
    """All scanned windows of a history of so many days, and the index of each one's length."""
    first = max(days - SCANNED_DAYS, 0)
    starts, ends, kinds = [], [], []
    for place, length in enumerate(LENGTHS):
        end = np.arange(first + length, days + 1)
        starts.append(end - length)
        ends.append(end)
        kinds.append(np.full(len(end), place))
    return Windows(np.concatenate(starts), np.concatenate(ends)), np.concatenate(kinds)


def held_against(prepared: Prepared, windows: Windows) -> Deviations:
    """Windows of prepared series against the levels before them."""
    return deviate(
        prepared.numerator,
        prepared.denominator,
        reference=prepared.reference,
        windows=windows,
        trials=prepared.trials,
    )


def scan(prepared: Prepared) -> Best:
    """The window of each series that stands out most."""
    days = prepared.numerator.shape[1]
    windows, kind = windows_of(days)
    found = held_against(prepared, windows)
    judged = is_judged(prepared, found, windows)
    z = np.where(judged, found.root / prepared.scales[:, kind], 0.0)
    paid = _paid(windows, days=days)[None, :]
    freedom = _freedom(prepared, windows, days=days)[:, kind]
    is_single = (windows.length == 1)[None, :]
    log_p = log_p_of(z, freedom=freedom, is_single=is_single, only=prepared.only) + paid
    best = log_p.argmin(axis=1)
    rows = np.arange(len(z))
    if prepared.may_fade:
        root = np.where(judged, slope(prepared, windows), 0.0)
        sloped = root / prepared.scales[:, kind]
        sloped_log_p = log_p_of(sloped, freedom=freedom, is_single=is_single, only=prepared.only) + paid
        fading = sloped_log_p.argmin(axis=1)
        # Which shape it was is for the likelihood to say: noise that differs by length says nothing of it.
        fits = np.abs(root[rows, fading]) > np.abs(found.root[rows, best])
        is_fading = fits & (sloped_log_p[rows, fading] < log_p[rows, best])
        best = np.where(is_fading, fading, best)
        z = np.where(is_fading[:, None], sloped, z)
        log_p = np.where(is_fading[:, None], sloped_log_p, log_p) + np.log(2)
    return Best(
        windows.start[best],
        windows.end[best],
        z[rows, best],
        np.minimum(log_p[rows, best], 0.0),
        found.actual[rows, best],
        found.expected[rows, best],
    )


def slope(prepared: Prepared, windows: Windows) -> Floats:
    """Root deviance of a change that grows evenly from nothing over each window, (series, windows).

    A step's test gives every day of the window the same weight and loses a third of what a slope shows;
    here day k of the window weighs k. Sums of k times a value come from two cumulated sums each, and the
    weighted sum is judged as the Poisson count of equal mean over variance. Being on the same scale as
    `deviate`, a slope that begins early does not beat the step that it would have to blur.

    Source: Cox and Hinkley (1974), "Theoretical statistics", ch. 9 (score test of a Poisson trend).
    """
    actual = _weighted(prepared.numerator, windows, power=1)
    exposure = _weighted(prepared.denominator, windows, power=1)
    squared = _weighted(prepared.denominator, windows, power=2)
    rate = prepared.reference.rate[:, windows.start]
    behind = prepared.reference.events[:, windows.start]
    known = (prepared.reference.weeks[:, windows.start] >= FEWEST_WEEKS) & (behind > 0) & (exposure > 0)
    expected = rate * exposure
    variance = rate * squared + ratio(expected**2, behind)
    events = ratio(expected**2, np.where(known, variance, 0.0))
    share = np.maximum(ratio(actual, expected), 0.0)
    deviance = 2 * events * (xlogy(share, share) - (share - 1))
    found = np.sign(share - 1) * np.sqrt(np.maximum(deviance, 0.0))
    return np.asarray(np.where(windows.length >= SHORTEST_SLOPE, found, 0.0), dtype=np.float64)


def _weighted(values: Floats, windows: Windows, *, power: int) -> Floats:
    """Sum of value times (its day's number in the window, from one) to a power."""
    day = np.arange(1, values.shape[1] + 1, dtype=np.float64)
    sums = [cumulated(values * day**order) for order in range(power + 1)]
    inside = [one[:, windows.end] - one[:, windows.start] for one in sums]
    first = windows.start.astype(np.float64)
    if power == 1:
        return np.asarray(inside[1] - first * inside[0], dtype=np.float64)
    return np.asarray(inside[2] - 2 * first * inside[1] + first**2 * inside[0], dtype=np.float64)


def is_judged(prepared: Prepared, found: Deviations, windows: Windows) -> np.ndarray:
    """Which windows hold enough events and move enough to be judged at all."""
    sums = np.concatenate([np.zeros((len(prepared.gate), 1)), np.cumsum(prepared.gate, axis=1)], axis=1)
    events = sums[:, windows.end] - sums[:, windows.start]
    enough = np.maximum(np.minimum(events, np.inf), 0) >= FEWEST_EVENTS
    if prepared.gate is prepared.numerator:
        enough = np.maximum(found.expected, found.actual) >= FEWEST_EVENTS
    kind = np.searchsorted(LENGTHS, windows.length)
    is_plain = np.abs(found.root) >= PLAIN_Z * prepared.scales[:, kind]
    least = np.where(is_plain, prepared.least_plain, prepared.least_effect)
    moved = np.abs(found.actual - found.expected) >= least * found.expected
    if prepared.gate is not prepared.numerator:
        # Money and what it bought are booked apart: what slips by a day is dear first, then cheap.
        enough = enough & (windows.length >= _SHORTEST_PRICE)
    return np.asarray(enough & moved & (found.expected > 0))


def penalty(length: Whole, *, days: int) -> Floats:
    """Log of the number of independent windows of a length, doubled for the lengths between."""
    return np.asarray(np.log(2 * np.maximum(days / length, 1.0)) + 1.0, dtype=np.float64)


def _paid(windows: Windows, *, days: int) -> Floats:
    """What each window pays for the others: those that may be reported among themselves, and those before."""
    recent = penalty(windows.length, days=min(days, REPORTED_DAYS))
    past = penalty(windows.length, days=min(days, SCANNED_DAYS)) - np.log(_PAST_SHARE)
    return np.asarray(np.where(windows.start >= days - REPORTED_DAYS, recent, past))


def _freedom(prepared: Prepared, windows: Windows, *, days: int) -> Floats:
    """Degrees of freedom of each noise scale, shape (series, lengths).

    The noise of six weeks is read from ten windows and hardly known; that of counting is known without any.
    A scale is made of both, and has the freedom of what was measured over its share, squared.

    Source: Satterthwaite (1946), "An approximate distribution of estimates of variance components",
    Biometrics Bulletin 2.
    """
    windows_read = max(days - SCANNED_DAYS, SCANNED_DAYS) / LENGTHS + LEANED_WINDOWS
    measured = np.maximum(1 - (prepared.floor / prepared.scales) ** 2, _LEAST_MEASURED)
    return np.asarray(windows_read[None, :] / measured**2)


def log_p_of(
    z: Floats, *, freedom: Floats | float = np.inf, is_single: Flags | bool = False, only: Only = ""
) -> Floats:
    """Log of the p-value: heavier than the normal's beyond z of 3, and Student's where noise is.

    Args:
        z: signed, in units of noise.
        freedom: degrees of freedom of that unit, broadcast to z.
        is_single: whether it is one day's, broadcast to z: days are odd for reasons nobody tells.
        only: the way in which z is judged, one-sided: what went the other way shows nothing.

    >>> log_p_of(np.array([-3.0, 3.0])).round(2).tolist()
    [-5.91, -5.91]
    >>> log_p_of(np.array([-3.0, 3.0]), only="fall").round(2).tolist()
    [-6.61, 0.0]
    """
    sides = 1 if only else 2
    if only:
        z = np.maximum(-z, 0.0)
    size = np.abs(z)
    knee = np.where(is_single, _TAIL_OF_A_DAY, _TAIL)
    tail = log_ndtr(-np.minimum(size, knee)) - np.maximum(size - knee, 0.0) * knee
    beyond = size > _TAIL
    degrees = np.broadcast_to(freedom, size.shape)[beyond]
    known = np.isfinite(degrees)
    student = np.full(degrees.shape, -np.inf)
    student[known] = np.log(np.maximum(stdtr(degrees[known], -size[beyond][known]), 1e-300))
    tail[beyond] = np.maximum(tail[beyond], np.where(student > _LEAST_LOG, student, -np.inf))
    return np.asarray(np.where(size > 0, np.log(sides) + tail, 0.0), dtype=np.float64)
