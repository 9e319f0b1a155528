"""What the gate costs: its checks through Great Expectations against one hand-written SQL of the same."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from countersign.core.landed import BOOKKEEPING, landed_table
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Company
from expectations.gate import Runner, choose_runner, create_rows_view
from expectations.suite import read_suite

TABLE = "ad_performance"
LATEST = datetime(2026, 11, 16, tzinfo=UTC)

# One pass over the file for all conditions, and one grouping for the key: what a person would write.
_BY_HAND = """
    select count(*) as rows,
        count(*) filter (_bad is not null) as unreadable,
        count(*) filter (platform is null) as a, count(*) filter (account_id is null) as b,
        count(*) filter (campaign_id is null) as c, count(*) filter (ad_group_id is null) as d,
        count(*) filter (account_day is null) as e, count(*) filter (currency is null) as f,
        count(*) filter (spend is null) as g, count(*) filter (currency not in ('EUR')) as foreign_rows,
        count(*) filter (spend < 0) as h, count(*) filter (impressions < 0) as i,
        count(*) filter (clicks < 0) as j, count(*) filter (platform_conversions < 0) as k,
        count(*) filter (platform_conversion_value < 0) as l,
        count(*) filter (clicks > impressions) as m,
        count(*) filter (account_day < date '2000-01-01') as n,
        count(*) filter (account_day > date '2026-11-16') as o,
        count(*) filter (channel is null) as p, count(*) filter (campaign_name is null) as q,
        count(*) filter (spend > 0 and impressions = 0) as r
    from landed_rows
"""
_KEY_BY_HAND = """
    select count(*) from (
        select 1 from landed_rows
        group by platform, account_id, campaign_id, ad_group_id, account_day having count(*) > 1
    )
"""


@dataclass(frozen=True)
class GateCost:
    """Seconds of wall time for the same checks on the same rows: the best of the repeats."""

    rows: int
    checks: int
    gate_s: float
    by_hand_s: float

    @property
    def ratio(self) -> float:
        """How many times the hand-written SQL the gate costs."""
        return self.gate_s / self.by_hand_s


def measure_gate(folder: Path, *, rows: int, repeats: int = 3, runner: Runner | None = None) -> GateCost:
    """Time the suite of ad_performance on a clean file against hand-written SQL.

    Args:
        folder: where the file of rows is written.
        rows: how many.
        repeats: runs of each; the best counts, as the machine is shared.
        runner: how the suite is run; by default as the gate would.
    """
    path = folder / "rows.parquet"
    _write_rows(path, rows)
    company = Company(name="Measured", reporting_currency="EUR", time_zone="UTC")
    suite = read_suite(landed_table(TABLE), company, latest=LATEST)
    run = runner or choose_runner()

    def through_gate(connection: duckdb.DuckDBPyConnection) -> None:
        run(connection, read_suite(landed_table(TABLE), company, latest=LATEST))

    def by_hand(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(_BY_HAND).fetchone()
        connection.execute(_KEY_BY_HAND).fetchone()

    def best(work: Callable[[duckdb.DuckDBPyConnection], None]) -> float:
        times = []
        for _ in range(repeats):
            connection = duckdb.connect(":memory:")
            create_rows_view(connection, suite, rows=path)
            start = time.perf_counter()
            work(connection)
            times.append(time.perf_counter() - start)
            connection.close()
        return min(times)

    return GateCost(rows=rows, checks=len(suite.rules), gate_s=best(through_gate), by_hand_s=best(by_hand))


def _write_rows(path: Path, rows: int) -> None:
    values = {
        "platform": "'google_ads'",
        "account_id": "'a1'",
        "campaign_id": "'c' || (i % 500)",
        "campaign_name": "'Campaign ' || (i % 500)",
        "ad_group_id": "'g' || (i % 50)",
        "account_day": "date '2000-01-02' + cast(i // 500 as integer)",
        "channel": "'Paid search'",
        "currency": "'EUR'",
        "spend": "(i % 1000) / 7.0",
        "impressions": "i % 10000 + 100",
        "clicks": "i % 100",
        "_row": "i + 1",
    }
    columns = (*landed_table(TABLE).columns, *BOOKKEEPING)
    select = ", ".join(f"cast({values.get(c.name, 'null')} as {c.type}) as {c.name}" for c in columns)
    connection = duckdb.connect(":memory:")
    connection.execute(f"copy (select {select} from range({rows}) as r(i)) to {quote_text(str(path))}")
    connection.close()
