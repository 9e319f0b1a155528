"""The warehouse's benchmark builds the same tables twice: as a whole, and after a day more."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace
from flows.bench.stages import STAGES

SIZE = {"events": 24_000, "days": 40}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A small company of raw events, built by us and by the script, in this process."""
    root = str(tmp_path_factory.mktemp("bench") / "company")
    made = STAGES["make_company"](root, **SIZE)
    STAGES["marts"](root, as_of=made["as_of"])
    STAGES["events_by_hand"](root, as_of=made["as_of"])
    return root


def _count(root, table):
    with open_warehouse(Workspace(Path(root))) as connection:
        return connection.execute(f"select count(*) from {table}").fetchone()[0]


def test_the_script_builds_our_facts_and_marts_row_by_row_and_so_does_a_day_more(built):
    found = STAGES["compare_events"](built)
    assert found == dict.fromkeys(found, 0)
    before = {table: _count(built, f"facts.{table}") for table in ("fct_sessions", "fct_touchpoints")}
    assert all(before.values()), before

    added = STAGES["add_day"](built, **SIZE)
    STAGES["marts"](built, as_of=added["as_of"])
    STAGES["events_by_hand"](built, as_of=added["as_of"])

    found = STAGES["compare_events"](built)
    assert found == dict.fromkeys(found, 0)
    assert _count(built, "facts.fct_sessions") > before["fct_sessions"]


def test_the_same_company_is_made_twice(tmp_path):
    for name in ("one", "other"):
        STAGES["make_company"](str(tmp_path / name), events=600, days=5)
    with open_warehouse(Workspace(tmp_path / "one")) as connection:
        connection.execute(
            f"attach '{tmp_path / 'other' / 'state' / 'warehouse.duckdb'}' as other (read_only)"
        )
        differing = connection.execute(
            "select count(*) from (from raw.web_events except all from other.raw.web_events)"
        ).fetchone()[0]
    assert differing == 0


@pytest.mark.slow
def test_bench_prints_a_result_per_size(tmp_path):
    from countersign.cli.app import app

    arguments = ["bench", "warehouse", "--events", "1e4", "--events-a-year", "1e4", "--json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    (result,) = json.loads(done.stdout)["results"]
    assert result["events"] > 9_000
    assert all(result[name] > 0 for name in ("ratio_cpu", "cpu_s", "wall_s", "peak_mib"))
