"""Draw a company from its seed: sizes, prices, rates, seasons and which rules of the usual model it
breaks.
"""

from datetime import date, timedelta

import numpy as np

from countersign.sources.ruler.company import BREAKS, DEVICES, Break, Campaign, Channel, Company
from countersign.sources.ruler.draws import Array, generator
from countersign.sources.ruler.response import CarryOver, Curve, CurveKind

# name, platform, cost per click, click rate, weight of weekends against weekdays
_PAID = (
    ("Paid search", "google_ads", 3.4, 0.05, 0.6),
    ("Paid social", "meta_ads", 1.6, 0.012, 0.9),
    ("LinkedIn ads", "linkedin_ads", 6.5, 0.007, 0.3),
    ("Microsoft search", "microsoft_ads", 2.7, 0.04, 0.55),
    ("Display", "google_ads", 0.8, 0.004, 0.8),
    ("Video", "google_ads", 0.6, 0.006, 0.95),
)
_UNPAID = ("Organic search", "Direct", "Email", "Referral")
_COUNTRIES = ("DE", "FR", "GB", "US", "NL", "ES", "IT", "SE", "PL", "AT")
_TOPICS = (
    "Brand",
    "Sensors",
    "Calibration",
    "Gateway",
    "Trial",
    "Demo",
    "Guide",
    "Retarget",
    "Events",
    "Pricing",
)
_CURVES: tuple[CurveKind, ...] = ("hill", "log", "negative_exponential", "power")


def draw_company(
    seed: int, *, scale: float = 1.0, weeks: int | None = None, until: date | None = None
) -> Company:
    """The company of a seed, before incidents.

    Args:
        seed: the same seed is the same company.
        scale: multiplies its volume, not its rates.
        weeks: length of the history; 40 to 78 by seed when absent.
        until: the day after the last; a day of 2026 by seed when absent.
    """
    rng = generator(seed, "company")
    drawn_weeks, drawn_day = int(rng.integers(40, 79)), int(rng.integers(0, 300))
    as_of = until or date(2026, 2, 1) + timedelta(days=drawn_day)
    breaks = _draw_breaks(seed, rng)
    leads_a_week = float(np.clip(np.exp(rng.normal(np.log(450), 0.55)), 150, 1600)) * scale
    channels, leads = _draw_channels(rng, breaks, leads_a_week)
    countries = tuple(rng.permutation(_COUNTRIES)[: rng.integers(4, 9)].tolist())
    heavy = 1.6 if "heavy_noise" in breaks else 1.0
    return Company(
        seed=seed,
        scale=scale,
        first_day=as_of - timedelta(days=7 * (weeks or drawn_weeks)),
        as_of=as_of,
        breaks=breaks,
        channels=channels,
        campaigns=_draw_campaigns(rng, channels, leads, len(countries)),
        countries=countries,
        lead_factors=_lead_factors(rng, len(countries)),
        lifts=_draw_lifts(rng, channels, strong="strong_interaction" in breaks),
        season_depth=float(rng.uniform(0.03, 0.14)),
        season_phase=float(rng.uniform(0, 2 * np.pi)),
        holidays=_draw_holidays(rng, as_of),
        payday_lift=float(rng.choice([0.0, rng.uniform(0.05, 0.2)])),
        demand_sd=float(rng.uniform(0.02, 0.05)) * (2.5 if "spend_follows_demand" in breaks else heavy),
        noise_sd=float(rng.uniform(0.03, 0.09)),
        budget_sd=float(rng.choice([0.03, rng.uniform(0.12, 0.3)], p=[0.2, 0.8])),
        tracked_rate=float(rng.uniform(0.85, 0.98)),
        known_rate=float(rng.uniform(0.85, 0.97)),
        form_rate=float(rng.uniform(0.88, 0.98)),
        deal_size=float(np.exp(rng.normal(np.log(14000), 0.5))),
        lag_mql=(float(rng.integers(0, 2)), float(rng.uniform(0.6, 1.6))),
        lag_verdict=(1.0, float(rng.uniform(2.0, 5.0))),
        lag_follow_up=(0.0, float(rng.uniform(0.2, 0.9))),
        cycle_days=float(rng.uniform(25, 60)),
    )


