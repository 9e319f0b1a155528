"""A load of connectors killed at any step, or at any moment: the next one ends as if nothing had happened."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from countersign.core.landed import LANDED_TABLES
from countersign.sources.connecting.landing import STEPS as FETCH_STEPS
from countersign.sources.demo import write_demo
from expectations.promotion import STEPS as PROMOTION_STEPS
from tests.end_to_end.line import Line

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("google_ads", "crm", "web_analytics")
STEPS = (*FETCH_STEPS, *PROMOTION_STEPS)
# In a chain each load goes on where the one before was killed: at the first or the second time of a step.
CHAINS = (1, 2)
RANDOM_KILLS = 30


def load(root: Path, as_of, point: str = "none", times: int = 1) -> subprocess.Popen:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.end_to_end.killed_load",
            str(root),
            as_of.isoformat(),
            point,
            str(times),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(root: Path, as_of) -> None:
    process = load(root, as_of)
    _, complaint = process.communicate(timeout=300)
    assert process.returncode == 0, complaint[-3000:]


def raw_rows(root: Path) -> dict[str, list]:
    """Every row of every raw table with its batch, and what each batch came to."""
    line = Line(root)
    rows = {table: line.ask(f"select * from raw.{table} order by all") for table in LANDED_TABLES}
    rows["batches"] = line.ask(
        "select batch_id, rows_landed, rows_promoted, rows_quarantined, state"
        " from quality.batches order by all"
    )
    assert line.lost_rows() == []
    return rows


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """A small company read through connectors, loaded once without any disturbance."""
    root = tmp_path_factory.mktemp("loads") / "calm"
    demo = write_demo(root, weeks=6, scale=0.05, via="connectors")
    path = root / "config" / "sources.yaml"
    sources = yaml.safe_load(path.read_text())["sources"]
    path.write_text(yaml.safe_dump({"sources": {name: sources[name] for name in SOURCES}}))
    line = Line(root)
    # One key for all: the ids of batches depend on it, and it is random otherwise.
    line.workspace.restricted.mkdir(parents=True)
    (line.workspace.restricted / "pseudonym.key").write_bytes(b"k" * 64)
    as_of = line.midnight(demo.until)
    untouched = root.parent / "untouched"
    shutil.copytree(root, untouched)
    begun = time.monotonic()
    finish(root, as_of)
    return SimpleNamespace(
        untouched=untouched, as_of=as_of, rows=raw_rows(root), seconds=time.monotonic() - begun
    )


def test_the_undisturbed_load_gave_rows_of_every_source(calm):
    assert all(calm.rows[table] for table in ("ad_performance", "crm_leads", "web_sessions", "crm_removals"))


def kill_along(calm, root: Path, times: int) -> dict[str, tuple[int, str]]:
    """Loads in one workspace, each killed at the next step, and one that is left alone."""
    shutil.copytree(calm.untouched, root)
    ends = {}
    for step in STEPS:
        process = load(root, calm.as_of, step, times)
        _, complaint = process.communicate(timeout=300)
        ends[step] = (process.returncode, complaint[-3000:])
    finish(root, calm.as_of)
    return ends


@pytest.fixture(scope="module")
def killed(calm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed_loads")
    with ThreadPoolExecutor(len(CHAINS)) as pool:
        chains = {times: pool.submit(kill_along, calm, folder / f"{times}", times) for times in CHAINS}
        return {times: (folder / f"{times}", chain.result()) for times, chain in chains.items()}


@pytest.mark.parametrize("times", CHAINS)
@pytest.mark.parametrize("step", STEPS)
def test_the_load_was_killed_there_and_not_by_what_an_earlier_kill_left(killed, step, times):
    code, complaint = killed[times][1][step]

    assert code == -signal.SIGKILL, complaint


@pytest.mark.parametrize("times", CHAINS)
def test_the_next_load_ends_as_an_undisturbed_one(calm, killed, times):
    assert raw_rows(killed[times][0]) == calm.rows


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(RANDOM_KILLS))
def test_a_load_killed_at_any_moment_is_repaired_by_the_next(calm, tmp_path, seed):
    root = tmp_path / "killed"
    shutil.copytree(calm.untouched, root)
    process = load(root, calm.as_of)
    time.sleep(random.Random(seed).uniform(0, calm.seconds))
    process.kill()
    process.communicate(timeout=60)

    finish(root, calm.as_of)

    assert raw_rows(root) == calm.rows
