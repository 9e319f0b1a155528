"""Every window of the last weeks of every series, and the one that stands out most in each.

A scan statistic over intervals: each series has a thousand windows, so its best window must be better
than the best of a thousand quiet ones. Short windows are the many, so each length pays for the number
of independent windows of that length (Walther 2010, "Optimal and fast detection of spatial clusters with
scan statistics", Ann. Stat. 38), and p-values hold for the whole series.

Source: Kulldorff (1997), "A spatial scan statistic", Comm. Stat. 26.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr  # type: ignore[import-untyped]

from countersign.analytics.detection.arrays import Floats, Whole
from countersign.analytics.detection.reference import (
    FEWEST_WEEKS,
    NOISE_STEP,
    Deviations,
    Reference,
    Windows,
    build_reference,
    deviate,
    noise_scale,
)

LENGTHS: Whole = np.array([1, 2, 3, 4, 5, 7, 9, 11, 14, 17, 21, 25, 28, 35, 42], dtype=np.int64)
SCANNED_DAYS = 112
# A found window may begin this many days before the first scanned one.
STRETCH_DAYS = 14
# Fewer expected (or, for a rise, counted) events than this are noise's playground: never judged.
FEWEST_EVENTS = 8.0
# Noise has heavier tails than the normal: a root deviance beyond this counts by its square root.
_TAIL = 3.0


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


@dataclass(frozen=True)
class Prepared:
    """Series ready to be held against their past.

    Args:
        numerator, denominator: as in `deviate`, shape (series, days).
        reference: levels before each day.
        scales: noise by length, shape (series, lengths).
        gate: what must hold enough events, shape (series, days).
        least_effect: smaller relative changes are not judged.
    """

    numerator: Floats
    denominator: Floats
    reference: Reference
    scales: Floats
    gate: Floats
    least_effect: float


def prepare(
    numerator: Floats,
    denominator: Floats,
    *,
    gate: Floats,
    floor: float,
    least_effect: float,
    scales: Floats | None = None,
) -> Prepared:
    """Reference and noise of series; the noise is read from before the scanned days where history allows."""
    days = numerator.shape[1]
    until = days - SCANNED_DAYS if days >= SCANNED_DAYS + 26 * 7 else days
    if scales is None:
        quiet = build_reference(numerator, denominator, at=np.arange(7 * FEWEST_WEEKS, until + 1, NOISE_STEP))
        scales = noise_scale(
            numerator, denominator, reference=quiet, lengths=LENGTHS, until=until, floor=floor
        )
    scanned = np.arange(max(days - SCANNED_DAYS - STRETCH_DAYS, 0), days + 1)
    reference = build_reference(numerator, denominator, at=scanned)
    return Prepared(numerator, denominator, reference, scales, gate, least_effect)


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


def scan(prepared: Prepared) -> Best:
    """The window of each series that stands out most."""
    days = prepared.numerator.shape[1]
    windows, kind = windows_of(days)
    found = deviate(prepared.numerator, prepared.denominator, reference=prepared.reference, windows=windows)
    z = np.where(is_judged(prepared, found, windows), found.root / prepared.scales[:, kind], 0.0)
    paid = penalty(windows.length, days=min(days, SCANNED_DAYS))
    log_p = log_p_of(z) + paid[None, :]
    best = log_p.argmin(axis=1)
    rows = np.arange(len(z))
    return Best(
        windows.start[best],
        windows.end[best],
        z[rows, best],
        np.minimum(log_p[rows, best], 0.0),
        found.actual[rows, best],
        found.expected[rows, best],
    )


def is_judged(prepared: Prepared, found: Deviations, windows: Windows) -> np.ndarray:
    """Which windows hold enough events and move enough to be judged at all."""
    sums = np.concatenate([np.zeros((len(prepared.gate), 1)), np.cumsum(prepared.gate, axis=1)], axis=1)
    events = sums[:, windows.end] - sums[:, windows.start]
    enough = np.maximum(np.minimum(events, np.inf), 0) >= FEWEST_EVENTS
    if prepared.gate is prepared.numerator:
        enough = np.maximum(found.expected, found.actual) >= FEWEST_EVENTS
    moved = np.abs(found.actual - found.expected) >= prepared.least_effect * found.expected
    return np.asarray(enough & moved & (found.expected > 0))


def penalty(length: Whole, *, days: int) -> Floats:
    """Log of the number of independent windows of a length, doubled for the lengths between."""
    return np.asarray(np.log(2 * np.maximum(days / length, 1.0)) + 1.0, dtype=np.float64)


def log_p_of(z: Floats) -> Floats:
    """Log of the two-sided p-value, the normal's up to z of 3 and exponential beyond: honest tails."""
    size = np.abs(z)
    body = log_ndtr(-np.minimum(size, _TAIL))
    beyond = np.maximum(size - _TAIL, 0.0) * _TAIL
    return np.asarray(np.log(2) + body - beyond, dtype=np.float64)
