"""What looks like news and is none: planted decoys, and the ones that every company has by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from countersign.sources.ruler.budgets import draw_budgets
from countersign.sources.ruler.company import Company
from countersign.sources.ruler.draws import generator
from countersign.sources.ruler.incidents import Incident
from countersign.sources.ruler.levers import Lever, Pull
from countersign.sources.ruler.places import Place, draw_place, mask_of
from countersign.sources.ruler.seasons import draw_demand, is_payday
from countersign.sources.ruler.world import World

DecoyKind = Literal[
    "planned_launch", "promotion", "mix_shift", "restatement", "release_without_effect", "holiday_dip",
    "payday_bump", "weekday_pattern", "late_data", "small_segment", "budget_decision",
]  # fmt: skip
MarkKind = Literal["release", "launch", "holiday", "promotion", "restatement"]
# Numbers that come with delay.
LATE_NUMBERS = ("mql", "accept", "reject", "opportunit", "pipeline", "customer", "revenue", "won", "verdict")
_LOOKED_AT_DAYS = 28


@dataclass(frozen=True)
class Mark:
    """What the company told beforehand; an empty place is everywhere."""

    day: date
    kind: MarkKind
    name: str
    channel: str = ""
    campaign_id: str = ""


@dataclass(frozen=True)
class Decoy:
    """One thing that must not be reported, from `start` to `end` inclusive.

    `numbers` are parts of names of metrics in which it can be mistaken for news; empty means any.
    """

    kind: DecoyKind
    place: Place
    start: date
    end: date
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planted:
    """Planted decoys with what they move and what the company told."""

    decoys: tuple[Decoy, ...]
    pulls: tuple[Pull, ...]
    marks: tuple[Mark, ...]


def plant_decoys(company: Company, incidents: Sequence[Incident]) -> Planted:
    """Launches, promotions, mix shifts, restatements and releases, away from the incidents."""
    rng = generator(company.seed, "decoys")
    decoys: list[Decoy] = []
    pulls: list[Pull] = []
    marks = list(_holiday_marks(company))
    for make in (_launch, _promotion, _mix_shift, _restatement, _release):
        if rng.random() < 0.5:
            found = make(company, rng)
            if not _meets(company, found.decoys, incidents, decoys):
                decoys += found.decoys
                pulls += found.pulls
                marks += found.marks
    return Planted(tuple(decoys), tuple(pulls), tuple(marks))


def natural_decoys(company: Company, world: World, incidents: Sequence[Incident]) -> tuple[Decoy, ...]:
    """What every company has: holidays, paydays, weekends, verdicts that are not in, small places,
    budgets.
    """
    last = company.as_of - timedelta(days=1)
    found = [
        Decoy("late_data", Place(), last - timedelta(days=9), last, LATE_NUMBERS),
        _weekend(company),
        *_runs(company, "holiday_dip", lambda day: _holiday_factor(company, day) < 1),
        *(_runs(company, "payday_bump", lambda day: is_payday(day.day)) if company.payday_lift else ()),
        _budget_decision(company),
        *_small_segment(company, world),
    ]
    return tuple(
        decoy
        for decoy in found
        if decoy.kind in {"late_data", "weekday_pattern", "holiday_dip", "payday_bump"}
        or not _meets(company, [decoy], incidents, [])
    )


def _launch(company: Company, rng: np.random.Generator) -> Planted:
    place, start, end = _span(company, rng, kind="campaign", least=5)
    more = float(rng.uniform(1.5, 2.5))
    pull = _pull(company, "budget", place, start=start, end=end, factor=more)
    mark = Mark(start, "launch", "Planned launch", place.channel, place.campaign_id)
    return Planted((Decoy("planned_launch", place, start, end),), (pull,), (mark,))


def _promotion(company: Company, rng: np.random.Generator) -> Planted:
    place, start, end = _span(company, rng, kind="paid_channel", least=4)
    pull = _pull(company, "lead_rate", place, start=start, end=end, factor=float(rng.uniform(1.2, 1.6)))
    mark = Mark(start, "promotion", f"Promotion until {end}", place.channel)
    return Planted((Decoy("promotion", place, start, end),), (pull,), (mark,))


def _mix_shift(company: Company, rng: np.random.Generator) -> Planted:
    """Budget moves from one campaign to another of its channel: the channel spends what it spent."""
    place, start, end = _span(company, rng, kind="campaign", least=7)
    others = [
        campaign
        for campaign in company.campaigns
        if company.channels[campaign.channel].name == place.channel
        and campaign.campaign_id != place.campaign_id
    ]
    other = others[int(rng.integers(len(others)))]
    giver = next(one for one in company.campaigns if one.campaign_id == place.campaign_id)
    share = float(rng.uniform(0.2, 0.5))
    taken = min(share * giver.budget_share / other.budget_share, 0.8)
    given = taken * other.budget_share / giver.budget_share
    twin = Place(place.channel, other.account_id, other.campaign_id)
    pulls = (
        _pull(company, "budget", place, start=start, end=end, factor=1 - given),
        _pull(company, "budget", twin, start=start, end=end, factor=1 + taken),
    )
    return Planted((Decoy("mix_shift", place, start, end), Decoy("mix_shift", twin, start, end)), pulls, ())


def _restatement(company: Company, rng: np.random.Generator) -> Planted:
    place, start, end = _span(company, rng, kind="paid_channel", least=5)
    pull = _pull(company, "claims", place, start=start, end=end, factor=float(rng.uniform(0.7, 0.9)))
    mark = Mark(start, "restatement", "The platform restates its conversions", place.channel)
    return Planted((Decoy("restatement", place, start, end, ("platform_conv",)),), (pull,), (mark,))


def _release(company: Company, rng: np.random.Generator) -> Planted:
    start = company.as_of - timedelta(days=int(rng.integers(3, 15)))
    mark = Mark(start, "release", "Release of the website")
    return Planted((Decoy("release_without_effect", Place(), start, start + timedelta(days=2)),), (), (mark,))


def _span(
    company: Company, rng: np.random.Generator, *, kind: Literal["campaign", "paid_channel"], least: int
) -> tuple[Place, date, date]:
    place = draw_place(company, kind, rng=rng)
    start = company.as_of - timedelta(days=int(rng.integers(3, 36)))
    end = min(start + timedelta(days=int(rng.integers(least, 22))), company.as_of - timedelta(days=1))
    return place, start, end


def _pull(company: Company, lever: Lever, place: Place, *, start: date, end: date, factor: float) -> Pull:
    days = (end - start).days + 1
    return Pull(lever, mask_of(company, place), company.day_number(start), np.full(days, factor))


def _holiday_marks(company: Company) -> tuple[Mark, ...]:
    return tuple(
        Mark(day, "holiday", "Public holiday")
        for day in company.calendar
        if day >= company.first_day and _holiday_factor(company, day) < 1
    )


def _holiday_factor(company: Company, day: date) -> float:
    return next(
        (factor for month, on, factor in company.holidays if (month, on) == (day.month, day.day)), 1.0
    )


def _weekend(company: Company) -> Decoy:
    back = (company.as_of.weekday() - 6) % 7 or 7
    sunday = company.as_of - timedelta(days=back)
    return Decoy("weekday_pattern", Place(), sunday - timedelta(days=1), sunday)


def _runs(company: Company, kind: DecoyKind, is_one: Callable[[date], bool]) -> tuple[Decoy, ...]:
    """The latest run of such days in the last four weeks."""
    days = [company.as_of - timedelta(days=back) for back in range(1, _LOOKED_AT_DAYS + 1)]
    hits = [day for day in days if is_one(day)]
    if not hits:
        return ()
    end = start = hits[0]
    while start - timedelta(days=1) in hits:
        start -= timedelta(days=1)
    return (Decoy(kind, Place(), start, end),)


def _budget_decision(company: Company) -> Decoy:
    """The channel whose budget moved most from the week before last to the last."""
    budgets = draw_budgets(company, draw_demand(company))
    moves = []
    for number, channel in enumerate(company.channels):
        weekly = budgets[company.channel_of == number].sum(axis=0)
        moves.append(abs(np.log(weekly[-7:].sum() / weekly[-14:-7].sum())) if channel.is_paid else 0.0)
    name = company.channels[int(np.argmax(moves))].name
    monday = company.as_of - timedelta(days=1 + (company.as_of.weekday() - 1) % 7)
    return Decoy("budget_decision", Place(channel=name), monday, company.as_of - timedelta(days=1))


def _small_segment(company: Company, world: World) -> tuple[Decoy, ...]:
    """The small place whose leads of the last week are furthest from what they were by chance alone."""
    found: list[tuple[float, Place]] = []
    for campaign in company.campaigns:
        for country in company.countries:
            place = Place(company.channels[campaign.channel].name, "", campaign.campaign_id, country=country)
            leads = world.series("leads", mask_of(company, place))
            usual = leads[-63:-7].sum() / 8
            if 0.3 <= usual <= 3:
                found.append((abs(leads[-7:].sum() - usual) / np.sqrt(usual), place))
    if not found:
        return ()
    place = max(found, key=lambda one: one[0])[1]
    last = company.as_of - timedelta(days=1)
    return (Decoy("small_segment", place, last - timedelta(days=6), last),)


def _meets(
    company: Company, found: Sequence[Decoy], incidents: Sequence[Incident], decoys: Sequence[Decoy]
) -> bool:
    taken = [(one.place, one.start, one.last_day(company)) for one in incidents]
    taken += [(one.place, one.start, one.end) for one in decoys]
    apart = timedelta(days=7)
    return any(
        decoy.start <= end + apart
        and start <= decoy.end + apart
        and bool((mask_of(company, decoy.place) & mask_of(company, place)).any())
        for decoy in found
        for place, start, end in taken
    )
