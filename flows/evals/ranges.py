"""Coverage of expected ranges: how often a quiet series falls inside its own 80% range."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from countersign.sources.ruler.places import Mask, Place, mask_of
from countersign.sources.ruler.simulate import Simulated
from flows.evals.analysis import Analysis

# (numerator, denominator), platform's numbers in paid channels only.
_PAID = (("clicks", ""), ("booked_spend", "clicks"), ("clicks", "impressions"), ("sessions", "clicks"))
_ANY = (("sessions", ""), ("leads", ""), ("leads", "sessions"), ("engaged_sessions", "sessions"))
_LENGTHS = (1, 7)
_BACK_DAYS = (0, 16)
# Some campaigns are enough, and every range costs time.
_EVERY_CAMPAIGN = 3
# A series with incidents or decoys in the weeks that a range looks back on is not quiet.
_QUIET_DAYS = 90


def count_covered(simulated: Simulated, analysis: Analysis) -> tuple[int, int]:
    """(inside, asked) over quiet channels and every third quiet campaign, numbers, lengths and last days.

    A series is quiet when no incident or decoy meets it in the 90 days before `as_of`, holidays and paydays
    in the judged days included. Ranges that the analysis declines to give are not asked for.
    """
    inside = asked = 0
    for mask, is_paid in _quiet_places(simulated):
        for above, below in (*_PAID, *_ANY) if is_paid else _ANY:
            for low, high, actual in _judged(simulated, analysis, mask=mask, above=above, below=below):
                asked += 1
                inside += low <= actual <= high
    return inside, asked


def _quiet_places(simulated: Simulated) -> Iterator[tuple[Mask, bool]]:
    company = simulated.company
    since = company.as_of - timedelta(days=_QUIET_DAYS)
    troubled = np.zeros((len(company.campaigns), len(company.cells)), dtype=bool)
    for incident in simulated.incidents:
        if incident.last_day(company) >= since:
            troubled |= mask_of(company, incident.place)
    for decoy in simulated.decoys:
        if decoy.place.as_plain() and decoy.end >= since:
            troubled |= mask_of(company, decoy.place)
    places = [(Place(channel=channel.name), channel.is_paid) for channel in company.channels]
    places += [
        (Place(company.channels[one.channel].name, "", one.campaign_id), True)
        for one in company.campaigns[::_EVERY_CAMPAIGN]
        if one.campaign_id
    ]
    for place, is_paid in places:
        mask = mask_of(company, place)
        if not (mask & troubled).any():
            yield mask, is_paid


def _judged(
    simulated: Simulated, analysis: Analysis, *, mask: Mask, above: str, below: str
) -> Iterator[tuple[float, float, float]]:
    company = simulated.company
    seen = slice(company.day_number(company.first_day), company.days)
    values = simulated.world.series(above, mask)[seen]
    exposure = simulated.world.series(below, mask)[seen] if below else None
    days = np.array(company.calendar[seen], dtype="datetime64[D]")
    special = _special_days(simulated, days)
    for back in _BACK_DAYS:
        for length in _LENGTHS:
            end = len(values) - back
            if special[end - length : end].any():
                continue
            found = analysis.expected_range(
                values[:end],
                days=days[:end],
                exposure=None if exposure is None else exposure[:end],
                length=length,
                is_money=above == "booked_spend",
            )
            if found is not None:
                total = values[end - length : end].sum()
                divisor = 1.0 if exposure is None else max(exposure[end - length : end].sum(), 1e-9)
                yield found[0], found[1], float(total / divisor)


def _special_days(simulated: Simulated, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    special = {mark.day for mark in simulated.marks if mark.kind == "holiday"}
    for decoy in simulated.decoys:
        if decoy.kind == "payday_bump":
            special |= {decoy.start + timedelta(days=n) for n in range((decoy.end - decoy.start).days + 1)}
    return np.isin(days, np.array(sorted(special), dtype="datetime64[D]"))
