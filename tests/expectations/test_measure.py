"""measure_gate: it times the real gate, and the hand-written SQL beside it sets the same rows aside."""

import duckdb
import pytest

from countersign.core.landed import landed_table
from expectations.by_hand import COUNTED, CRITICAL, KEYS
from expectations.measure import measure_gate
from expectations.suite import read_suite


@pytest.mark.parametrize("table", KEYS)
def test_the_hand_written_sql_sets_the_same_rows_aside(table, tmp_path):
    cost = measure_gate(tmp_path, rows=200_000, repeats=1, table=table)

    [gate] = tmp_path.rglob("set_aside.parquet")
    select = "select row_number, rule from read_parquet('{}') order by row_number"
    by_gate = duckdb.sql(select.format(gate)).fetchall()
    assert by_gate == duckdb.sql(select.format(tmp_path / "by_hand.parquet")).fetchall()
    assert len(by_gate) == cost.set_aside == 202
    assert len({rule for _, rule in by_gate}) == 5
    assert cost.ratio == cost.gate_s / cost.by_hand_s > 0


@pytest.mark.parametrize("table", KEYS)
def test_the_hand_written_sql_has_every_rule_of_the_suite(table, company, as_of):
    rules = read_suite(landed_table(table), company, latest=as_of).rules

    by_row = [rule.name for rule in rules if rule.sets_rows_aside]
    assert list(CRITICAL[table]) == by_row
    others = [rule for rule in rules if not rule.sets_rows_aside and rule.name != "rows_exist"]
    assert len(COUNTED[table]) == len(others) - 1  # the key is grouped
