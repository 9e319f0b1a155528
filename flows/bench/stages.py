"""The parts that are measured, each run in a fresh process: `python -m flows.bench.stages STAGE JSON`."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from countersign.core.contracts import Batch
from countersign.core.settings import load_settings
from countersign.core.telemetry import switch_telemetry_off
from countersign.core.workspace import Workspace
from flows.bench.event_stages import add_day, compare_events, events_by_hand, make_company
from flows.bench.landing_stages import land_api, land_file, land_file_by_hand, write_file
from flows.pipeline import RunContext


def write(root: str, *, scale: float) -> dict[str, Any]:
    """Write the demo company's files; not part of what is compared."""
    from countersign.sources.demo.writing import write_demo

    return _written(write_demo(Path(root), scale=scale).until, root)


def write_second(root: str) -> dict[str, Any]:
    """Write the demo company's second week."""
    from countersign.sources.demo.writing import write_second_week

    return _written(write_second_week(Path(root)).until, root)


def land(root: str, *, as_of: str) -> int:
    """Files to Parquet batches."""
    from flows.pipeline import ingest

    return sum(batch.rows_landed for batch in ingest(_run(root, as_of)))


def gate(root: str, *, as_of: str) -> int:
    """Landed batches through the gate into the warehouse."""
    from flows.pipeline import validate

    run = _run(root, as_of)
    landed = [Batch.model_validate_json(path.read_bytes()) for path in _batch_files(run.workspace)]
    return sum(batch.rows_promoted for batch in validate(run, landed))


def parse(root: str) -> None:
    """Parse the dbt project, as the first build after an upgrade does; later ones reuse it."""
    from flows.dbt_build import parse_project

    parse_project(Workspace(Path(root)))


def marts(root: str, *, as_of: str) -> list[dict[str, Any]]:
    """Build and test the marts with dbt; what each node took."""
    from flows.dbt_build import build_marts

    run = _run(root, as_of)
    built = build_marts(run.workspace, run.company, as_of=run.as_of)
    return [{"name": node.name, "kind": node.kind, "seconds": node.seconds} for node in built.nodes]


def metrics(root: str, *, as_of: str) -> int:
    """Compile every metric to SQL."""
    from flows.metric_sql import explain_metrics

    return len(explain_metrics(_run(root, as_of).workspace))


def snapshot(root: str, *, as_of: str) -> str:
    """Copy the marts into a snapshot."""
    from flows.metric_sql import explain_metrics
    from flows.pipeline import take_snapshot

    run = _run(root, as_of)
    return take_snapshot(run, explain_metrics(run.workspace)).id


def draft(root: str, *, as_of: str) -> int:
    """Analyse the snapshot and write both drafts."""
    from countersign.core.snapshot import latest_snapshot
    from flows.pipeline import draft as draft_all

    run = _run(root, as_of)
    taken = latest_snapshot(run.workspace)
    return len(draft_all(run, taken).drafted) if taken else 0


def script_files(root: str, *, as_of: str) -> None:
    """The hand-written script: files to clean tables."""
    from flows.bench.script import read_by_hand

    workspace = Workspace(Path(root))
    read_by_hand(workspace, workspace.company(), as_of=datetime.fromisoformat(as_of))


def script_marts(root: str, *, as_of: str) -> None:
    """The hand-written script: clean tables to marts."""
    from flows.bench.script import model_by_hand

    workspace = Workspace(Path(root))
    model_by_hand(workspace, workspace.company(), as_of=datetime.fromisoformat(as_of))


def compare(root: str) -> dict[str, int]:
    """Rows by mart that only one of the two built."""
    from flows.bench.script import differing_rows

    return differing_rows(Workspace(Path(root)))


def gate_ratio(root: str, *, rows: int) -> dict[str, Any]:
    """The gate's checks against hand-written ones."""
    from expectations.measure import measure_gate

    folder = Path(root)
    folder.mkdir(parents=True, exist_ok=True)
    cost = measure_gate(folder, rows=rows)
    return {**asdict(cost), "ratio": cost.ratio}


STAGES: dict[str, Callable[..., Any]] = {
    stage.__name__: stage
    for stage in (
        write, write_second, land, gate, parse, marts, metrics, snapshot, draft,
        script_files, script_marts, compare, gate_ratio, write_file, land_file, land_file_by_hand, land_api,
        make_company, add_day, events_by_hand, compare_events,
    )
}  # fmt: skip


def main() -> None:
    """Run the stage that the command line names and write its answer as the last line."""
    switch_telemetry_off()
    stage, arguments = sys.argv[1:3]
    answer = STAGES[stage](**json.loads(arguments))
    sys.stdout.write("\n" + json.dumps(answer, default=str) + "\n")


def _run(root: str, as_of: str) -> RunContext:
    workspace = Workspace(Path(root))
    return RunContext(workspace, workspace.company(), load_settings(), datetime.fromisoformat(as_of))


def _batch_files(workspace: Workspace) -> list[Path]:
    return sorted(workspace.landing.glob("*/*/*/batch.json"))


def _written(until: Any, root: str) -> dict[str, Any]:
    zone = Workspace(Path(root)).company().zone
    return {"as_of": datetime.combine(until, time(), tzinfo=zone).astimezone(UTC).isoformat()}


if __name__ == "__main__":
    main()
