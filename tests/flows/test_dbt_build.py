"""dbt in this process: built twice, refused clearly, and gone afterwards."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from countersign.core.errors import LockedError, QualityError
from countersign.core.warehouse import open_warehouse, read_rows
from flows.dbt_build import build_marts, build_vars, project_dir, target_dir
from tests.dbt_project.raw_rows import AS_OF, COMPANY, TINY, ad, write_raw

LEADS = "select count(*) as rows, sum(leads) as leads, sum(spend_reporting) as spend from marts.channel_day"


def _read(workspace, sql):
    with open_warehouse(workspace) as connection:
        return read_rows(connection, sql)


def test_a_later_as_of_sees_more_without_parsing_again(workspace):
    write_raw(workspace, TINY)
    build_marts(workspace, COMPANY, as_of=AS_OF)
    parsed = (target_dir(workspace) / "partial_parse.msgpack").stat().st_mtime_ns
    before = _read(workspace, LEADS)
    build_marts(workspace, COMPANY, as_of=AS_OF + timedelta(days=7))
    (row,) = _read(workspace, LEADS)
    assert (before[0]["leads"], before[0]["spend"]) == (6, 250.5)
    assert (row["leads"], row["spend"]) == (7, 1249.5)
    assert (target_dir(workspace) / "partial_parse.msgpack").stat().st_mtime_ns == parsed


def test_the_same_build_twice_gives_the_same_marts(workspace):
    write_raw(workspace, TINY)
    weeks = "from marts.channel_week order by channel, week_start"
    build_marts(workspace, COMPANY, as_of=AS_OF)
    first = _read(workspace, weeks)
    result = build_marts(workspace, COMPANY, as_of=AS_OF)
    assert _read(workspace, weeks) == first
    assert {node.status for node in result.nodes} == {"success", "pass"}
    assert {"channel_day", "lead_cost_week", "data_trust"} <= {node.name for node in result.nodes}


def test_nothing_of_dbt_holds_the_warehouse_afterwards(workspace):
    write_raw(workspace, {})
    build_marts(workspace, COMPANY, as_of=AS_OF)
    with open_warehouse(workspace) as connection:
        connection.execute("create table raw.proof (a int)")
    opened = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('drop table raw.proof')"
    done = subprocess.run(
        [sys.executable, "-c", opened, str(workspace.warehouse)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_warehouse_open_in_another_process_is_named_as_the_reason(workspace):
    write_raw(workspace, {})
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", holder, str(workspace.warehouse)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout.readline() == "open\n"
        with pytest.raises(LockedError, match="close the other program"):
            build_marts(workspace, COMPANY, as_of=AS_OF)
    finally:
        process.communicate("\n", timeout=30)


def test_a_failed_test_is_named_with_what_to_do(workspace):
    write_raw(workspace, {"raw.ad_performance": [ad("2026-03-02", "1"), ad("2026-03-02", "1")]})
    with pytest.raises(QualityError) as caught:
        build_marts(workspace, COMPANY, as_of=AS_OF)
    said = str(caught.value)
    assert "test unique_grain_fct_ad_performance" in said
    assert "Got 1 result" in said
    assert ".sql on state/warehouse.duckdb" in caught.value.fix


def test_a_missing_rate_is_named_with_currency_and_days(workspace):
    dollars = [ad(day, "1", currency="USD") for day in ("2026-03-02", "2026-03-04")]
    write_raw(workspace, {"raw.ad_performance": dollars})
    with pytest.raises(QualityError, match="every_amount_has_a_rate") as caught:
        build_marts(workspace, COMPANY, as_of=AS_OF)
    assert "currency USD, first_day 2026-03-02, last_day 2026-03-04, days 2" in str(caught.value)
    assert "docs/sources/exchange_rates.md" in caught.value.fix


def test_a_failed_model_is_named_with_its_reason(workspace):
    write_raw(workspace, {})
    with open_warehouse(workspace) as connection:
        connection.execute("alter table raw.crm_leads drop column lead_source")
    with pytest.raises(QualityError, match=r"model stg_files__crm_leads failed[^$]*lead_source"):
        build_marts(workspace, COMPANY, as_of=AS_OF)


def test_dangling_links_warn_and_do_not_stop_the_build(workspace):
    write_raw(workspace, {"raw.crm_opportunities": [{"opportunity_id": "O1", "lead_id": "gone"}]})
    result = build_marts(workspace, COMPANY, as_of=AS_OF)
    (warned,) = result.warned
    assert "stg_files__crm_opportunities_lead_id" in warned.name


def test_the_shipped_project_is_only_read_and_dbt_is_silent(workspace, capfd):
    write_raw(workspace, {})
    before = {path: path.stat().st_mtime_ns for path in project_dir().rglob("*")}
    here = set(Path.cwd().iterdir())
    build_marts(workspace, COMPANY, as_of=AS_OF)
    assert {path: path.stat().st_mtime_ns for path in project_dir().rglob("*")} == before
    assert set(Path.cwd().iterdir()) == here
    assert capfd.readouterr() == ("", "")
    assert (workspace.logs / "dbt" / "dbt.log").is_file()


def test_as_of_needs_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        build_vars(COMPANY, as_of=datetime(2026, 3, 16))  # noqa: DTZ001 - the point of the test


def test_importing_the_build_does_not_import_dbt():
    code = (
        "import sys, flows.dbt_build, flows.metric_sql; print({'dbt.cli', 'metricflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
