"""What a weekly figure would be if nothing changes: a forecast whose interval is made of its own past errors.

The level of the last weeks leans towards that of the last half year by as much as it did in the past, so a
figure that was picked for being extreme is expected to come back by itself.

Sources: Galton (1886), "Regression towards mediocrity"; Makridakis, Hibon and Moser (1979) (intervals from
past errors of the same rule).
"""

from statistics import NormalDist

import numpy as np

from countersign.analytics.response.series import Numbers
from countersign.core.expected import Forecast

RECENT_WEEKS, LONG_WEEKS, YEAR_WEEKS = 4, 26, 52
FEWEST_ORIGINS, _FEWEST_WITH_YEAR = 8, 30
# Lean of the recent level towards the long one, and of the season, before any data.
_PRIOR_LEAN = (0.6, 0.3)
_PRIOR_WORTH = (0.05, 0.05)
_Z = NormalDist().inv_cdf(0.9)


def forecast_no_change(values: Numbers, *, gap: int, weeks: int) -> Forecast | None:
    """The mean of `weeks` weeks that begin `gap` weeks after the last value, with its 80% interval.

    The rule is fitted on, and its errors are taken from, every earlier week from which it could have been
    made; they overlap, so they count as fewer than they are.

    Args:
        values: a count a week, oldest first, zero or more.
        gap: whole weeks between the last value and the first forecast one.
        weeks: how many weeks are averaged.

    Returns:
        None when the record is too short (fewer than 8 earlier forecasts can be checked) or all zero.
    """
    steady = np.log(np.maximum(values, 0.0) + 0.5)
    ahead = gap + weeks
    origins = np.arange(RECENT_WEEKS * 2, len(values) - ahead + 1)
    with_year = origins[origins >= YEAR_WEEKS + LONG_WEEKS // 2]
    knows_year = len(with_year) >= _FEWEST_WITH_YEAR
    chosen = [int(origin) for origin in (with_year if knows_year else origins)]
    if len(origins) < FEWEST_ORIGINS or values.sum() <= 0:
        return None
    base = np.array([_long(steady, origin) for origin in chosen])
    clues = np.array([_clues(steady, o, ahead=ahead, weeks=weeks, year=knows_year) for o in chosen])
    came = np.log([values[o + gap : o + ahead].mean() + 0.5 for o in chosen])
    lean = _fit(clues, came - base, overlap=ahead)
    errors = came - base - clues @ lean
    independent = max(len(chosen) / ahead, 2.0)
    spread = float(np.sqrt((errors**2).mean() * (1 + (3 if knows_year else 2) / independent)))
    now = _clues(steady, len(values), ahead=ahead, weeks=weeks, year=knows_year)
    middle = _long(steady, len(values)) + float(now @ lean)
    ends = [max(float(np.exp(middle + z * spread)) - 0.5, 0.0) for z in (0.0, -_Z, _Z)]
    return Forecast(expected=ends[0], low=ends[1], high=ends[2])


def _long(steady: Numbers, origin: int) -> float:
    return float(steady[max(origin - LONG_WEEKS, 0) : origin].mean())


def _clues(steady: Numbers, origin: int, *, ahead: int, weeks: int, year: bool) -> Numbers:
    """How far the last weeks stand above the long level, and how far the same weeks did a year ago."""
    recent = float(steady[origin - RECENT_WEEKS : origin].mean()) - _long(steady, origin)
    if not year:
        return np.array([recent, 0.0])
    start = origin - YEAR_WEEKS + ahead - weeks
    return np.array(
        [recent, float(steady[start : start + weeks].mean()) - _long(steady, origin - YEAR_WEEKS)]
    )


def _fit(clues: Numbers, target: Numbers, *, overlap: int) -> Numbers:
    """Least squares towards the prior lean; overlapping weeks count as one each `overlap`."""
    weight = np.diag(_PRIOR_WORTH) * overlap
    held = clues.T @ clues + weight
    found = np.linalg.solve(held, clues.T @ target + weight @ np.array(_PRIOR_LEAN))
    return np.asarray(np.clip(found, 0.0, 1.0))
