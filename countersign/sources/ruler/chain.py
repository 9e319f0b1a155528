"""One history of a company: budgets to impressions, clicks, visits, sessions, leads and verdicts, day by day.

Shapes: (campaigns, days) for what platforms report; (campaigns, cells, days) for what is known by device and
country. Leads have twice as many cells: the second half are those whose session, and so device and country,
is unknown.
"""

from dataclasses import dataclass

import numpy as np

from countersign.sources.ruler.company import Company
from countersign.sources.ruler.draws import Array, Noise
from countersign.sources.ruler.levers import Levers
from countersign.sources.ruler.response import carried
from countersign.sources.ruler.seasons import Demand

# Of what saturation takes, this share is dearer clicks; the rest are visitors who are less ready.
CLICK_SHARE = 0.6
# A price rise is paid for in spend by this share, in lost clicks by the rest.
_PAID_IN_SPEND = 0.7
_BOT_ARRIVAL = 0.9
_BOT_ENGAGED = 0.02
_SPAM_MQL = 0.05


@dataclass(frozen=True)
class History:
    """Counts (expectations when chance is off) by place and day; `spend` is what was paid, `booked_spend`
    what the tables say.
    """

    spend: Array
    impressions: Array
    clicks: Array
    platform_conversions: Array
    sessions: Array
    engaged_sessions: Array
    web_conversions: Array
    leads: Array
    mqls: Array
    accepted_leads: Array
    rejected_leads: Array
    followed_up_leads: Array
    followed_up_within_promise: Array
    booked_spend: Array


@dataclass(frozen=True)
class _Ads:
    spend: Array
    impressions: Array
    clicks: Array
    bots: Array
    readiness: Array


@dataclass(frozen=True)
class _Web:
    visits: Array
    sessions: Array
    engaged: Array


def run(company: Company, budgets: Array, demand: Demand, *, levers: Levers, noise: Noise) -> History:
    """One history.

    Args:
        budgets: planned spend, shape (campaigns, days).
        demand: as drawn for this company.
        levers: what incidents and decoys move.
        noise: chance, or `Silence` for expectations.
    """
    ads = _run_ads(company, budgets, demand, levers=levers, noise=noise)
    web = _run_web(company, ads, demand, levers=levers, noise=noise)
    submits, spam = _run_forms(company, web, ads, demand=demand, levers=levers, noise=noise)
    filled = submits + spam
    forms = noise.binomial("forms", filled, company.form_rate * levers.of("tracked"))
    leads = noise.binomial("synced", filled, levers.of("synced"))
    known = noise.binomial("known", leads, company.known_rate * levers.of("tracked"))
    all_leads = np.concatenate([known, leads - known], axis=1)
    mqls, accepted, rejected = _run_verdicts(company, all_leads, levers=levers, noise=noise)
    followed, within = _run_follow_up(company, all_leads.sum(axis=1), levers=levers, noise=noise)
    claim = _of_channel(company, "claim_factor") * levers.of("pixel") * levers.of("claims")
    is_paid = np.array([company.channels[c.channel].is_paid for c in company.campaigns])[:, None]
    claimed = noise.poisson("claims", submits.sum(axis=1) * claim * is_paid)
    shifted = [_shift(noise, name, series, levers) for name, series in (
        ("impressions", ads.impressions), ("clicks", ads.clicks), ("claimed", claimed),
    )]  # fmt: skip
    spend = _move(ads.spend, ads.spend * levers.of("shifted"))
    sessions = _doubled(noise, "double sessions", web.sessions, levers.of("double_sessions"))
    engaged = _doubled(noise, "double engaged", web.engaged, levers.of("double_sessions"))
    return History(
        spend=ads.spend,
        booked_spend=spend * levers.of("booked_spend"),
        impressions=shifted[0],
        clicks=np.minimum(shifted[1], shifted[0]),
        platform_conversions=shifted[2],
        sessions=sessions,
        engaged_sessions=np.minimum(engaged, sessions),
        web_conversions=_doubled(noise, "double forms", forms, levers.of("double_forms")),
        leads=all_leads,
        mqls=mqls,
        accepted_leads=accepted,
        rejected_leads=rejected,
        followed_up_leads=followed,
        followed_up_within_promise=within,
    )


