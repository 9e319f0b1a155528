"""The benchmark compares like with like: same files, same rows; seconds are never asserted."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from countersign.core.errors import PipelineError, QualityError
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace
from flows.bench.line import OURS, Cost, LineCost, refuse_differences
from flows.bench.processes import measure_command
from flows.bench.script import MARTS, differing_rows
from flows.bench.stages import STAGES


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A small demo company through our line and through the script, in this process."""
    root = str(tmp_path_factory.mktemp("bench") / "workspace")
    as_of = STAGES["write"](root, scale=0.2)["as_of"]
    for stage in ("land", "gate", "marts", "script_files", "script_marts"):
        STAGES[stage](root, as_of=as_of)
    return Workspace(Path(root)), as_of


def test_the_script_builds_our_marts_row_by_row(built):
    workspace, _ = built
    assert differing_rows(workspace) == dict.fromkeys(MARTS, 0)


def test_every_mart_that_the_script_builds_is_one_of_ours(built):
    workspace, _ = built
    with open_warehouse(workspace) as connection:
        ours = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
    assert {*MARTS} < {name for (name,) in ours}


def test_one_changed_row_is_found_on_both_sides(built):
    workspace, _ = built
    with open_warehouse(workspace) as connection:
        connection.execute("begin")
        connection.execute(
            "update marts.rejection_reasons set rejected_leads = rejected_leads + 1 where rowid = 0"
        )
        connection.execute("commit")
    try:
        assert differing_rows(workspace)["rejection_reasons"] == 2
    finally:
        with open_warehouse(workspace) as connection:
            connection.execute(
                "update marts.rejection_reasons set rejected_leads = rejected_leads - 1 where rowid = 0"
            )


def test_ratios_of_different_marts_are_refused():
    refuse_differences({"channel_day": 0})
    with pytest.raises(QualityError, match="channel_day: 3 rows"):
        refuse_differences({"channel_day": 3, "channel_week": 0})


def test_ratios_are_of_cpu_and_leave_out_what_every_run_costs():
    def costs(**cpu):
        return {stage: Cost(cpu_s=cpu.get(stage, 1.0), wall_s=9.0, peak_mib=9.0) for stage in (
            *OURS, "script_files", "script_marts")}  # fmt: skip

    line = LineCost(
        1_000_000,
        costs=costs(land=4.0, gate=5.0, marts=6.0, script_files=3.0, script_marts=2.0),
        fixed=costs(land=1.0, gate=2.0, marts=4.0, script_files=0.5, script_marts=0.5),
        second_week=costs(),
        nodes=(),
    )
    assert line.ratio_marts == 3.0
    assert line.ratio_whole == 3.0
    assert line.ratio_grown == 2.0
    assert line.second_week_share == pytest.approx(6 / 18)
    assert json.loads(json.dumps(line.as_plain()))["ratio_whole"] == 3.0


def test_a_part_that_fails_says_what_it_said():
    with pytest.raises(PipelineError, match="no such luck"):
        measure_command([sys.executable, "-c", "raise SystemExit('no such luck')"])


def test_a_childs_cpu_and_peak_are_its_own():
    small, _ = measure_command([sys.executable, "-c", "pass"])
    large, _ = measure_command([sys.executable, "-c", "bytearray(300_000_000)"])
    assert large.peak_mib - small.peak_mib > 200 or small.peak_mib > 300


@pytest.mark.parametrize("arguments", [["--sessions", "many"], ["--sessions", "5"], ["--gate-rows", "nan"]])
def test_sizes_that_are_no_sizes_are_refused(arguments):
    from countersign.cli.app import app

    done = CliRunner().invoke(app, ["bench", "startup", *arguments])
    assert done.exit_code == 1
    assert "not a usable number" in str(done.exception)


@pytest.mark.slow
def test_bench_prints_json_for_programs():
    from countersign.cli.app import app

    done = CliRunner().invoke(app, ["bench", "gate", "--gate-rows", "1e4", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["gate"]["rows"] == 10_000
    assert found["gate"]["ratio"] > 0
    assert found["machine"]["cores"] >= 1
