"""The records of an invented company: what is true of its channels, campaigns, places and people."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from countersign.sources.ruler.draws import Array
from countersign.sources.ruler.response import CarryOver, Curve

Break = Literal[
    "weibull_carry_over",
    "no_carry_over",
    "spend_follows_demand",
    "drifting_curves",
    "strong_interaction",
    "heavy_noise",
]
BREAKS: tuple[Break, ...] = (
    "weibull_carry_over",
    "no_carry_over",
    "spend_follows_demand",
    "drifting_curves",
    "strong_interaction",
    "heavy_noise",
)
DEVICES = ("desktop", "mobile", "tablet")
# Days simulated before the first one that anybody sees, so that deals and carry-over are under way.
WARM_UP_DAYS = 119


@dataclass(frozen=True)
class Channel:
    """One channel. Rates are shares of the step before (0..1); money in the reporting currency.

    `reference` is weekly spend at which its curve is 1 (0: unpaid). `weekdays` sum to 7, Monday first.
    `season_share` is how much of the company's season it feels, `drift` its weekly growth of leads per visit.
    """

    name: str
    platform: str
    accounts: tuple[str, ...]
    reference: float
    curve: Curve
    carry: CarryOver
    weekdays: Array
    season_share: float
    growth: float
    drift: float
    mql_rate: float
    acceptance_rate: float
    opportunity_rate: float
    win_rate: float
    claim_factor: float
    arrival_rate: float
    engaged_rate: float
    follow_up_rate: float
    promise_rate: float
    slip_rate: float
    monthly_churn: float

    @property
    def is_paid(self) -> bool:
        """Whether it has spend, impressions and clicks."""
        return self.reference > 0


@dataclass(frozen=True)
class Campaign:
    """One campaign, or an unpaid channel as a whole (no id).

    `budget_share` is its share of the channel's spend; `visits_a_day` is for unpaid ones. `cells` are the
    shares of its visits by device and country, shape (devices * countries,).
    """

    channel: int
    account_id: str
    campaign_id: str
    name: str
    budget_share: float
    visits_a_day: float
    cost_per_click: float
    click_rate: float
    lead_rate: float
    quality: float
    cells: Array


@dataclass(frozen=True)
class Company:
    """Everything that is true of one company before chance and incidents.

    `first_day` is the first that is seen, `as_of` the day after the last. `lifts[k, j]` is how much channel
    k's reach adds to channel j's leads. `holidays` are (month, day, factor); `lag_*` are days from lead to
    event, as
    (least, mean beyond it).
    """

    seed: int
    scale: float
    first_day: date
    as_of: date
    breaks: tuple[Break, ...]
    channels: tuple[Channel, ...]
    campaigns: tuple[Campaign, ...]
    countries: tuple[str, ...]
    lead_factors: Array
    lifts: Array
    season_depth: float
    season_phase: float
    holidays: tuple[tuple[int, int, float], ...]
    payday_lift: float
    demand_sd: float
    noise_sd: float
    budget_sd: float
    tracked_rate: float
    known_rate: float
    form_rate: float
    deal_size: float
    lag_mql: tuple[float, float]
    lag_verdict: tuple[float, float]
    lag_follow_up: tuple[float, float]
    cycle_days: float

    @property
    def days(self) -> int:
        """Days simulated, warm-up included."""
        return (self.as_of - self.first_day).days + WARM_UP_DAYS

    @property
    def calendar(self) -> tuple[date, ...]:
        """The simulated days, warm-up included, oldest first."""
        start = self.first_day - timedelta(days=WARM_UP_DAYS)
        return tuple(start + timedelta(days=n) for n in range(self.days))

    def day_number(self, day: date) -> int:
        """The position of a day among the simulated ones."""
        return (day - self.first_day).days + WARM_UP_DAYS

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Device and country of each cell, in the order of `Campaign.cells`."""
        return tuple((device, country) for device in DEVICES for country in self.countries)

    @property
    def channel_of(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The channel of each campaign, shape (campaigns,)."""
        return np.array([campaign.channel for campaign in self.campaigns], dtype=np.int64)