def _draw_breaks(seed: int, rng: np.random.Generator) -> tuple[Break, ...]:
    # Two seeds of five break the usual model, by number, so that any run of seeds has its share.
    chosen = rng.permutation(len(BREAKS))[: rng.integers(1, 4)]
    names: tuple[Break, ...] = tuple(BREAKS[int(at)] for at in sorted(chosen))
    if seed % 5 not in (0, 2):
        return ()
    if {"weibull_carry_over", "no_carry_over"} <= set(names):
        return tuple(name for name in names if name != "no_carry_over")
    return names


def _draw_channels(
    rng: np.random.Generator, breaks: tuple[Break, ...], leads_a_week: float
) -> tuple[tuple[Channel, ...], Array]:
    paid = [_PAID[int(at)] for at in np.sort(rng.permutation(len(_PAID))[: rng.integers(4, 6)])]
    unpaid = _UNPAID[: int(rng.integers(2, 4))]
    paid_share = rng.uniform(0.5, 0.7)
    shares = np.concatenate(
        [
            paid_share * rng.dirichlet(np.full(len(paid), 4.0)),
            (1 - paid_share) * rng.dirichlet(np.full(len(unpaid), 4.0)),
        ]
    )
    leads = leads_a_week * shares
    channels = [
        _channel(rng, name, platform, breaks, leads[n] * np.exp(rng.normal(np.log(110), 0.6)), weekend)
        for n, (name, platform, _, _, weekend) in enumerate(paid)
    ]
    channels += [_channel(rng, name, "", breaks, 0.0, rng.uniform(0.4, 0.7)) for name in unpaid]
    return tuple(channels), leads


def _channel(
    rng: np.random.Generator,
    name: str,
    platform: str,
    breaks: tuple[Break, ...],
    reference: float,
    weekend: float,
) -> Channel:
    workday = np.array([1.03, 1.08, 1.06, 1.0, 0.83]) * rng.uniform(0.95, 1.05, 5)
    weekdays = np.concatenate([workday, np.array([1.0, 1.05]) * weekend * rng.uniform(0.8, 1.2)])
    accounts = (
        tuple(str(rng.integers(10**8, 10**9)) for _ in range(rng.integers(1, 3))) if platform else ("",)
    )
    return Channel(
        name=name,
        platform=platform,
        accounts=accounts,
        reference=float(reference),
        curve=_curve(rng, breaks),
        carry=_carry(rng, breaks, is_paid=reference > 0),
        weekdays=weekdays * 7 / weekdays.sum(),
        season_share=float(rng.uniform(0.4, 1.2)),
        growth=float(rng.normal(0.0005, 0.0015)) if not platform else 0.0,
        drift=float(rng.choice([-1, 1]) * rng.uniform(0.002, 0.007)) if "drifting_curves" in breaks else 0.0,
        mql_rate=float(rng.uniform(0.62, 0.88)),
        acceptance_rate=float(rng.uniform(0.4, 0.75)),
        opportunity_rate=float(rng.uniform(0.35, 0.65)),
        win_rate=float(rng.uniform(0.18, 0.35)),
        claim_factor=float(rng.uniform(1.0, 1.7)),
        arrival_rate=float(rng.uniform(0.82, 0.96)),
        engaged_rate=float(rng.uniform(0.45, 0.75)),
        follow_up_rate=float(rng.uniform(0.85, 0.98)),
        promise_rate=float(rng.uniform(0.6, 0.9)),
        slip_rate=float(rng.uniform(0.15, 0.35)),
        monthly_churn=float(rng.uniform(0.005, 0.03)),
    )


def _curve(rng: np.random.Generator, breaks: tuple[Break, ...]) -> Curve:
    kind = _CURVES[int(rng.choice(4, p=[0.55, 0.2, 0.15, 0.1]))]
    half = float(np.exp(rng.uniform(np.log(0.35), np.log(3.0))))
    # S-shaped curves only where the usual model is broken anyway.
    steepest = 1.7 if breaks else 1.1
    slope = float(rng.uniform(0.45, 0.9)) if kind == "power" else float(rng.uniform(0.85, steepest))
    return Curve(kind, half, slope)


