"""Draw a company's incidents: what goes wrong, where, how badly and when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from countersign.sources.ruler.budgets import draw_budgets
from countersign.sources.ruler.company import Company
from countersign.sources.ruler.draws import Array, generator
from countersign.sources.ruler.families import FAMILIES, FAMILY_NAMES, Family, family_named
from countersign.sources.ruler.levers import Pull
from countersign.sources.ruler.places import Place, draw_place, mask_of
from countersign.sources.ruler.seasons import draw_demand
from countersign.sources.ruler.seeds import families_for
from countersign.sources.ruler.strength import Quiet, Strength, strength_of
from countersign.sources.ruler.world import make_world

_COUNTS = (0, 1, 2, 3, 4)
_COUNT_SHARES = (0.12, 0.25, 0.3, 0.2, 0.13)
# Two incidents nearer than this in one place could not be told apart.
_APART_DAYS = 14
_TRIES, _TRIES_A_FAMILY = 60, 20
# So many are made faint: sized for a z between 1 and 7, evenly on a log scale, as far as the place allows.
# The others are as big as their family gets, in places where that can be told from chance.
_FAINT_SHARE = 0.3
_FAINTEST_Z, _LEAST_FAINT_Z = 1.0, 7.0
_PLAIN_Z = 5.0


@dataclass(frozen=True)
class Incident:
    """One planted incident, from `start` to `end` inclusive (None: still going on at `as_of`).

    `size` is the family's own measure, `z` how plainly it shows (strength.py), `is_past` one that was over
    long before the weeks that are looked at, there only to trouble baselines: it is not scored.
    """

    family: str
    place: Place
    start: date
    end: date | None
    size: float
    z: float
    shows_in: str
    effect: float
    is_past: bool = False

    def last_day(self, company: Company) -> date:
        """The last day on which it was felt before `as_of`."""
        return self.end or company.as_of - timedelta(days=1)


def draw_incidents(company: Company, quiet: Quiet) -> tuple[Incident, ...]:
    """The incidents of a company: 0 to 4 that count, and up to 2 that were over long ago."""
    rng = generator(company.seed, "incidents")
    names = families_for(company.seed, FAMILY_NAMES)
    wanted = int(rng.choice(_COUNTS, p=_COUNT_SHARES))
    chosen: list[Incident] = []
    family = _draw_family(names, rng)
    for number in range(wanted + int(rng.integers(0, 3))):
        is_past, is_faint = number >= wanted, rng.random() < _FAINT_SHARE
        for trial in range(_TRIES):
            # The family stays for a while, so that those that seldom show plainly are not driven out.
            family = _draw_family(names, rng) if trial % _TRIES_A_FAMILY == 0 else family
            incident = _draw_one(company, family, rng=rng, is_past=is_past)
            if any(_touch(company, incident, other) for other in chosen):
                continue
            sized = _sized(company, incident, is_faint=is_faint, rng=rng, quiet=quiet)
            if is_faint or sized.z >= _PLAIN_Z:
                chosen.append(sized)
                break
    return tuple(chosen)


def pulls_of(company: Company, incident: Incident) -> tuple[Pull, ...]:
    """What an incident moves."""
    family = family_named(incident.family)
    start = company.day_number(incident.start)
    days = company.day_number(incident.last_day(company)) - start + 1
    course = np.linspace(1 / days, 1, days) if family.shape == "ramp" else np.ones(days)
    where = mask_of(company, incident.place)
    return tuple(
        pull
        for lever, weight in family.pulls
        for pull in (
            _caps(company, incident, start=start, days=days)
            if lever == "cap"
            else (Pull(lever, where, start, _values(lever, weight * incident.size, course)),)
        )
    )


def _values(lever: str, moved: float, course: Array) -> Array:
    if lever in {"bots", "spam", "shifted"}:
        return np.asarray(moved * course)
    return np.asarray(np.maximum(1 + moved * course, 0.0))


def _caps(company: Company, incident: Incident, *, start: int, days: int) -> tuple[Pull, ...]:
    """A flat cap for each campaign: (1 - size) of what it spent a day in the four weeks before."""
    budgets = draw_budgets(company, draw_demand(company))
    where = mask_of(company, incident.place)
    pulls = []
    for row in np.flatnonzero(where.any(axis=1)):
        alone = np.zeros_like(where)
        alone[row] = True
        cap = budgets[row, start - 28 : start].mean() * (1 - incident.size)
        pulls.append(Pull("cap", alone, start, np.full(days, cap)))
    return tuple(pulls)


def _draw_family(names: Sequence[str], rng: np.random.Generator) -> Family:
    allowed = [family for family in FAMILIES if family.name in names]
    weights = np.array([family.weight for family in allowed])
    return allowed[int(rng.choice(len(allowed), p=weights / weights.sum()))]


def _draw_one(company: Company, family: Family, *, rng: np.random.Generator, is_past: bool) -> Incident:
    kind = family.places[int(rng.integers(len(family.places)))]
    place = draw_place(company, kind, rng=rng)
    start, end = _draw_days(company, family, rng=rng, is_past=is_past)
    size = float(rng.uniform(*family.sizes))
    if family.name == "currency_change" and rng.random() < 0.4:
        size = -size
    return Incident(family.name, place, start, end, size, 0.0, "", 0.0, is_past)


def _draw_days(
    company: Company, family: Family, *, rng: np.random.Generator, is_past: bool
) -> tuple[date, date | None]:
    length = int(rng.integers(family.least_days, family.longest_days + 1))
    if is_past:
        start = company.as_of - timedelta(days=int(rng.integers(90, 180)))
        return start, start + timedelta(days=length - 1)
    drawn = rng.random()
    if drawn < 0.45:
        age = int(rng.integers(family.least_days, max(7, family.least_days + 7) + 1))
        return company.as_of - timedelta(days=age), None
    if drawn < 0.7:
        age = int(rng.integers(max(8, family.least_days), max(28, family.longest_days) + 1))
        return company.as_of - timedelta(days=age), None
    over = int(rng.integers(2, max(3, 45 - length)))
    start = company.as_of - timedelta(days=over + length)
    return start, start + timedelta(days=length - 1)


def _sized(
    company: Company, incident: Incident, *, is_faint: bool, rng: np.random.Generator, quiet: Quiet
) -> Incident:
    """With its strength; a faint one is first shrunk to the z that it is to have."""
    lowest, highest = 0.02, family_named(incident.family).sizes[1]
    target = float(np.exp(rng.uniform(np.log(_FAINTEST_Z), np.log(_LEAST_FAINT_Z))))
    found = _strength(company, incident, quiet)
    if is_faint and found.z > 0:
        size = float(np.clip(abs(incident.size) * target / found.z, lowest, highest))
        incident = replace(incident, size=size * float(np.sign(incident.size)))
        found = _strength(company, incident, quiet)
    return replace(
        incident, size=round(incident.size, 4), z=found.z, shows_in=found.shows_in, effect=found.effect
    )


def _strength(company: Company, incident: Incident, quiet: Quiet) -> Strength:
    family = family_named(incident.family)
    touched = make_world(company, pulls_of(company, incident), chance=False)
    start = company.day_number(incident.start)
    end = company.day_number(incident.last_day(company)) + 1
    if incident.family == "time_zone_change":
        # What moves to the next day is missing on the first only; afterwards as much comes as goes.
        end = start + 1
    return strength_of(
        company, incident.place, days=(start, end), shows=family.shows, quiet=quiet, touched=touched,
        is_against_before=family.is_against_before,
    )  # fmt: skip


def _touch(company: Company, one: Incident, other: Incident) -> bool:
    apart = timedelta(days=_APART_DAYS)
    in_time = one.start <= other.last_day(company) + apart and other.start <= one.last_day(company) + apart
    return in_time and bool((mask_of(company, one.place) & mask_of(company, other.place)).any())
