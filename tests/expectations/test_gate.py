"""check_batch: what is set aside, when the whole batch is, and a gate that is broken says so."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from countersign.core.errors import QualityError
from countersign.core.landed import CRM_LEADS, LANDED_TABLES
from expectations import crm_leads
from expectations import gate as gate_module
from expectations.duckdb_dialect import DUCKDB, PRIVATE_NAME, keep_duckdb_open
from expectations.gx import gxe, sqlalchemy_execution_engine
from expectations.pandas_fallback import run_on_pandas
from expectations.seeded.defects import read_defects
from expectations.sql_run import run_on_duckdb
from expectations.suite import Rule, Suite


@pytest.fixture(autouse=True)
def _duckdb_stays_open():
    # The gate does so before it runs a suite; some tests here call a runner themselves.
    keep_duckdb_open()


def set_aside_rows(result):
    found = duckdb.sql(
        f"select row_number, rule, reason from read_parquet('{result.set_aside}') order by row_number"
    )
    return found.fetchall()


def outcome(result, check):
    return next(found for found in result.batch.outcomes if found.check == check)


def test_an_empty_batch_is_quarantined_whole(land, gate):
    result = gate(land("crm_leads", []))

    assert result.reasons == ("The file holds no rows.",)
    assert result.batch.quality == "failed"


def test_identical_rows_are_kept_once(land, good_rows, gate):
    row = good_rows("crm_leads", 1)[0]

    result = gate(land("crm_leads", [row, row, row]))

    assert set_aside_rows(result) == [
        (1, "key_is_unique", "The same row again."),
        (2, "key_is_unique", "The same row again."),
    ]
    assert not result.is_quarantined


def test_of_rows_that_share_a_key_the_last_one_stays(land, good_rows, gate):
    rows = good_rows("crm_leads", 10)
    rows[9] = {**rows[0], "stage": "sql"}

    result = gate(land("crm_leads", rows))

    assert [(row, rule) for row, rule, _ in set_aside_rows(result)] == [(1, "key_is_unique")]
    assert "Another row has the same key" in set_aside_rows(result)[0][2]


def test_a_bad_row_does_not_push_out_the_good_row_of_its_key(land, good_rows, gate):
    rows = good_rows("crm_leads", 10)
    rows[9] = {**rows[0], "stage": "nonsense"}

    result = gate(land("crm_leads", rows))

    assert [(row, rule) for row, rule, _ in set_aside_rows(result)] == [(10, "stage_is_known")]


def test_a_row_that_breaks_two_rules_tells_both_and_counts_once(land, good_rows, gate):
    rows = good_rows("ad_performance", 10)
    rows[0] |= {"spend": "-1", "clicks": 1000}

    result = gate(land("ad_performance", rows))

    [(_, rule, reason)] = set_aside_rows(result)
    assert rule == "spend_is_not_negative"
    assert reason == "Spend is below zero. There are more clicks than impressions."
    assert result.batch.rows_quarantined == 1


def test_a_cell_that_could_not_be_read_is_the_only_reason_of_its_row(land, good_rows, gate):
    rows = good_rows("ad_performance", 10)
    rows[2] |= {"spend": None, "_bad": "spend: 'n/a' is not a number"}

    result = gate(land("ad_performance", rows))

    assert set_aside_rows(result) == [(3, "cells_are_readable", "spend: 'n/a' is not a number")]


@pytest.mark.parametrize(("bad", "is_quarantined"), [(4, False), (5, True)])
def test_more_than_a_fifth_of_bad_rows_condemns_the_file(bad, is_quarantined, land, good_rows, gate):
    rows = good_rows("crm_leads", 20)
    for row in rows[:bad]:
        row["stage"] = "nonsense"

    result = gate(land("crm_leads", rows))

    assert result.is_quarantined is is_quarantined
    assert result.batch.rows_quarantined == (20 if is_quarantined else bad)
    assert outcome(result, "enough_rows_remain").passed is not is_quarantined


def test_two_bad_rows_of_five_are_too_few_to_condemn_the_file(land, good_rows, gate):
    rows = good_rows("crm_leads", 5)
    rows[0]["stage"] = rows[1]["stage"] = "nonsense"

    assert not gate(land("crm_leads", rows)).is_quarantined


def test_any_currency_of_iso_4217_passes(land, good_rows, gate):
    rows = good_rows("ad_performance", 10)
    for row in rows[:6]:
        row["currency"] = "USD"

    result = gate(land("ad_performance", rows))

    assert (result.is_quarantined, result.batch.rows_quarantined) == (False, 0)


def test_a_file_wholly_in_no_currency_is_quarantined(land, good_rows, gate):
    result = gate(land("ad_performance", good_rows("ad_performance", 10, currency="XXX")))

    assert result.is_quarantined
    assert set_aside_rows(result)[0][1] == "currency_is_an_iso_code"


def test_rows_of_a_condemned_file_keep_their_own_reason_or_get_the_files(land, good_rows, gate):
    rows = good_rows("crm_leads", 10)
    for row in rows[:6]:
        row["stage"] = "nonsense"

    rules = {row: rule for row, rule, _ in set_aside_rows(gate(land("crm_leads", rows)))}

    assert (rules[1], rules[10]) == ("stage_is_known", "enough_rows_remain")
    assert len(rules) == 10


@pytest.mark.parametrize("table", LANDED_TABLES)
def test_pandas_gives_the_same_outcomes_on_a_dirty_batch(table, land, good_rows, gate):
    changes = [defect.change for defect in read_defects(table) if defect.effect in ("row", "warning")]
    rows = good_rows(table, 6 * len(changes))
    for row, change in zip(rows, changes, strict=False):
        row |= change
    rows.append(dict(rows[-1]))
    batch = land(table, rows)

    on_duckdb = gate(batch, runner=run_on_duckdb)
    aside = set_aside_rows(on_duckdb)
    on_pandas = gate(batch, runner=run_on_pandas)

    assert on_pandas.batch == on_duckdb.batch
    assert set_aside_rows(on_pandas) == aside
    assert len(aside) >= 3


def test_pandas_gives_the_same_outcomes_on_an_empty_batch(land, gate):
    batch = land("ad_performance", [])

    assert gate(batch, runner=run_on_pandas) == gate(batch, runner=run_on_duckdb)


def test_duckdb_joins_the_dialects_that_stay_open_once():
    assert keep_duckdb_open()
    assert keep_duckdb_open()

    assert getattr(sqlalchemy_execution_engine, PRIVATE_NAME).count(DUCKDB) == 1


def test_the_gate_falls_back_to_pandas_when_the_private_name_is_gone(monkeypatch, land, good_rows, gate):
    monkeypatch.delattr(sqlalchemy_execution_engine, PRIVATE_NAME)

    assert gate_module.choose_runner() is run_on_pandas
    assert gate(land("crm_leads", good_rows("crm_leads", 3))).batch.quality == "passed"


@pytest.mark.parametrize("runner", [run_on_duckdb, run_on_pandas])
def test_an_expectation_that_raises_is_a_gate_error(runner, monkeypatch, land, good_rows, gate, workspace):
    broken = Rule("broken_rule", gxe.ExpectColumnValuesToNotBeNull(column="nowhere"), "Never said.")
    monkeypatch.setattr(crm_leads, "build_suite", lambda company, *, latest: Suite(CRM_LEADS, (broken,)))
    batch = land("crm_leads", good_rows("crm_leads", 2))

    with pytest.raises(QualityError, match="broken_rule") as error:
        gate(batch, runner=runner)

    assert "nowhere" in str(error.value)
    assert not list(workspace.landing.rglob("set_aside.parquet"))


def test_a_landed_file_that_is_gone_is_no_bad_data(land, good_rows, gate, workspace):
    batch = land("crm_leads", good_rows("crm_leads", 2))
    next(workspace.landing.rglob("rows.parquet")).unlink()

    with pytest.raises(QualityError, match="cannot be read"):
        gate(batch)


def test_a_landed_file_with_other_rows_than_recorded_is_refused(land, good_rows, gate):
    batch = land("crm_leads", good_rows("crm_leads", 2)).model_copy(update={"rows_landed": 3})

    with pytest.raises(QualityError, match="2 rows, 2 row numbers, 3 recorded"):
        gate(batch)


def test_a_landed_column_of_another_type_is_refused(land, good_rows, gate, workspace):
    batch = land("crm_leads", good_rows("crm_leads", 2))
    path = next(workspace.landing.rglob("rows.parquet"))
    with duckdb.connect() as connection:
        select = f"select * replace (created_at::varchar as created_at) from '{path}'"
        connection.execute(f"create table changed as {select}")
        connection.execute(f"copy changed to '{path}' (format parquet)")

    with pytest.raises(QualityError, match=r"crm_leads\.created_at is varchar"):
        gate(batch)


def test_importing_the_room_neither_imports_great_expectations_nor_touches_the_environment():
    script = (
        "import os, sys; before = dict(os.environ);"
        "import expectations.gate, expectations.promotion, expectations.quarantine;"
        "import countersign.cli.quarantine;"
        "assert 'great_expectations' not in sys.modules; assert dict(os.environ) == before"
    )
    root = Path(gate_module.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, done.stderr
