"""The scheduled flows: the pipeline's steps as Prefect tasks. Order and retries here, rules elsewhere."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from countersign.core.contracts import Batch, Proposal, Snapshot
from countersign.core.log import write_log_to
from countersign.core.settings import load_settings
from countersign.core.workspace import open_workspace
from flows import pipeline
from flows.pipeline import RunContext, RunResult
from flows.run_log import StepHook, no_hook

# Prefect would hash every argument to look for a cached answer; our steps know by themselves what
# was done before.
_step = task(cache_policy=NO_CACHE, persist_result=False)


@_step(name="ingest", retries=2, retry_delay_seconds=5)
def _ingest(run: RunContext) -> list[Batch]:
    return pipeline.ingest(run)


@_step(name="validate")
def _validate(run: RunContext, batches: list[Batch]) -> list[Batch]:
    return pipeline.validate(run, batches)


@_step(name="transform")
def _transform(run: RunContext) -> dict[str, str]:
    return pipeline.transform(run)


@_step(name="snapshot")
def _snapshot(run: RunContext, metric_sql: dict[str, str]) -> Snapshot:
    return pipeline.take_snapshot(run, metric_sql)


@_step(name="draft")
def _draft(run: RunContext, taken: Snapshot) -> Any:
    return pipeline.draft(run, taken)


@_step(name="propose")
def _propose(run: RunContext, drafted: Sequence[Any]) -> list[Proposal]:
    return pipeline.propose_drafts(run, drafted)


STEPS = pipeline.Steps(
    ingest=_ingest,
    validate=_validate,
    transform=_transform,
    snapshot=_snapshot,
    draft=_draft,
    propose=_propose,
)


def run_company(
    root: str, *, as_of: str | None, kind: pipeline.RunKind, hook: StepHook = no_hook
) -> RunResult:
    """The pipeline with each step a task of the current flow run.

    Args:
        root: the workspace's directory.
        as_of: exclusive instant in ISO 8601, default the instant the run starts.
        kind: which agents draft: those whose card says weekly, or daily.

    Raises:
        UnfinishedRunError: an agent could not draft, so the flow run ends as failed; the others' drafts wait.
        PipelineError: a step refused.
    """
    settings = load_settings()
    workspace = open_workspace(Path(root))
    write_log_to(workspace.logs / "countersign.jsonl")
    instant = datetime.fromisoformat(as_of) if as_of else datetime.now(UTC)
    run = RunContext(workspace, workspace.company(), settings, instant.astimezone(UTC))
    return pipeline.run_pipeline(run, kind=kind, hook=hook, steps=STEPS)


@flow(name="weekly", log_prints=False, persist_result=False)
def weekly(workspace: str, as_of: str | None = None) -> list[str]:
    """Files to pending proposals; returns the proposals' ids."""
    return [found.id for found in run_company(workspace, as_of=as_of, kind="weekly").proposals]


@flow(name="daily", log_prints=False, persist_result=False)
def daily(workspace: str, as_of: str | None = None) -> list[str]:
    """Files to a fresh snapshot and what needs attention now; returns the proposals' ids."""
    return [found.id for found in run_company(workspace, as_of=as_of, kind="daily").proposals]
