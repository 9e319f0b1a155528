"""Demand over time: weekdays, holidays, paydays, the year's season, growth, and what nobody foresees."""

from dataclasses import dataclass

import numpy as np

from countersign.sources.ruler.company import Company
from countersign.sources.ruler.draws import Array, generator

# A bad or good month of demand lasts about as long.
_DEMAND_MEMORY = 0.97


@dataclass(frozen=True)
class Demand:
    """Factors around 1: `weekday` and `slow` (season, growth) by channel and day, `short` (holidays, paydays)
    and `unforeseen` by day."""

    weekday: Array
    slow: Array
    short: Array
    unforeseen: Array


def draw_demand(company: Company) -> Demand:
    """The company's demand by channel and day, the same with and without incidents."""
    calendar = company.calendar
    weekday = np.array([day.weekday() for day in calendar])
    ordinal = np.array([day.timetuple().tm_yday for day in calendar], dtype=float)
    holidays = {(month, day): factor for month, day, factor in company.holidays}
    closed = np.array([holidays.get((day.month, day.day), 1.0) for day in calendar])
    payday = np.array([1 + company.payday_lift * is_payday(day.day) for day in calendar])
    wave = np.sin(2 * np.pi * ordinal / 365.25 + company.season_phase)
    weeks = (np.arange(company.days) - company.days) / 7
    slow = [
        (1 + company.season_depth * channel.season_share * wave) * np.exp(channel.growth * weeks)
        for channel in company.channels
    ]
    return Demand(
        weekday=np.array([channel.weekdays[weekday] for channel in company.channels]),
        slow=np.array(slow),
        short=closed * payday,
        unforeseen=_unforeseen(company),
    )


def calm(demand: Demand) -> Demand:
    """The same demand without what nobody foresees."""
    return Demand(demand.weekday, demand.slow, demand.short, np.ones_like(demand.unforeseen))


def season_at(company: Company, channel: int) -> float:
    """The season's factor in a channel at `as_of`, without weekday, holiday and payday."""
    ordinal = company.as_of.timetuple().tm_yday
    wave = float(np.sin(2 * np.pi * ordinal / 365.25 + company.season_phase))
    return 1 + company.season_depth * company.channels[channel].season_share * wave


def is_payday(day_of_month: int) -> bool:
    """Whether wages have just come."""
    return day_of_month >= 29 or day_of_month <= 1


def _unforeseen(company: Company) -> Array:
    rng = generator(company.seed, "demand")
    innovations = rng.standard_normal(company.days) * company.demand_sd * np.sqrt(1 - _DEMAND_MEMORY**2)
    path = np.zeros(company.days)
    for day in range(1, company.days):
        path[day] = _DEMAND_MEMORY * path[day - 1] + innovations[day]
    return np.asarray(np.exp(path))
