"""Write what a company sees into a DuckDB file: the daily marts that the analysis reads."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np

from countersign.sources.ruler.company import Company
from countersign.sources.ruler.decoys import Mark
from countersign.sources.ruler.draws import Array
from countersign.sources.ruler.outcome import seen_days
from countersign.sources.ruler.world import World

_COUNTS = (
    "impressions", "clicks", "platform_conversions", "sessions", "engaged_sessions", "web_conversions",
    "leads",
    "mqls", "accepted_leads", "rejected_leads", "followed_up_leads", "followed_up_within_promise",
    "opportunities",
)  # fmt: skip
_CAMPAIGN_MONEY = ("spend_reporting", "pipeline_reporting", "revenue_reporting")
_SEGMENT_COUNTS = (
    "sessions", "engaged_sessions", "web_conversions", "leads", "mqls", "accepted_leads", "rejected_leads",
)  # fmt: skip


def write_tables(path: Path, company: Company, world: World, *, marks: Sequence[Mark]) -> None:
    """The tables `marts.campaign_day`, `segment_day`, `deal_day` and `event_marks`; replaces the file."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        _write_campaign_day(connection, company, world)
        _write_segment_day(connection, company, world)
        _write_deal_day(connection, company, world)
        _write_marks(connection, marks)


def _write_campaign_day(connection: duckdb.DuckDBPyConnection, company: Company, world: World) -> None:
    days, deals, history = seen_days(company), world.deals, world.history
    if deals is None:
        raise ValueError("A history without chance has no deals and cannot be written.")
    numbers: dict[str, Array] = {name: getattr(history, name, None) for name in _COUNTS}  # type: ignore[misc]
    numbers |= {
        "opportunities": deals.opportunities,
        "customers": deals.customers,
        "spend_reporting": history.booked_spend,
        "pipeline_reporting": deals.pipeline,
        "revenue_reporting": deals.revenue,
    }
    flat = {
        name: (values.sum(axis=1) if values.ndim == 3 else values)[:, days].ravel()
        for name, values in numbers.items()
    }
    count = company.days - days.start
    rows, ages = (
        np.repeat(np.arange(len(company.campaigns)), count),
        np.tile(np.arange(count), len(company.campaigns)),
    )
    names = {
        "channel": [company.channels[c.channel].name for c in company.campaigns],
        "platform": [company.channels[c.channel].platform for c in company.campaigns],
        "account_id": [c.account_id for c in company.campaigns],
        "campaign_id": [c.campaign_id for c in company.campaigns],
        "campaign_name": [c.name for c in company.campaigns],
    }
    columns = {name: np.array(values, dtype=object)[rows] for name, values in names.items()}
    connection.register("numbers", {**columns, "age": ages, **flat})
    money = ", ".join(f"cast(round({name}, 2) as decimal(18, 6)) as {name}" for name in _CAMPAIGN_MONEY[1:])
    counts = ", ".join(f"cast({name} as bigint) as {name}" for name in _COUNTS[:-1])
    connection.execute(f"""
        create table marts.campaign_day as
        select {", ".join(names)}, {_day(company)},
            cast(round(spend_reporting, 2) as decimal(18, 6)) as spend_reporting, {counts},
            cast(opportunities as bigint) as opportunities, {money.split(", cast(round(revenue")[0]},
            cast(customers as bigint) as customers,
            cast(round(revenue_reporting, 2) as decimal(18, 6)) as revenue_reporting
        from numbers
    """)
    connection.unregister("numbers")


def _write_segment_day(connection: duckdb.DuckDBPyConnection, company: Company, world: World) -> None:
    days, cells = seen_days(company), len(company.cells)
    count, campaigns = company.days - days.start, len(company.campaigns)
    flat: dict[str, Array] = {}
    for name in _SEGMENT_COUNTS:
        values: Array = getattr(world.history, name)[:, :, days]
        known = values[:, :cells]
        unknown = values[:, cells:].sum(axis=1, keepdims=True)
        if values.shape[1] == cells:
            unknown = np.zeros((campaigns, 1, count))
        flat[name] = np.concatenate([known, unknown], axis=1).ravel()
    places = [*company.cells, ("", "")]
    campaign = np.repeat(np.arange(campaigns), len(places) * count)
    cell = np.tile(np.repeat(np.arange(len(places)), count), campaigns)
    columns = {
        "channel": np.array([company.channels[c.channel].name for c in company.campaigns], dtype=object)[
            campaign
        ],
        "campaign_id": np.array([c.campaign_id for c in company.campaigns], dtype=object)[campaign],
        "device": np.array([place[0] for place in places], dtype=object)[cell],
        "country": np.array([place[1] for place in places], dtype=object)[cell],
    }
    ages = np.tile(np.arange(count), campaigns * len(places))
    connection.register("numbers", {**columns, "age": ages, **flat})
    counts = ", ".join(f"cast({name} as bigint) as {name}" for name in _SEGMENT_COUNTS)
    connection.execute(f"""
        create table marts.segment_day as
        select {", ".join(columns)}, {_day(company)}, {counts}
        from numbers
        where {" + ".join(_SEGMENT_COUNTS)} > 0
    """)
    connection.unregister("numbers")


def _write_deal_day(connection: duckdb.DuckDBPyConnection, company: Company, world: World) -> None:
    days, deals = seen_days(company), world.deals
    if deals is None:
        raise ValueError("A history without chance has no deals and cannot be written.")
    count = company.days - days.start
    channel = np.repeat(np.arange(len(company.channels)), count)
    connection.register("numbers", {
        "channel": np.array([one.name for one in company.channels], dtype=object)[channel],
        "age": np.tile(np.arange(count), len(company.channels)),
        "due": deals.due[:, days].ravel(), "won": deals.won[:, days].ravel(),
        "lost": deals.lost[:, days].ravel(), "slipped": deals.slipped[:, days].ravel(),
        "open_pipeline": deals.open_pipeline[:, days].ravel(),
    })  # fmt: skip
    connection.execute(f"""
        create table marts.deal_day as
        select channel, {_day(company)}, cast(due as bigint) as deals_due, cast(won as bigint) as deals_won,
            cast(lost as bigint) as deals_lost, cast(slipped as bigint) as deals_slipped,
            cast(round(open_pipeline, 2) as decimal(18, 6)) as pipeline_open_reporting
        from numbers
    """)
    connection.unregister("numbers")


def _write_marks(connection: duckdb.DuckDBPyConnection, marks: Sequence[Mark]) -> None:
    connection.execute("""
        create table marts.event_marks
        (event_day date, kind varchar, name varchar, channel varchar, campaign_id varchar)
    """)
    for mark in marks:
        connection.execute(
            "insert into marts.event_marks values (?, ?, ?, ?, ?)",
            [mark.day, mark.kind, mark.name, mark.channel, mark.campaign_id],
        )


def _day(company: Company) -> str:
    return f"date '{company.first_day}' + cast(age as integer) as report_day"
