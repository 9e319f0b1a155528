"""`data load`: land, check and promote under the pipeline's lock, with a row of figures for each batch."""

import json

import pytest
from typer.testing import CliRunner

from countersign.cli.data import app
from countersign.core.errors import LockedError, SettingsError
from countersign.core.lock import pipeline_lock
from countersign.core.warehouse import open_warehouse
from flows.run_log import read_runs
from tests.sources.files.mapped import ads, leads

AS_OF = ["--as-of", "2026-03-09"]


@pytest.fixture
def two_sources(drop):
    """Ads with one row that cannot be read, and leads that are good."""
    drop.write("ads.csv", "id,day,cost\n1,2026-03-06,1\n2,2026-03-07,2\n3,2026-02-30,3\n4,2026-03-07,4\n")
    drop.write("leads.csv", "id\n1\n2\n")
    drop.write_config(
        {
            "sources": {
                "ads": {"description": "Ads.", "tables": [ads()]},
                "crm": {"description": "Leads.", "tables": [leads()]},
            }
        }
    )
    return drop


def load(drop, *arguments):
    return CliRunner().invoke(app, ["load", *arguments, *AS_OF, "--workspace", str(drop.workspace.root)])


def count(drop, table):
    with open_warehouse(drop.workspace) as warehouse:
        return warehouse.execute(f"select count(*) from raw.{table}").fetchone()[0]


def test_one_source_is_loaded_and_the_others_are_left_alone(two_sources):
    done = load(two_sources, "crm")

    assert done.exit_code == 0, done.output
    assert (count(two_sources, "crm_leads"), count(two_sources, "ad_performance")) == (2, 0)
    (run,) = read_runs(two_sources.workspace)
    assert (run["kind"], run["state"], run["sources"]) == ("load", "done", ["crm"])


def test_all_sources_with_landed_promoted_and_set_aside_and_why(two_sources):
    done = load(two_sources)

    assert done.exit_code == 0, done.output
    assert [line.split()[-4:] for line in done.output.splitlines() if "->" in line] == [
        ["4", "3", "1", "0"],
        ["2", "2", "0", "0"],
    ]
    assert "1 row: A value could not be read." in done.output
    assert (count(two_sources, "crm_leads"), count(two_sources, "ad_performance")) == (2, 3)


def test_loading_again_changes_nothing_and_a_shorter_file_withdraws(two_sources):
    load(two_sources)
    assert "Nothing new" in load(two_sources).output
    assert json.loads(load(two_sources, "--json").output) == []

    two_sources.write("leads.csv", "id\n2\n")
    (batch,) = json.loads(load(two_sources, "crm", "--json").output)
    assert (batch["rows_promoted"], batch["rows_withdrawn"]) == (1, 1)
    assert count(two_sources, "crm_leads") == 1


def test_a_batch_that_is_set_aside_whole_ends_with_code_4(two_sources):
    load(two_sources)
    two_sources.write("ads.csv", "id,day,cost\n1,06.03.2026,1\n2,07.03.2026,2\n")
    done = load(two_sources)

    assert done.exit_code == 4
    assert "the whole batch" in done.output
    assert count(two_sources, "ad_performance") == 3, "what was loaded before stays"


def test_a_dry_run_is_a_check_and_keeps_nothing(two_sources):
    done = load(two_sources, "ads", "--dry-run")

    assert done.exit_code == 0, done.output
    assert "4, of which 1 would be set aside" in done.output
    assert not two_sources.workspace.landing.exists()
    assert not two_sources.workspace.warehouse.exists()


def test_a_running_pipeline_keeps_a_load_out(two_sources):
    with pipeline_lock(two_sources.workspace, purpose="weekly run"):
        done = load(two_sources)

    assert isinstance(done.exception, LockedError)
    assert not two_sources.workspace.landing.exists()


@pytest.mark.parametrize("arguments", [["google"], ["google", "--dry-run"]])
def test_a_source_that_nobody_approved_is_refused_with_those_that_are(two_sources, arguments):
    done = load(two_sources, *arguments)

    assert isinstance(done.exception, SettingsError)
    assert done.exception.fix == "use one of ads, crm"


def test_a_missing_file_loads_nothing_and_is_logged(two_sources):
    (two_sources.workspace.data / "leads.csv").unlink()
    done = load(two_sources)

    assert done.exit_code != 0
    assert not two_sources.workspace.warehouse.exists()
    (run,) = read_runs(two_sources.workspace)
    assert run["state"] == "failed"
