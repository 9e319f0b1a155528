"""A run killed before, inside or after any step: the next one ends as if nothing had happened."""

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from countersign.core.errors import LockedError
from countersign.governance.audit import verify
from countersign.governance.proposals import list_proposals
from countersign.sources.demo import write_demo
from tests.end_to_end.line import Line

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("ingest", "validate", "transform", "snapshot", "draft", "propose")
MIDDLES = ("ingest", "validate", "propose")
# In a chain every run goes on where the one before was killed, on damage already done.
CHAINS = {
    "before": [f"before {step}" for step in STEPS],
    "after": [
        point
        for step in STEPS
        for point in ([f"inside {step}"] if step in MIDDLES else []) + [f"after {step}"]
    ],
}
POINTS = [point for chain in CHAINS.values() for point in chain]
COUNTED = """
    select landed_table, count(*), sum(rows_landed)::int, sum(rows_promoted)::int, sum(rows_quarantined)::int
    from quality.batches group by all order by all
"""


def start(root: Path, as_of: datetime, point: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.end_to_end.killed_run", str(root), as_of.isoformat(), point],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(line: Line, result) -> dict[str, object]:
    """What must be the same with and without a kill; proposals by what they say, not by when."""
    rows = {
        table: line.one(f"select count(*) from {table}")
        for table in ("raw.ad_performance", "raw.crm_leads", "raw.web_sessions", "marts.channel_day")
    }
    return {
        "snapshot": result.snapshot.id,
        "proposals": [(one.id, one.digest, one.state) for one in result.proposals],
        "listed": len(list_proposals(line.ledger)),
        "batches": line.ask(COUNTED),
        "set_aside": line.one("select count(*) from quality.quarantined_rows"),
        "rows": rows,
    }


def kill_along(root: Path, as_of: datetime, points: list[str]) -> dict[str, tuple[int, str]]:
    """Runs in one workspace, each killed at the next point; how each process ended, and what it said."""
    ends = {}
    for point in points:
        process = start(root, as_of, point)
        _, complaint = process.communicate(timeout=120)
        ends[point] = (process.returncode, complaint[-2000:])
    return ends


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Workspaces with the same files: one runs undisturbed, the others are killed along a chain of points."""
    folder = tmp_path_factory.mktemp("killed")
    demo = write_demo(folder / "calm", weeks=6, scale=0.1)
    calm = Line(folder / "calm")
    # One key for all: the ids of batches depend on it, and it is random otherwise.
    calm.workspace.restricted.mkdir(parents=True)
    (calm.workspace.restricted / "pseudonym.key").write_bytes(b"k" * 64)
    as_of = calm.midnight(demo.until)
    killed = {}
    for name in CHAINS:
        shutil.copytree(folder / "calm", folder / name)
        killed[name] = Line(folder / name)
    with ThreadPoolExecutor(len(CHAINS)) as pool:
        chains = [pool.submit(kill_along, folder / name, as_of, points) for name, points in CHAINS.items()]
        ends = {point: end for chain in chains for point, end in chain.result().items()}
    return SimpleNamespace(
        killed=killed, as_of=as_of, ends=ends, undisturbed=outcome(calm, calm.run(as_of)),
        repaired={name: outcome(line, line.run(as_of)) for name, line in killed.items()},
    )  # fmt: skip


@pytest.fixture(params=list(CHAINS))
def chain(request):
    return request.param


@pytest.mark.parametrize("point", POINTS)
def test_the_run_was_killed_there_and_not_by_what_an_earlier_kill_left(twins, point):
    code, complaint = twins.ends[point]

    assert code == -signal.SIGKILL, complaint


@pytest.mark.parametrize("what", ["snapshot", "proposals", "listed", "batches", "set_aside", "rows"])
def test_the_next_run_ends_as_an_undisturbed_one(twins, chain, what):
    assert twins.repaired[chain][what] == twins.undisturbed[what]


def test_nothing_is_lost_doubled_or_half_written(twins, chain):
    line = twins.killed[chain]
    landed = [path for path in line.workspace.landing.glob("*/*/*") if path.is_dir()]

    assert line.lost_rows() == []
    assert all((batch / "batch.json").is_file() and (batch / "rows.parquet").is_file() for batch in landed)
    assert verify(line.ledger, line.workspace).problems == ()


def test_the_runs_that_were_killed_show_where_they_stopped(twins, chain):
    *killed, last = twins.killed[chain].runs()

    assert len(killed) == len(CHAINS[chain])
    assert {record["state"] for record in killed} == {"running"}
    assert last["state"] == "done"


def test_a_second_pipeline_is_refused_with_who_holds_the_lock(twins):
    line = twins.killed["before"]
    holder = start(line.workspace.root, twins.as_of, "hold ingest")
    try:
        assert holder.stdout.readline() == "holding\n"
        with pytest.raises(LockedError, match=rf"process {holder.pid} \(weekly run\), since 20") as error:
            line.daily(twins.as_of)
        assert "fix:" in str(error.value)
    finally:
        holder.kill()
        holder.communicate()