def _run_ads(company: Company, budgets: Array, demand: Demand, *, levers: Levers, noise: Noise) -> _Ads:
    planned = np.minimum(budgets * levers.of("budget"), levers.of("cap"))
    efficiency, readiness = _pressures(company, planned, demand)
    shape, sd = planned.shape, company.noise_sd
    price, bots = levers.of("price"), levers.of("bots")
    wanted = budgets * levers.of("budget") * demand.short * noise.shock("pacing", shape, sd=sd * 0.6)
    spend = np.minimum(wanted * price**_PAID_IN_SPEND * (1 + bots), levers.of("cap"))
    cost = np.array([max(c.cost_per_click, 0.01) for c in company.campaigns])[:, None]
    rate = np.array([max(c.click_rate, 1e-4) for c in company.campaigns])[:, None]
    buyable = spend / (1 + bots) / (cost * price) * efficiency[company.channel_of] ** CLICK_SHARE
    shown = noise.poisson("impressions", buyable / rate * noise.shock("shown", shape, sd=sd))
    wishing = rate * levers.of("click_rate") * noise.shock("clicking", shape, sd=sd * 0.5)
    clicks = noise.binomial("clicks", shown, wishing)
    robots = noise.poisson("bots", buyable * bots)
    return _Ads(spend, shown + robots, clicks + robots, robots, readiness)


def _pressures(company: Company, planned: Array, demand: Demand) -> tuple[Array, Array]:
    """By channel and day: leads per unit of spend against the reference, and how ready visitors are."""
    count = len(company.channels)
    by_channel = np.zeros((count, company.days))
    np.add.at(by_channel, company.channel_of, planned)
    efficiency, reach = np.ones_like(by_channel), np.ones_like(by_channel)
    for number, channel in enumerate(company.channels):
        if channel.is_paid:
            daily = by_channel[number] / demand.weekday[number] / (channel.reference / 7)
            pressure = carried(daily, channel.carry.weights())
            efficiency[number] = channel.curve.efficiency(pressure)
            reach[number] = channel.curve.at(pressure)
    lifted = np.maximum(1 + company.lifts.T @ (reach - 1), 0.3)
    weeks = (np.arange(company.days) - company.days) / 7
    drift = np.exp(np.array([channel.drift for channel in company.channels])[:, None] * weeks)
    readiness = efficiency ** (1 - CLICK_SHARE) * lifted * drift
    return efficiency, readiness


def _run_web(company: Company, ads: _Ads, demand: Demand, *, levers: Levers, noise: Noise) -> _Web:
    cells = np.array([campaign.cells for campaign in company.campaigns])[:, :, None]
    unpaid = np.array([campaign.visits_a_day for campaign in company.campaigns])[:, None]
    of = company.channel_of
    walk_in = unpaid * demand.weekday[of] * demand.slow[of] * demand.short * demand.unforeseen
    arriving = (ads.clicks - ads.bots) * _of_channel(company, "arrival_rate")
    mean = (walk_in[:, None] * levers.of("demand") + arriving[:, None] * levers.of("arrival")) * cells
    shape = mean.shape
    shock = noise.shock("visit days", (shape[0], 1, shape[2]), sd=company.noise_sd * 0.6)
    shock = shock * noise.shock("visit cells", shape, sd=company.noise_sd * 0.5)
    visits = noise.poisson("visits", mean * shock)
    robots = noise.poisson("bot visits", (ads.bots * _BOT_ARRIVAL)[:, None] * cells)
    tracked = company.tracked_rate * levers.of("tracked")
    sessions = noise.binomial("sessions", visits, tracked)
    robot_sessions = noise.binomial("bot sessions", robots, tracked)
    rate = _of_channel(company, "engaged_rate")[:, None] * levers.of("engaged")
    wobble = noise.shock("engaging", (shape[0], 1, shape[2]), sd=company.noise_sd * 0.25)
    engaged = noise.binomial("engaged", sessions, np.minimum(rate * wobble, 0.97))
    engaged = engaged + noise.binomial("bot engaged", robot_sessions, _BOT_ENGAGED)
    return _Web(visits, sessions + robot_sessions, engaged)


