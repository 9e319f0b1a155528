"""How plainly an incident shows: the expected z of its effect on the number in which it shows most.

For a number X (a count, or a ratio of two) at the incident's own place, over the n days it lasted up to
`as_of`:

    effect = E[X with it] / E[X without it] - 1                    both without chance
    noise  = sd over history of (X' over n days) / (X' over the 28 days before) - 1
    z      = |effect| / noise

X' is X in one history with chance and without any incident or decoy, divided by what it would be with flat
budgets and no chance, so that season, weekday and holiday are no noise, while budget decisions, unforeseen
demand and chance are. Where fewer events are to be expected in these n days than usual (budgets down,
verdicts not in yet), noise grows with the square root of the lack. z is the largest over the numbers in which
the family shows. Under 28 days of history before any window of n days, z is 0.
A budget that is capped is measured against the 28 days before instead: nobody else knows what it would have
spent.
"""

from dataclasses import dataclass

import numpy as np

from countersign.sources.ruler.company import WARM_UP_DAYS, Company
from countersign.sources.ruler.draws import Array
from countersign.sources.ruler.places import Mask, Place, mask_of
from countersign.sources.ruler.world import World

_BEFORE = 28


@dataclass(frozen=True)
class Quiet:
    """The same company without incidents: with chance, without chance, and without chance and budget
    changes.
    """

    noisy: World
    expected: World
    flat: World


@dataclass(frozen=True)
class Strength:
    """How plainly an incident shows, in which number, and its relative effect there."""

    z: float
    shows_in: str
    effect: float


def strength_of(
    company: Company,
    place: Place,
    *,
    days: tuple[int, int],
    shows: tuple[tuple[str, str], ...],
    quiet: Quiet,
    touched: World,
    is_against_before: bool = False,
) -> Strength:
    """The strength of one incident.

    Args:
        place: where it is.
        days: its first day and the day after its last, as numbers of simulated days.
        shows: (numerator, denominator) of the numbers in which it may show; "" for none.
        quiet: the company without it.
        touched: the expectation with it, and nothing else.
        is_against_before: measure the effect against the 28 days before it, each as a share of what flat
            budgets would bring, instead of against the same days without it.
    """
    mask = mask_of(company, place)
    found = [
        _in_one(
            numerator,
            denominator,
            mask=mask,
            days=days,
            quiet=quiet,
            touched=touched,
            is_against_before=is_against_before,
        )
        for numerator, denominator in shows
        if not (place.is_within_sessions and {numerator, denominator} & PLATFORM_NUMBERS)
    ]
    return max(found, key=lambda one: one.z)


# Known by campaign only, never by device or country.
PLATFORM_NUMBERS = frozenset({"booked_spend", "impressions", "clicks", "platform_conversions"})


def _in_one(
    numerator: str,
    denominator: str,
    *,
    mask: Mask,
    days: tuple[int, int],
    quiet: Quiet,
    touched: World,
    is_against_before: bool,
) -> Strength:
    name = f"{numerator}/{denominator}" if denominator else numerator
    start, end = days

    def ratio(world: World, first: int = start, last: int = end) -> float:
        above = world.series(numerator, mask)[first:last].sum()
        below = world.series(denominator, mask)[first:last].sum() if denominator else 1.0
        return float(above / below) if below > 0 else 0.0

    usual_level = ratio(quiet.expected)
    if is_against_before:
        ago = (start - _BEFORE, start)
        usual_level = ratio(quiet.expected, *ago) * ratio(quiet.flat) / max(ratio(quiet.flat, *ago), 1e-9)
    if usual_level <= 0:
        return Strength(0.0, name, 0.0)
    effect = ratio(touched) / usual_level - 1
    noise = _noise(numerator, denominator, mask=mask, length=end - start, quiet=quiet)
    usual = quiet.flat.series(numerator, mask)[WARM_UP_DAYS : WARM_UP_DAYS + 7 * 20].mean() * (end - start)
    now = quiet.expected.series(numerator, mask)[start:end].sum()
    lack = max(1.0, usual / max(now, 1e-9))
    z = abs(effect) / (noise * np.sqrt(lack)) if noise > 0 else 0.0
    return Strength(round(float(z), 2), name, round(effect, 4))


def _noise(numerator: str, denominator: str, *, mask: Mask, length: int, quiet: Quiet) -> float:
    """Standard deviation of one window of `length` days against the 28 days before it."""
    # The last six weeks are left out: their verdicts are not all in.
    last = len(quiet.noisy.series(numerator, mask)) - 42

    def level(series_of: World) -> tuple[Array, Array]:
        above = series_of.series(numerator, mask)[WARM_UP_DAYS:last]
        below = series_of.series(denominator, mask)[WARM_UP_DAYS:last] if denominator else np.ones_like(above)
        sums = [np.concatenate([[0.0], np.cumsum(one)]) for one in (above, below)]
        now = (sums[0][length:] - sums[0][:-length]) / np.maximum(sums[1][length:] - sums[1][:-length], 1e-9)
        ago = (sums[0][_BEFORE:] - sums[0][:-_BEFORE]) / np.maximum(
            sums[1][_BEFORE:] - sums[1][:-_BEFORE], 1e-9
        )
        return now[_BEFORE:], ago[: len(now) - _BEFORE]

    if last - WARM_UP_DAYS < length + _BEFORE + 14:
        return 0.0
    now, ago = level(quiet.noisy)
    flat_now, flat_ago = level(quiet.flat)
    usable = (ago > 0) & (flat_now > 0) & (flat_ago > 0)
    if usable.sum() < 14:
        return 0.0
    moved = (now[usable] / flat_now[usable]) / (ago[usable] / flat_ago[usable]) - 1
    return float(np.std(moved))
