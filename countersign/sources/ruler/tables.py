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

# Columns of campaign_day after its places and day, in order, and which of them are money.
_CAMPAIGN_NUMBERS = (
    "spend_reporting", "impressions", "clicks", "platform_conversions", "sessions", "engaged_sessions",
    "web_conversions", "leads", "mqls", "accepted_leads", "rejected_leads", "followed_up_leads",
    "followed_up_within_promise", "opportunities", "pipeline_reporting", "customers", "revenue_reporting",
)  # fmt: skip
_MONEY = frozenset({"spend_reporting", "pipeline_reporting", "revenue_reporting", "pipeline_open_reporting"})
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
    apart: dict[str, Array] = {
        "spend_reporting": history.booked_spend,
        "opportunities": deals.opportunities,
        "pipeline_reporting": deals.pipeline,
        "customers": deals.customers,
        "revenue_reporting": deals.revenue,
    }
    numbers = {
        name: _by_campaign(apart[name] if name in apart else getattr(history, name))[:, days].ravel()
        for name in _CAMPAIGN_NUMBERS
    }
    places = {
        "channel": [company.channels[c.channel].name for c in company.campaigns],
        "platform": [company.channels[c.channel].platform for c in company.campaigns],
        "account_id": [c.account_id for c in company.campaigns],
        "campaign_id": [c.campaign_id for c in company.campaigns],
        "campaign_name": [c.name for c in company.campaigns],
    }
    count, campaigns = company.days - days.start, len(company.campaigns)
    columns = {name: np.repeat(np.array(values, dtype=object), count) for name, values in places.items()}
    connection.register("numbers", {**columns, "age": np.tile(np.arange(count), campaigns), **numbers})
    connection.execute(f"""
        create table marts.campaign_day as
        select {", ".join(places)}, {_day(company)}, {_typed(_CAMPAIGN_NUMBERS)}
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
    names = np.array([company.channels[c.channel].name for c in company.campaigns], dtype=object)
    columns = {
        "channel": names[campaign],
        "campaign_id": np.array([c.campaign_id for c in company.campaigns], dtype=object)[campaign],
        "device": np.array([place[0] for place in places], dtype=object)[cell],
        "country": np.array([place[1] for place in places], dtype=object)[cell],
    }
    ages = np.tile(np.arange(count), campaigns * len(places))
    connection.register("numbers", {**columns, "age": ages, **flat})
    connection.execute(f"""
        create table marts.segment_day as
        select {", ".join(columns)}, {_day(company)}, {_typed(_SEGMENT_COUNTS)}
        from numbers
        where {" + ".join(_SEGMENT_COUNTS)} > 0
    """)
    connection.unregister("numbers")


def _write_deal_day(connection: duckdb.DuckDBPyConnection, company: Company, world: World) -> None:
    days, deals = seen_days(company), world.deals
    if deals is None:
        raise ValueError("A history without chance has no deals and cannot be written.")
    count, channels = company.days - days.start, len(company.channels)
    numbers = {
        "deals_due": deals.due,
        "deals_won": deals.won,
        "deals_lost": deals.lost,
        "deals_slipped": deals.slipped,
        "pipeline_open_reporting": deals.open_pipeline,
    }
    names = np.array([channel.name for channel in company.channels], dtype=object)
    connection.register(
        "numbers",
        {
            "channel": np.repeat(names, count),
            "age": np.tile(np.arange(count), channels),
            **{name: values[:, days].ravel() for name, values in numbers.items()},
        },
    )
    connection.execute(f"""
        create table marts.deal_day as
        select channel, {_day(company)}, {_typed(tuple(numbers))} from numbers
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


def _typed(names: Sequence[str]) -> str:
    return ", ".join(
        f"cast(round({name}, 2) as decimal(18, 6)) as {name}"
        if name in _MONEY
        else f"cast({name} as bigint) as {name}"
        for name in names
    )


def _by_campaign(values: Array) -> Array:
    return values.sum(axis=1) if values.ndim == 3 else values
