"""Companies known by the day, in real snapshots opened with what the daily agent's card grants."""

import importlib.util
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

from agents.performance.agent import write
from countersign.analytics.attention import analyse_days
from countersign.core.snapshot import open_granted, write_snapshot
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Company, Workspace

# The made-up company of the detection's own tests, so that the agent is tested on what is really detected.
_SPEC = importlib.util.spec_from_file_location(
    "detection_company", Path(__file__).parents[1] / "analytics" / "detection" / "conftest.py"
)
made_days = importlib.util.module_from_spec(_SPEC)
sys.modules["detection_company"] = made_days
_SPEC.loader.exec_module(made_days)

ACME = Company(name="Acme", reporting_currency="EUR", time_zone="UTC")
_TRUST = """create table marts.data_trust (source varchar, landed_table varchar, last_batch_id varchar,
    data_through date, set_aside_reason varchar, rows_landed bigint, rows_promoted bigint,
    rows_quarantined bigint, checks_total bigint, checks_passed bigint, warnings_failed bigint,
    quality varchar, is_fresh boolean)"""


class Opened:
    """A company's daily marts in a real snapshot, opened with what the card grants."""

    def __init__(
        self, root: Path, card, made, *, through: date | None = None, quality: str = "passed"
    ) -> None:
        self.card, workspace = card, Workspace(root)
        days = made.connect()
        tables = [name for (name,) in days.execute("show tables from marts").fetchall()]
        with open_warehouse(workspace) as warehouse:
            warehouse.execute("create schema marts")
            for name in tables:
                days.execute(f"copy marts.{name} to '{root / name}.parquet'")
                warehouse.execute(f"create table marts.{name} as from '{root / name}.parquet'")
            warehouse.execute(_TRUST)
            if through:
                warehouse.execute(
                    "insert into marts.data_trust values"
                    " ('ads', 'ad_performance', 'b', ?, null, 10, 10, 0, 9, 8, 0, ?, false)",
                    [through, quality],
                )
            self.snapshot = write_snapshot(
                warehouse, workspace, ACME, tables=[*tables, "data_trust"],
                as_of=datetime.combine(made.as_of, time(), tzinfo=UTC), metric_sql={}, data_through={},
                quality={"ads": "passed"}, code_version="1", dbt_version="1",
            )  # fmt: skip
        held = {name: set(table.columns) for name, table in self.snapshot.tables.items()}
        grants = {
            name: [column for column in columns if column in held[name]]
            for name, columns in card.grants.items()
            if name in held
        }
        self.connection = open_granted(workspace, self.snapshot, grants=grants)
        self.analysis = analyse_days(self.connection, self.snapshot, ACME)

    def draft(self):
        return write(self.analysis, self.snapshot, card=self.card, company=ACME, ask=None)


def open_broken(root: Path, card) -> Opened:
    """One campaign's page stops working on one device; sales turn down a whole channel's leads."""
    made = made_days.Company(seed=22, size=400.0)
    at = made.where(start=16, campaign_id="camp_4", device="mobile")
    made.leads[at] = made.thin(made.leads[at], 0.1)
    made.quality[made.where(start=45, channel="channel_2")] = 0.15
    return Opened(root, card, made)