def _carry(rng: np.random.Generator, breaks: tuple[Break, ...], *, is_paid: bool) -> CarryOver:
    half_life, scale, shape = rng.uniform(0.5, 4.0), rng.uniform(4.0, 10.0), rng.uniform(1.3, 2.2)
    if not is_paid or "no_carry_over" in breaks:
        return CarryOver("none", 0.0)
    if "weibull_carry_over" in breaks:
        return CarryOver("weibull", float(scale), float(shape))
    return CarryOver("geometric", float(half_life))


def _draw_campaigns(
    rng: np.random.Generator, channels: tuple[Channel, ...], leads: Array, countries: int
) -> tuple[Campaign, ...]:
    prices = {name: (price, rate) for name, _, price, rate, _ in _PAID}
    campaigns: list[Campaign] = []
    home = np.sort(rng.dirichlet(np.full(countries, 1.2)) + 0.015)[::-1]
    for number, channel in enumerate(channels):
        count = int(rng.integers(3, 7)) if channel.is_paid else 1
        # Some campaigns are tiny on purpose: their noise is no news.
        shares = np.exp(rng.normal(0, 0.9, count))
        shares = shares / shares.sum()
        price, rate = prices.get(channel.name, (0.0, 0.0))
        for at in range(count):
            cost = price * float(np.exp(rng.normal(0, 0.2)))
            volume = float(leads[number]) * float(shares[at])
            if channel.is_paid:
                visits = channel.reference * float(shares[at]) / max(cost, 0.01) * channel.arrival_rate
                lead_rate = float(np.clip(volume / visits, 0.002, 0.2))
            else:
                lead_rate = float(rng.uniform(0.009, 0.03))
            campaigns.append(
                Campaign(
                    channel=number,
                    account_id=channel.accounts[at % len(channel.accounts)],
                    campaign_id=str(rng.integers(10**6, 10**7)) if channel.is_paid else "",
                    name=_campaign_name(rng, channel) if channel.is_paid else "",
                    budget_share=float(shares[at]),
                    visits_a_day=0.0 if channel.is_paid else volume / lead_rate / 7,
                    cost_per_click=cost,
                    click_rate=rate * float(np.exp(rng.normal(0, 0.25))),
                    lead_rate=lead_rate,
                    quality=float(np.exp(rng.normal(0, 0.12))),
                    cells=_cell_shares(rng, home),
                )
            )
    return tuple(campaigns)


def _campaign_name(rng: np.random.Generator, channel: Channel) -> str:
    return f"{channel.name.split()[0]} {rng.choice(_TOPICS)} {rng.integers(10, 100)}"


def _cell_shares(rng: np.random.Generator, home: Array) -> Array:
    mobile = rng.uniform(0.3, 0.65)
    device = np.array([1 - mobile - 0.05, mobile, 0.05])
    country = home * rng.uniform(0.6, 1.4, len(home))
    return np.asarray(np.outer(device, country / country.sum()).ravel())


def _lead_factors(rng: np.random.Generator, countries: int) -> Array:
    device = np.array([1.0, rng.uniform(0.5, 0.9), rng.uniform(0.6, 0.95)])
    country = np.exp(rng.normal(0, 0.2, countries))
    return np.asarray(np.outer(device, country).ravel())[: len(DEVICES) * countries]


def _draw_lifts(rng: np.random.Generator, channels: tuple[Channel, ...], *, strong: bool) -> Array:
    """lifts[k, j]: a paid channel k that reaches people makes channel j's visitors readier."""
    count = len(channels)
    lifts = np.zeros((count, count))
    for k, giver in enumerate(channels):
        for j in range(count):
            drawn, size = rng.random(), rng.uniform(0.0, 1.0)
            if giver.is_paid and k != j and drawn < 0.35:
                lifts[k, j] = size * (0.2 if strong else 0.03)
    return lifts


def _draw_holidays(rng: np.random.Generator, as_of: date) -> tuple[tuple[int, int, float], ...]:
    days = {(12, 25), (12, 26), (1, 1)}
    for month in range(1, 13):
        if rng.random() < 0.6:
            days.add((month, int(rng.integers(2, 28))))
    recent = as_of - timedelta(days=int(rng.integers(1, 20)))
    if rng.random() < 0.5:
        days.add((recent.month, min(recent.day, 28)))
    return tuple((month, day, float(rng.uniform(0.3, 0.7))) for month, day in sorted(days))
