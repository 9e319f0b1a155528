"""The demo company up to its snapshot, for what is measured on drafts instead of on a known truth."""

from datetime import datetime, time
from pathlib import Path

from countersign.core.contracts import Snapshot
from countersign.core.settings import Settings
from countersign.core.workspace import Workspace
from countersign.sources.demo.writing import write_demo
from flows.pipeline import RunContext, ingest, take_snapshot, transform, validate


def snapshot_demo(folder: Path, settings: Settings, *, scale: float = 1.0) -> tuple[RunContext, Snapshot]:
    """The demo company's first week, landed, built and in a snapshot; no model will be asked.

    Args:
        folder: an empty directory, for the company's workspace.
        settings: of this process.
        scale: of its visits; below 1 its smaller incidents drown in chance.
    """
    until = write_demo(folder, scale=scale).until
    workspace = Workspace(folder)
    company = workspace.company()
    as_of = datetime.combine(until, time(), tzinfo=company.zone)
    offline = settings.model_copy(update={"model_base_url": None})
    run = RunContext(workspace, company, offline, as_of)
    validate(run, ingest(run))
    taken = take_snapshot(run, transform(run))
    return run, taken
