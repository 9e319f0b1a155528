"""The real Prefect flow in a process of its own: weekly and daily both end at pending proposals."""

import json
import subprocess
import sys

import pytest

from countersign.sources.demo import write_demo

pytestmark = [pytest.mark.slow, pytest.mark.server, pytest.mark.xdist_group("server")]


def run_flow(kind, *, root, until):
    """`countersign run KIND --json`, as a person types it."""
    command = [sys.executable, "-m", "countersign.cli.app", "run", kind, "--json"]
    ended = subprocess.run(
        [*command, "--workspace", str(root), "--as-of", f"{until}T00:00:00+01:00"],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert ended.returncode == 0, ended.stderr
    record = json.loads(max((root / "state" / "runs").glob("*.json")).read_text())
    return json.loads(ended.stdout), record


def test_daily_stops_at_the_snapshot_and_weekly_goes_on_to_pending_proposals(tmp_path):
    root = tmp_path / "company"
    until = write_demo(root, weeks=6, scale=0.1).until

    daily, daily_record = run_flow("daily", root=root, until=until)
    assert [step["step"] for step in daily_record["steps"]][3:] == ["snapshot", "draft", "propose"]
    assert daily_record["state"] == "done"
    assert [(one["agent"], one["state"]) for one in daily["proposals"]] == [("performance", "pending")]
    assert (root / "state" / "snapshots" / daily["snapshot"] / "manifest.json").is_file()

    weekly, weekly_record = run_flow("weekly", root=root, until=until)
    assert [step["step"] for step in weekly_record["steps"]][3:] == ["snapshot", "draft", "propose"]
    assert weekly["snapshot"] == daily["snapshot"]
    found = {(proposal["agent"], proposal["state"]) for proposal in weekly["proposals"]}
    assert found == {(agent, "pending") for agent in ("reporting", "recommendation", "leadership_summary")}


IMPATIENT = """
import sys
from countersign.cli.app import main
from flows import embedded
embedded.START_LIMIT_S = "0"
sys.argv = ["countersign", *sys.argv[1:]]
main()
"""


def test_a_server_that_does_not_start_in_time_is_one_sentence_and_nothing_is_run(tmp_path):
    root = tmp_path / "company"
    until = write_demo(root, weeks=6, scale=0.1).until
    command = [sys.executable, "-c", IMPATIENT, "run", "daily", "--workspace", str(root)]

    ended = subprocess.run(
        [*command, "--as-of", f"{until}T00:00:00+01:00"],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip

    assert ended.returncode != 0
    assert "Prefect did not start in time, so nothing was run." in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list((root / "state").glob("snapshots/*/manifest.json"))
