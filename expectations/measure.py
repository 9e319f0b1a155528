"""What the gate costs: a batch through the whole gate against hand-written SQL of the same rules.

Both read the same landed file, with one bad row in a thousand of several kinds and a few repeated keys, and
both write the rows to set aside. `python -m expectations.measure ROWS` prints the ratios.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from countersign.core.contracts import Batch
from countersign.core.landed import BOOKKEEPING, landed_table
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Company, Workspace
from expectations.batch_record import batch_folder
from expectations.by_hand import KEYS, check_by_hand
from expectations.gate import Runner, check_batch, choose_runner
from expectations.suite import GateResult, read_suite

TABLE = "ad_performance"
LATEST = datetime(2026, 11, 16, tzinfo=UTC)

# One row in a thousand breaks a rule, each hundred thousandth repeats the key of the one before it.
_VALUES = {
    "ad_performance": {
        "platform": "'google_ads'",
        "account_id": "'a1'",
        "account_time_zone": "'UTC'",
        "campaign_id": "'c' || (j % 500)",
        "campaign_name": "'Campaign ' || (j % 500)",
        "ad_group_id": "'g' || (j // 1500000)",
        "account_day": "date '2016-01-02' + cast((j // 500) % 3000 as integer)",
        "channel": "'Paid search'",
        "currency": "case when i % 4000 = 3 then 'EURO' else 'EUR' end",
        "spend": "case when i % 4000 = 1003 then -1 else (i % 1000) / 7.0 end",
        "impressions": "i % 10000 + 100",
        "clicks": "case when i % 4000 = 2003 then i % 10000 + 101 else i % 99 end",
        "_bad": "case when i % 4000 = 3003 then 'clicks: x is not a number' end",
        "_row": "i + 1",
    },
    "web_sessions": {
        "session_key": "'sk_' || left(md5(j::varchar), 32)",
        "visitor_key": "'vk_' || left(md5((j // 3)::varchar), 32)",
        "started_at": "timestamp '2023-01-01' + to_seconds(i % 100000000)",
        "source_time_zone": "'UTC'",
        "utm_source": "'google'",
        "utm_medium": "'cpc'",
        "utm_campaign": "'campaign ' || (i % 300)",
        "channel": "'Paid search'",
        "landing_page": "case when i % 4000 = 3 then '/demo?email=x' else '/page/' || (i % 700) end",
        "device": "case i % 3 when 0 then 'desktop' when 1 then 'mobile' else 'tablet' end",
        "country": "'DE'",
        "page_views": "case when i % 4000 = 1003 then -1 else i % 20 + 1 end",
        "conversions": "case when i % 4000 = 2003 then -1 else cast(i % 40 = 0 as integer) end",
        "_bad": "case when i % 4000 = 3003 then 'started_at: x is not a time' end",
        "_row": "i + 1",
    },
}


@dataclass(frozen=True)
class GateCost:
    """Seconds for the same checks on the same rows, the best of the repeats: on the clock, and of CPU.

    CPU seconds count every thread, so they say more where other programs run on the machine.
    """

    rows: int
    checks: int
    gate_s: float
    by_hand_s: float
    gate_cpu_s: float
    by_hand_cpu_s: float
    table: str
    set_aside: int

    @property
    def ratio(self) -> float:
        """How many times the hand-written SQL the gate costs."""
        return self.gate_s / self.by_hand_s

    @property
    def cpu_ratio(self) -> float:
        """The same in CPU seconds."""
        return self.gate_cpu_s / self.by_hand_cpu_s


def measure_gate(
    folder: Path, *, rows: int, repeats: int = 3, runner: Runner | None = None, table: str = TABLE
) -> GateCost:
    """Time a batch through the gate against hand-written SQL.

    Args:
        folder: where the batch is landed.
        rows: how many.
        repeats: runs of each; the best counts, as the machine is shared.
        runner: how the suite is run; by default as the gate would.
        table: a table of `by_hand.KEYS`.
    """
    workspace, company = (
        Workspace(folder),
        Company(name="Measured", reporting_currency="EUR", time_zone="UTC"),
    )
    batch = _land(workspace, table, rows)
    path = batch_folder(workspace, batch) / "rows.parquet"
    run = runner or choose_runner()

    def gate() -> GateResult:
        return check_batch(workspace, company, batch, as_of=LATEST, runner=run)

    def by_hand() -> int:
        return check_by_hand(table, rows=path, set_aside=folder / "by_hand.parquet")

    result = gate()
    gate_s, gate_cpu_s = _best(gate, repeats)
    by_hand_s, by_hand_cpu_s = _best(by_hand, repeats)
    return GateCost(
        rows=rows,
        checks=len(read_suite(landed_table(table), company, latest=LATEST).rules),
        gate_s=gate_s,
        by_hand_s=by_hand_s,
        gate_cpu_s=gate_cpu_s,
        by_hand_cpu_s=by_hand_cpu_s,
        table=table,
        set_aside=result.batch.rows_quarantined,
    )


def _best(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    clock, cpu = [], []
    for _ in range(repeats):
        start, cpu_start = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - start)
        cpu.append(time.process_time() - cpu_start)
    return min(clock), min(cpu)


def _land(workspace: Workspace, table: str, rows: int) -> Batch:
    batch = Batch(
        id=f"b{rows}",
        source="measured",
        table=table,
        file="rows",
        content_hash="",
        mapping_hash="",
        landed_at=LATEST,
        rows_landed=rows,
    )
    path = batch_folder(workspace, batch) / "rows.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    values = _VALUES[table]
    columns = (*landed_table(table).columns, *BOOKKEEPING)
    select = ", ".join(f"cast({values.get(c.name, 'null')} as {c.type}) as {c.name}" for c in columns)
    numbers = (
        f"(select i, case when i % 100000 = 99999 then i - 1 else i end as j from range({rows}) as r(i))"
    )
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"copy (select {select} from {numbers}) to {quote_text(str(path))}")
    return batch


def main() -> None:
    """Print the cost of both tables at the numbers of rows that the command line names."""
    for rows in map(float, sys.argv[1:] or ["1e6"]):
        for table in KEYS:
            with TemporaryDirectory() as folder:
                cost = measure_gate(Path(folder), rows=int(rows), table=table)
            sys.stdout.write(
                f"{table} {cost.rows:,} rows, {cost.checks} checks, {cost.set_aside:,} set aside:"
                f" gate {cost.gate_s:.2f} s, by hand {cost.by_hand_s:.2f} s, ratio {cost.ratio:.2f};"
                f" CPU {cost.gate_cpu_s:.2f} s and {cost.by_hand_cpu_s:.2f} s, ratio {cost.cpu_ratio:.2f}\n"
            )


if __name__ == "__main__":
    main()
