"""A history with its deals, seen as series by place."""

from dataclasses import dataclass

import numpy as np

from countersign.sources.ruler.budgets import draw_budgets, flat_budgets
from countersign.sources.ruler.chain import History, run
from countersign.sources.ruler.company import Company
from countersign.sources.ruler.deals import DealDays, run_deals
from countersign.sources.ruler.draws import Array, Noise, Silence
from countersign.sources.ruler.levers import Levers, Pull
from countersign.sources.ruler.places import Mask
from countersign.sources.ruler.seasons import calm, draw_demand


@dataclass(frozen=True)
class World:
    """One history; `deals` are absent where chance is off, `slip_rate` then stands for them."""

    company: Company
    history: History
    deals: DealDays | None
    slip_rate: Array

    def series(self, number: str, mask: Mask) -> Array:
        """One number of a place by day, shape (days,). Deals are known by channel only."""
        if number in {"due", "slipped"}:
            return self._deal_series(number, mask)
        if number == "verdicts":
            return self.series("accepted_leads", mask) + self.series("rejected_leads", mask)
        values: Array = getattr(self.history, number)
        if values.ndim == 2:
            return np.asarray(values[mask.any(axis=1)].sum(axis=0))
        everywhere = mask.all(axis=1)
        cells = len(self.company.cells)
        total = values[:, :cells][mask].sum(axis=0)
        if values.shape[1] > cells:
            total = total + values[everywhere, cells:].sum(axis=(0, 1))
        return np.asarray(total)

    def _deal_series(self, number: str, mask: Mask) -> Array:
        touched = np.unique(self.company.channel_of[mask.any(axis=1)])
        if self.deals is None:
            rate = self.slip_rate[mask.any(axis=1)].mean(axis=0)
            return np.asarray(rate if number == "slipped" else np.ones_like(rate))
        return np.asarray(getattr(self.deals, number)[touched].sum(axis=0))


def make_world(
    company: Company, pulls: tuple[Pull, ...] = (), *, chance: bool, is_flat: bool = False
) -> World:
    """One history of a company.

    Args:
        pulls: what incidents and decoys move.
        chance: with it, or expectations only.
        is_flat: as if budgets never changed and nothing unforeseen came to pass.
    """
    demand = draw_demand(company)
    budgets = flat_budgets(company, demand) if is_flat else draw_budgets(company, demand)
    levers = Levers(company)
    for pull in pulls:
        levers.pull(pull)
    heaviness = 1.8 if "heavy_noise" in company.breaks else 1.0
    noise = Noise(company.seed, heaviness=heaviness) if chance else Silence()
    history = run(company, budgets, calm(demand) if is_flat else demand, levers=levers, noise=noise)
    rates = np.array([company.channels[c.channel].slip_rate for c in company.campaigns])[:, None]
    slip_rate = np.minimum(rates * levers.of("slip") * np.ones((1, company.days)), 0.95)
    accepted = history.accepted_leads.sum(axis=1)
    deals = run_deals(company, accepted, levers=levers) if chance else None
    return World(company, history, deals, slip_rate)
