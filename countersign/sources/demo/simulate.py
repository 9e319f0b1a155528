"""Run the simulator's SQL in an in-memory DuckDB: the demo company's world up to a day."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

import duckdb

from countersign.core.warehouse import quote_name
from countersign.sources.demo import company
from countersign.sources.demo.incidents import planted_incidents

_SQL = Path(__file__).parent / "sql"
_STEPS = ("macros", "place_days", "visits", "leads", "follow_up")
_EXPORT_STEPS = (
    "lead_cards", "ad_days", "google_ads", "meta_ads", "single_ads", "linkedin_ads", "web_sessions",
    "crm_leads", "exchange_rates",
)  # fmt: skip


@dataclass(frozen=True)
class BudgetChange:
    """A campaign's budget from a day on, as a multiple of its usual one; 0 is a pause.

    `decided` names the approved action that it carries out.
    """

    campaign_id: str
    factor: float
    start: date
    decided: str


@dataclass(frozen=True)
class World:
    """What to simulate: days from `first_day` to before `until`, everything known before `until`.

    `anchor` is the end of the first demo's history: growth and incidents count from it, so that the
    second week continues the same world. `budgets` are changes that people approved since, oldest first.
    """

    seed: int
    scale: float
    first_day: date
    anchor: date
    until: date
    budgets: tuple[BudgetChange, ...] = ()


@contextmanager
def simulated(world: World) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with one view per export (`google_ads`, `crm_leads`, ...) of that world.

    One thread: sums of doubles and the order of rows then never depend on the machine.
    """
    with duckdb.connect(":memory:", config={"threads": "1"}) as connection:
        _set_variables(connection, world)
        _load_company(connection, world)
        for name in _STEPS:
            connection.execute((_SQL / f"{name}.sql").read_text(encoding="utf-8"))
        for name in _EXPORT_STEPS:
            connection.execute((_SQL / "exports" / f"{name}.sql").read_text(encoding="utf-8"))
        yield connection


def set_window(connection: duckdb.DuckDBPyConnection, start: date, *, end: date) -> None:
    """Limit the visits that are streamed to the days [start, end)."""
    connection.execute(f"set variable window_start = date '{start}'")
    connection.execute(f"set variable window_end = date '{end}'")


def _set_variables(connection: duckdb.DuckDBPyConnection, world: World) -> None:
    for name, value in (
        ("seed", f"{world.seed}::bigint"),
        ("scale", f"{world.scale}::double"),
        ("first_day", f"date '{world.first_day}'"),
        ("anchor", f"date '{world.anchor}'"),
        ("until", f"date '{world.until}'"),
        ("weekly_growth", f"{company.WEEKLY_GROWTH}::double"),
        ("median_deal", f"{company.MEDIAN_DEAL}::double"),
        ("median_follow_up_hours", f"{company.MEDIAN_FOLLOW_UP_HOURS}::double"),
    ):
        connection.execute(f"set variable {name} = {value}")
    set_window(connection, world.first_day, end=world.until)


def _load_company(connection: duckdb.DuckDBPyConnection, world: World) -> None:
    channel_names = ["channel" if f.name == "name" else f.name for f in fields(company.Channel)]
    _create(connection, "channels", channel_names, [astuple(row) for row in company.CHANNELS])
    place_names = ["place_id" if f.name == "id" else f.name for f in fields(company.Place)]
    _create(connection, "places", place_names, [astuple(row) for row in company.read_places()])
    ad_names = [f.name for f in fields(company.Ad)]
    _create(connection, "ads", ad_names, [astuple(row) for row in company.read_ads()])
    _create(connection, "accounts", ["platform", "account_id"], list(company.ACCOUNTS.items()))
    shares = [
        (kind, number, share)
        for kind in ("paid", "web", "event")
        for number, share in enumerate(
            company.EVENT_WEEKDAY_SHARE if kind == "event" else company.WEEKDAY_SHARE, start=1
        )
    ]
    _create(connection, "weekdays", ["kind", "weekday", "share"], shares)
    lag_names = [f"{lag}_{end}" for lag in company.LAG_DAYS for end in ("low", "high")]
    _create(connection, "lags", lag_names, [tuple(n for pair in company.LAG_DAYS.values() for n in pair)])
    incidents = [
        (one.lever, one.factor, one.start, one.end, one.channel, one.campaign_id, one.device)
        for one in planted_incidents(world.anchor)
    ]
    names = ["lever", "factor", "start_day", "end_day", "channel", "campaign_id", "device"]
    _create(connection, "incidents", names, incidents)
    connection.execute("create table budgets (campaign_id varchar, factor double, start_day date)")
    for change in world.budgets:
        connection.execute(
            "insert into budgets values (?, ?, ?)", [change.campaign_id, change.factor, change.start]
        )


def _create(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    names: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    types = {str: "varchar", float: "double", int: "integer", date: "date"}
    sample = rows[0]
    # a column that holds 0 in one row and 0.5 in the next is a double
    kinds = [
        "double" if any(isinstance(row[at], float) for row in rows) else types[type(sample[at])]
        for at in range(len(names))
    ]
    columns = ", ".join(f"{quote_name(name)} {kind}" for name, kind in zip(names, kinds, strict=True))
    connection.execute(f"create table {quote_name(table)} ({columns})")
    marks = ", ".join("?" for _ in names)
    connection.executemany(f"insert into {quote_name(table)} values ({marks})", rows)
