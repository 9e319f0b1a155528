"""Loads that are disturbed, compared with a load that is not: for every vendor the same few lines."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from countersign.core.workspace import Workspace
from countersign.sources.files.sources_file import Source
from countersign.sources.sandbox.faults import Fault, Kind
from countersign.sources.sandbox.world import SandboxWorld
from tests.sources.sandboxed import load_from_sandbox, snapshot_of

HTTP_FAULTS: tuple[Kind, ...] = ("too_many_requests", "server_error", "unavailable", "cut_off")
PAGE_FAULTS: tuple[Kind, ...] = ("page_twice", "cursor_expires", "changes_while_paging")


def only_tables(source: Source, *tables: str) -> Source:
    """The same source with some of its tables, so that a test reads no more than it needs."""
    return source.model_copy(update={"tables": tuple(one for one in source.tables if one.table in tables)})


def only_parts(source: Source, *parts: str) -> Source:
    """The same source with the tables that some parts fill."""
    kept = tuple(one for one in source.tables if one.files.partition("/")[0] in parts)
    return source.model_copy(update={"tables": kept})


def loaded_snapshot(
    root: Path,
    template: Workspace,
    source: Source,
    world: SandboxWorld,
    *,
    faults: Sequence[Fault] = (),
    late_s: float = 12.0,
) -> dict[str, list[dict]]:
    """What a fresh workspace holds after one load of a source."""
    workspace = Workspace(root)
    workspace.config.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template.config / "company.yaml", workspace.config / "company.yaml")
    load_from_sandbox(workspace, source.connector or "", world, source=source, faults=faults, late_s=late_s)
    return snapshot_of(workspace)