def _run_forms(
    company: Company, web: _Web, ads: _Ads, *, demand: Demand, levers: Levers, noise: Noise
) -> tuple[Array, Array]:
    """Forms filled by people, and by nobody in particular, by campaign, cell and day."""
    remembered = np.empty_like(web.visits)
    for number, campaign in enumerate(company.campaigns):
        weights = company.channels[campaign.channel].carry.weights()
        remembered[number] = carried(web.visits[number], weights)
    of = company.channel_of
    is_paid = np.array([channel.is_paid for channel in company.channels])[:, None]
    # Unpaid visits already follow demand; paid ones follow the budget, and their visitors' readiness demand.
    ready = ads.readiness * np.where(is_paid, demand.slow * demand.unforeseen, 1.0)
    rate = np.array([campaign.lead_rate for campaign in company.campaigns])[:, None] * ready[of]
    rate = rate * noise.shock("lead days", rate.shape, sd=company.noise_sd * 0.6)
    mean = remembered * rate[:, None] * company.lead_factors[:, None]
    submits = noise.poisson("submits", mean * levers.of("lead_rate"))
    return submits, noise.poisson("spam", mean * levers.of("spam"))


def _run_verdicts(
    company: Company, leads: Array, *, levers: Levers, noise: Noise
) -> tuple[Array, Array, Array]:
    """MQLs, accepted and rejected leads that are known before `as_of`, by day of the lead."""
    quality = np.array([campaign.quality for campaign in company.campaigns])[:, None, None]
    junk = _twice(levers.of("spam"))
    junk_share = junk / (1 + junk)
    rate = _of_channel(company, "mql_rate")[:, None] * quality**0.5 * _twice(levers.of("mql"))
    rate = np.minimum(rate, 0.97) * (1 - junk_share) + _SPAM_MQL * junk_share
    seen_mql = seen_share(company, company.lag_mql)
    mqls = noise.binomial("mqls", leads, rate * seen_mql)
    seen = seen_share(company, (sum(company.lag_mql), 0.0), then=company.lag_verdict)
    decided = noise.binomial("verdicts", mqls, np.minimum(seen / np.maximum(seen_mql, 1e-9), 1.0) * 0.97)
    chance = _of_channel(company, "acceptance_rate")[:, None] * quality * _twice(levers.of("acceptance"))
    accepted = noise.binomial("accepted", decided, np.minimum(chance, 0.97))
    return mqls, accepted, decided - accepted


def _run_follow_up(company: Company, leads: Array, *, levers: Levers, noise: Noise) -> tuple[Array, Array]:
    seen = seen_share(company, company.lag_follow_up)
    rate = _of_channel(company, "follow_up_rate") * levers.of("follow_up") * seen
    followed = noise.binomial("followed", leads, rate)
    within = noise.binomial("within", followed, _of_channel(company, "promise_rate") * levers.of("promise"))
    return followed, within


def seen_share(
    company: Company, lag: tuple[float, float], *, then: tuple[float, float] | None = None
) -> Array:
    """Share of a day's events (0..1) that have happened before `as_of`, shape (days,).

    `lag` is days (least, mean beyond it, exponential), `then` a second wait after the first.
    """
    least, mean = lag if then is None else (lag[0] + then[0], lag[1] + then[1])
    age = company.days - np.arange(company.days) - 0.5 - least
    return np.asarray(np.where(age > 0, 1 - np.exp(-np.maximum(age, 0) / max(mean, 0.05)), 0.0))


def _of_channel(company: Company, name: str) -> Array:
    return np.array([float(getattr(company.channels[c.channel], name)) for c in company.campaigns])[:, None]


def _twice(lever: Array | float) -> Array | float:
    return lever if isinstance(lever, float) else np.concatenate([lever, lever], axis=1)


def _doubled(noise: Noise, stage: str, counts: Array, factor: Array | float) -> Array:
    if isinstance(factor, float):
        return counts
    return counts + noise.binomial(stage, counts, factor - 1)


def _shift(noise: Noise, name: str, series: Array, levers: Levers) -> Array:
    share = levers.of("shifted")
    if isinstance(share, float):
        return series
    return _move(series, noise.binomial(f"shift {name}", series, share))


def _move(series: Array, moved: Array) -> Array:
    """Book what is moved on the next day."""
    arriving = np.concatenate([np.zeros((len(series), 1)), moved[:, :-1]], axis=1)
    return np.asarray(series - moved + arriving)
