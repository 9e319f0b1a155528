"""What `status` reads of runs: one that nobody finishes any more is not called running."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from countersign.core.workspace import Workspace
from flows.run_log import RunLog, read_runs


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


def begin(workspace):
    RunLog(workspace, kind="weekly", as_of=datetime(2026, 11, 16, tzinfo=UTC))
    [path] = (workspace.state / "runs").glob("*.json")
    return path


def test_a_run_whose_process_lives_is_running(workspace):
    begin(workspace)
    assert read_runs(workspace)[0]["state"] == "running"


def test_a_run_whose_process_is_gone_has_died_and_the_next_repairs_it(workspace):
    path = begin(workspace)
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True)
    assert int(gone.stdout) != os.getpid()
    path.write_text(json.dumps({**json.loads(path.read_text()), "pid": int(gone.stdout)}))
    [run] = read_runs(workspace)
    assert run["state"] == "died"
    assert "next run repairs it" in run["error"]
