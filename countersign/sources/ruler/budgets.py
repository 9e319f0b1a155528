"""What the company decides to spend: weekly budgets by campaign, with reasons that are no incidents."""

import numpy as np

from countersign.sources.ruler.company import Company
from countersign.sources.ruler.draws import Array, generator
from countersign.sources.ruler.seasons import Demand

_MEMORY = 0.8
# How strongly spend answers demand in a company whose spend follows it.
_FOLLOWING = 1.5


def draw_budgets(company: Company, demand: Demand) -> Array:
    """Planned spend by campaign and day, shape (campaigns, days); zero for unpaid channels.

    Budgets change on Mondays, by channel and a little by campaign. Where spend follows demand, so do they.
    """
    rng = generator(company.seed, "budgets")
    week_of = _week_numbers(company)
    weeks = int(week_of[-1]) + 1
    by_channel = [_walk(rng, weeks, company.budget_sd) for _ in company.channels]
    own = [_walk(rng, weeks, company.budget_sd / 4) for _ in company.campaigns]
    level = np.exp(np.array([by_channel[c.channel] + own[n] for n, c in enumerate(company.campaigns)]))
    budgets = flat_budgets(company, demand) * level[:, week_of]
    if "spend_follows_demand" in company.breaks:
        wanted = _smooth(demand.slow * demand.unforeseen)[company.channel_of]
        budgets = budgets * np.clip(wanted, 0.3, 3.0) ** _FOLLOWING
    return np.asarray(budgets)


def flat_budgets(company: Company, demand: Demand) -> Array:
    """What it would spend if it never changed its mind, shape (campaigns, days)."""
    daily = np.array([company.channels[c.channel].reference / 7 * c.budget_share for c in company.campaigns])
    return np.asarray(daily[:, None] * demand.weekday[company.channel_of])


def _week_numbers(company: Company) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    first = company.calendar[0].weekday()
    return np.asarray((np.arange(company.days) + first) // 7, dtype=np.int64)


def _walk(rng: np.random.Generator, weeks: int, sd: float) -> Array:
    steps = rng.standard_normal(weeks) * sd * np.sqrt(1 - _MEMORY**2)
    path = np.zeros(weeks)
    path[0] = rng.standard_normal() * sd
    for week in range(1, weeks):
        path[week] = _MEMORY * path[week - 1] + steps[week]
    return path


def _smooth(series: Array) -> Array:
    padded = np.concatenate([np.repeat(series[:, :1], 6, axis=1), series], axis=1)
    return np.asarray(sum(padded[:, n : n + series.shape[1]] for n in range(7)) / 7)
