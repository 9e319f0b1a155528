"""Copy, build and compare, in that order."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from countersign.core.errors import SettingsError
from countersign.core.snapshot import latest_snapshot
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace
from flows.dbt_build import build_vars
from flows.engines.building import build_on, read_credentials
from flows.engines.comparing import Difference, compare_tables
from flows.engines.engine import Table, copied_tables, export_folder, open_engine


@dataclass(frozen=True)
class EngineRun:
    """What was built on an engine and how it compares; seconds by step, wall clock."""

    target: str
    nodes: int
    compared: tuple[Table, ...]
    differences: tuple[Difference, ...]
    seconds: dict[str, float]

    def told(self) -> str:
        """The run in words, a line per table that differs."""
        times = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in self.seconds.items())
        equal = len(self.compared) - len({difference.table for difference in self.differences})
        tables = f"{equal} of {len(self.compared)} tables equal DuckDB's"
        head = f"{self.target}: {self.nodes} models and tests green; {tables}"
        return "\n".join([f"{head} ({times}).", *(f"  {difference}" for difference in self.differences)])


def run_on(
    workspace: Workspace,
    target: str,
    *,
    profiles: Path,
    as_of: datetime | None = None,
    only: Sequence[str] = (),
) -> EngineRun:
    """Build a workspace's marts on another engine and hold every fact and mart against DuckDB's.

    Args:
        workspace: its warehouse holds raw rows and the marts built from them.
        target: an output of the profile `countersign`.
        profiles: folder with profiles.yml.
        as_of: the instant that DuckDB's marts were built for; default: that of the latest snapshot.
        only: names of models; these and what they need are built, and these are compared.

    Raises:
        SettingsError: no usable profile, or nothing says what the marts were built for.
        QualityError: a model or a test failed on the engine.
    """
    variables = build_vars(workspace.company(), as_of=as_of or _built_for(workspace), workspace=workspace)
    credentials = read_credentials(profiles, target)
    folder = export_folder(workspace) / target
    folder.mkdir(parents=True, exist_ok=True)
    marks = [time.perf_counter()]
    with open_engine(credentials, folder) as engine:
        marks.append(time.perf_counter())
        with open_warehouse(workspace) as warehouse:
            engine.load(warehouse, copied_tables(warehouse))
        marks.append(time.perf_counter())
        nodes = build_on(profiles, target, variables=variables, folder=folder, only=only)
        marks.append(time.perf_counter())
        with open_warehouse(workspace) as warehouse:
            compared, differences = compare_tables(warehouse, engine, only=only)
        marks.append(time.perf_counter())
    steps = ("start", "copy", "build", "compare")
    seconds = {step: after - before for step, (before, after) in zip(steps, pairwise(marks), strict=True)}
    return EngineRun(target, nodes, tuple(compared), tuple(differences), seconds)


def _built_for(workspace: Workspace) -> datetime:
    snapshot = latest_snapshot(workspace)
    if snapshot is None:
        raise SettingsError(
            "Nothing says which instant the marts were built for.",
            found="no snapshot in the workspace",
            fix="run the pipeline once, or give --as-of",
        )
    return snapshot.as_of.astimezone(UTC)
