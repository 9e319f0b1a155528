"""What any split of the budget would really bring, and the best one within reach."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from countersign.sources.ruler.company import WARM_UP_DAYS, Company
from countersign.sources.ruler.draws import Array
from countersign.sources.ruler.seasons import season_at
from countersign.sources.ruler.world import World

_WEEKS_OF_NOW = 4


@dataclass(frozen=True)
class TrueResponse:
    """Expected accepted leads a week, once carry-over has settled, at the season of `as_of` and without
    incidents.

    `current` is what each paid channel really spent a week over the last four weeks.
    """

    company: Company
    current: dict[str, float]

    def outcome(self, spend_by_channel: Mapping[str, float]) -> float:
        """Accepted leads a week (all verdicts in) of all channels; channels that are not named spend nothing.

        Args:
            spend_by_channel: weekly spend in the reporting currency, within what was observed or beyond it.
        """
        company = self.company
        reach = np.ones(len(company.channels))
        for number, channel in enumerate(company.channels):
            if channel.is_paid:
                pressure = spend_by_channel.get(channel.name, 0.0) / channel.reference
                reach[number] = float(channel.curve.at(pressure))
        lifted = np.maximum(1 + company.lifts.T @ (reach - 1), 0.3)
        return float((self._at_reference() * reach * lifted).sum())

    def best(self, limit: float = 0.3) -> dict[str, float]:
        """The best split of the same total with no channel moved by more than `limit` (0..1) of its spend.

        Ascent by moving money between two channels at a time, in ever smaller steps, from several starts.
        """
        names = list(self.current)
        now = np.array([self.current[name] for name in names])
        low, high = now * (1 - limit), now * (1 + limit)
        starts = [now, *(_tilted(now, low, high, at) for at in range(len(names)))]
        found = [self._climb(start, low, high, names) for start in starts]
        chosen = max(found, key=lambda one: self.outcome(dict(zip(names, one.tolist(), strict=True))))
        return dict(zip(names, chosen.tolist(), strict=True))

    def attainable_gain(self, limit: float = 0.3) -> float:
        """What the best split would bring more than the current one, in accepted leads a week."""
        return self.outcome(self.best(limit)) - self.outcome(self.current)

    def _at_reference(self) -> Array:
        """Accepted leads a week by channel when every channel spends its reference."""
        company = self.company
        total = np.zeros(len(company.channels))
        for campaign in company.campaigns:
            channel = company.channels[campaign.channel]
            if channel.is_paid:
                spend = channel.reference * campaign.budget_share
                visits = spend / campaign.cost_per_click * channel.arrival_rate
            else:
                visits = campaign.visits_a_day * 7
            leads = visits * campaign.lead_rate * float(campaign.cells @ company.lead_factors)
            mql = min(channel.mql_rate * campaign.quality**0.5, 0.97)
            accepted = 0.97 * min(channel.acceptance_rate * campaign.quality, 0.97)
            total[campaign.channel] += leads * season_at(company, campaign.channel) * mql * accepted
        return total

    def _climb(self, start: Array, low: Array, high: Array, names: list[str]) -> Array:
        def value(split: Array) -> float:
            return self.outcome(dict(zip(names, split.tolist(), strict=True)))

        best, best_value = start.copy(), value(start)
        step = float(start.sum()) * 0.05
        while step > start.sum() * 1e-4:
            moved = False
            for giver in range(len(names)):
                for taker in range(len(names)):
                    amount = min(step, best[giver] - low[giver], high[taker] - best[taker])
                    if giver == taker or amount <= 0:
                        continue
                    tried = best.copy()
                    tried[giver] -= amount
                    tried[taker] += amount
                    found = value(tried)
                    if found > best_value + 1e-12:
                        best, best_value, moved = tried, found, True
            if not moved:
                step /= 2
        return best


def true_response(company: Company, world: World) -> TrueResponse:
    """The true response of a company whose history is `world`."""
    days = slice(company.days - 7 * _WEEKS_OF_NOW, company.days)
    current = {}
    for number, channel in enumerate(company.channels):
        if channel.is_paid:
            spend = world.history.spend[company.channel_of == number][:, days].sum()
            current[channel.name] = float(spend) / _WEEKS_OF_NOW
    return TrueResponse(company, current)


def seen_days(company: Company) -> slice:
    """The simulated days that anybody sees."""
    return slice(WARM_UP_DAYS, company.days)


def _tilted(now: Array, low: Array, high: Array, at: int) -> Array:
    """As much as fits into one channel, taken from the others in proportion."""
    room = high[at] - now[at]
    givers = np.arange(len(now)) != at
    can_give = (now - low) * givers
    amount = min(room, can_give.sum())
    tilted = now - can_give * amount / max(can_give.sum(), 1e-9)
    tilted[at] += amount
    return np.asarray(tilted)
