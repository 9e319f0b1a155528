"""The demo company's Google Ads accounts: a manager account, its clients, and their daily figures."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from countersign.sources.demo.company import ACCOUNTS
from countersign.sources.sandbox.world import SandboxWorld

Json = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """One account; `kind` says which figures it has."""

    id: str
    name: str
    currency: str
    time_zone: str
    kind: str
    status: str = "ENABLED"


MANAGER = Account("7709980011", "Northbeam group", "EUR", "Europe/Berlin", "manager")
MAIN = Account(ACCOUNTS["google_ads"], "Northbeam Instruments", "EUR", "Europe/Berlin", "main")
# The US account in which somebody tried three days of ads; its dollars are no euros.
US = Account("5550077210", "Northbeam US", "USD", "America/New_York", "us")
# Not part of the demo: campaigns without ad groups, removed ones, and a day of a late conversion.
TRIALS = Account("6630094412", "Northbeam trials", "EUR", "Europe/Berlin", "trials")
CLOSED = Account("9990001234", "Northbeam old", "EUR", "Europe/Berlin", "closed", "CANCELED")
CLIENTS = (MAIN, US, TRIALS, CLOSED)

_EXPORTED = """
    select "segments.date" as day, "campaign.id" as campaign_id, "campaign.name" as campaign,
        'SEARCH' as channel_type, 'ENABLED' as campaign_status, "ad_group.id" as ad_group_id,
        "ad_group.name" as ad_group, 'ENABLED' as ad_group_status, "metrics.impressions" as impressions,
        "metrics.clicks" as clicks, "metrics.cost_micros" as cost_micros,
        cast("metrics.conversions" as double) as conversions,
        cast("metrics.conversions_value" as double) as conversions_value
    from google_ads where "customer.currency_code" = '{currency}'
"""
_SINGLE_ADS = """
    select strftime(day, '%Y-%m-%d') as date, campaign_id, campaign, 'SEARCH' as channel_type,
        'ENABLED' as campaign_status, ad_group_id, ad_group, 'ENABLED' as ad_group_status, ad_id,
        headline, body, impressions, clicks, cast(spend * 1000000 as bigint) as cost_micros,
        conversions::double as conversions, conversions::double * 120 as conversions_value
    from single_ad_days
    where platform = 'google_ads' and day between ? and ? and day < getvariable('until')
    order by day, campaign_id, ad_group_id, ad_id
"""
_TRIALS = """
    with days as (
        select day, date_diff('day', getvariable('anchor'), day) as from_anchor,
            getvariable('anchor') - 35 as start
        from days
    ),
    figures (campaign_id, campaign, channel_type, campaign_status, ad_group_id, ad_group, ad_group_status,
        first_day, last_day, clicks_a_day) as (
        values
        ('12001', 'PMax | Sensors', 'PERFORMANCE_MAX', 'ENABLED', '', '', '', -35, 0, 30),
        ('12002', 'Search | Old range', 'SEARCH', 'REMOVED', '120021', 'Old loggers', 'REMOVED', -35, -20, 9),
        ('12003', 'Display | Remarketing', 'DISPLAY', 'PAUSED', '120031', 'Visitors', 'ENABLED', -35, -10, 6)
    )
    select day, campaign_id, campaign, channel_type, campaign_status, ad_group_id, ad_group, ad_group_status,
        impressions, clicks, cost_micros, conversions::double as conversions,
        conversions::double * 120 as conversions_value
    from (
        select figures.*, days.*,
            (clicks_a_day * (0.5 + chance('trial', campaign_id || day)))::bigint as clicks,
            clicks * 23 as impressions,
            (clicks * (900000 + 500000 * chance('trial cpc', campaign_id || day)))::bigint as cost_micros,
            round(clicks * 0.03, 2) as conversions
        from figures inner join days on from_anchor >= first_day and from_anchor < last_day
        union all by name
        -- an ad group that was paused long ago: a late conversion, and nothing else
        select figures.*, days.*, 0 as clicks, 0 as impressions, 0 as cost_micros, 1.0 as conversions
        from figures inner join days on campaign_id = '12003' and from_anchor = -9
    )
"""


def ad_group_days(world: SandboxWorld, account: Account, *, first: date, last: date) -> list[Json]:
    """What each ad group did on each day, in Google's order; empty ad group ids where there is none."""
    known = {
        "main": _EXPORTED.format(currency="EUR"),
        "us": _EXPORTED.format(currency="USD"),
        "trials": _TRIALS,
    }
    if account.kind not in known:
        return []
    return world.rows(
        f"select *, strftime(day, '%Y-%m-%d') as date from ({known[account.kind]})"
        " where day between ? and ? and day < getvariable('until')"
        " order by day, campaign_id, ad_group_id",
        [first, last],
    )


def single_ad_days(world: SandboxWorld, account: Account, *, first: date, last: date) -> list[Json]:
    """What each responsive search ad did on each day; outside the main account an ad group has one ad."""
    if account.kind == "main":
        return world.rows(_SINGLE_ADS, [first, last])
    groups = ad_group_days(world, account, first=first, last=last)
    return [
        {**row, "ad_id": f"{row['ad_group_id']}1", "headline": row["ad_group"], "body": row["campaign"]}
        for row in groups
        if row["ad_group_id"]
    ]


def summed(rows: list[Json]) -> list[Json]:
    """The same by campaign and day."""
    days: dict[tuple[str, str], Json] = {}
    for row in rows:
        day = days.setdefault((row["date"], row["campaign_id"]), dict.fromkeys(_SUMMED, 0) | _without(row))
        for name in _SUMMED:
            day[name] = round(day[name] + row[name], 2)
    return list(days.values())


_SUMMED = ("impressions", "clicks", "cost_micros", "conversions", "conversions_value")


def _without(row: Json) -> Json:
    return {name: value for name, value in row.items() if name not in _SUMMED}
