"""measure_gate: it times the real suite, and the file it times is clean."""

from countersign.core.landed import landed_table
from expectations.measure import TABLE, measure_gate
from expectations.suite import read_suite


def test_the_measurement_runs_every_check_of_the_suite(tmp_path, company, as_of):
    cost = measure_gate(tmp_path, rows=1000, repeats=1)

    assert cost.checks == len(read_suite(landed_table(TABLE), company, latest=as_of).rules)
    assert cost.ratio == cost.gate_s / cost.by_hand_s > 0
