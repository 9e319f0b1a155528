"""Snapshots: immutable, cheap from day to day, and a connection that can reach nothing else."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from countersign.core.errors import SnapshotError
from countersign.core.snapshot import latest_snapshot, open_granted, read_snapshot, write_snapshot
from countersign.core.warehouse import open_warehouse

AS_OF = datetime(2026, 11, 16, tzinfo=UTC)
GRANT = {"channel_day": ("channel", "report_day", "spend_reporting")}


def build_marts(workspace, *, days=28, spend="10.10"):
    with open_warehouse(workspace) as warehouse:
        warehouse.execute("create schema if not exists marts")
        warehouse.execute(
            f"""
            create or replace table marts.channel_day as
            select 'Paid search' as channel, (date '2026-10-19' + day::integer)::date as report_day,
                cast({spend} as decimal(18,6)) as spend_reporting, 'secret' as note
            from range({days}) as days(day)
            """
        )


def take_snapshot(workspace, *, as_of=AS_OF):
    with open_warehouse(workspace) as warehouse:
        return write_snapshot(
            warehouse,
            workspace,
            workspace.company(),
            tables=["channel_day"],
            as_of=as_of,
            metric_sql={"by_week": "select 1"},
            data_through={"ads": date(2026, 11, 15)},
            quality={"ads": "passed"},
            code_version="1",
            dbt_version="1",
        )


def objects(workspace):
    return {path.name for path in (workspace.snapshots / "objects").glob("*.parquet")}


def test_the_same_marts_give_the_same_snapshot(workspace):
    build_marts(workspace)
    first = take_snapshot(workspace)
    kept = objects(workspace)
    assert take_snapshot(workspace).id == first.id
    assert objects(workspace) == kept
    assert read_snapshot(workspace, first.id) == first


def test_a_days_snapshot_costs_a_day(workspace):
    build_marts(workspace, days=28)
    take_snapshot(workspace)
    before = objects(workspace)
    build_marts(workspace, days=29)
    later = take_snapshot(workspace, as_of=AS_OF + timedelta(days=1))
    assert len(objects(workspace) - before) == 1
    assert later.tables["channel_day"].rows == 29
    assert latest_snapshot(workspace).id == later.id


def test_money_keeps_its_last_digit(workspace):
    build_marts(workspace, spend="0.100001")
    granted = open_granted(workspace, take_snapshot(workspace), grants=GRANT)
    total = granted.execute("select sum(spend_reporting) from warehouse.marts.channel_day").fetchone()[0]
    assert str(total) == "2.800028"


@pytest.mark.parametrize(
    "forbidden",
    [
        "select note from channel_day",
        "select * from read_parquet('state/snapshots/objects/*.parquet')",
        "select * from read_csv('/etc/passwd')",
        "load httpfs",
        "install httpfs",
        "attach 'state/warehouse.duckdb' as stolen",
        "copy channel_day to 'stolen.csv'",
        "set enable_external_access = true",
        "select * from warehouse.marts.crm_leads",
    ],
)
def test_what_is_not_granted_does_not_exist(workspace, forbidden):
    build_marts(workspace)
    granted = open_granted(workspace, take_snapshot(workspace), grants=GRANT)
    assert granted.execute("select count(*) from channel_day").fetchone() == (28,)
    with pytest.raises(duckdb.Error):
        granted.execute(forbidden)


def test_a_grant_on_a_column_that_is_not_there_says_so(workspace):
    build_marts(workspace)
    snapshot = take_snapshot(workspace)
    with pytest.raises(SnapshotError, match="channel_day: email"):
        open_granted(workspace, snapshot, grants={"channel_day": ("email",)})


def test_a_table_the_company_does_not_have_is_left_out(workspace):
    build_marts(workspace)
    granted = open_granted(workspace, take_snapshot(workspace), grants={**GRANT, "funnel_week": ("leads",)})
    assert granted.execute("show tables").fetchall() == [("channel_day",)]


def test_one_changed_byte_in_an_object_is_found(workspace):
    build_marts(workspace)
    snapshot = take_snapshot(workspace)
    path = next((workspace.snapshots / "objects").glob("*.parquet"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(SnapshotError, match="other bytes"):
        open_granted(workspace, snapshot, grants=GRANT)


def test_a_changed_manifest_is_found(workspace):
    build_marts(workspace)
    snapshot = take_snapshot(workspace)
    path = workspace.snapshots / snapshot.id / "manifest.json"
    path.write_text(path.read_text().replace('"Tiny Company"', '"Other Company"'))
    with pytest.raises(SnapshotError, match="no longer matches"):
        read_snapshot(workspace, snapshot.id)


def test_a_lost_object_is_named_and_never_replaced_silently(workspace):
    build_marts(workspace)
    snapshot = take_snapshot(workspace)
    for path in (workspace.snapshots / "objects").glob("*.parquet"):
        path.unlink()
    with pytest.raises(SnapshotError, match="source expired"):
        open_granted(workspace, snapshot, grants=GRANT)
