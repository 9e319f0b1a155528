"""Loads that are disturbed, compared with a load that is not: for every vendor the same few lines."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from countersign.core.workspace import Workspace
from countersign.sources.connecting.landing import land_connector
from countersign.sources.files.sources_file import Source
from countersign.sources.sandbox.faults import Fault, Faults, Kind
from countersign.sources.sandbox.server import running_sandbox
from countersign.sources.sandbox.world import SandboxWorld
from tests.sources.sandboxed import end_of, load_of, snapshot_of

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
    """What a fresh workspace holds after one load of a source; every fault given must have happened."""
    workspace = Workspace(root)
    workspace.config.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template.config / "company.yaml", workspace.config / "company.yaml")
    planned, vendor = Faults(tuple(faults)), source.connector or ""
    with running_sandbox(world, planned, late_s=late_s, vendors=(vendor,)) as address:
        land_connector(load_of(workspace, source, base_url=f"{address}/{vendor}", until=end_of(world)))
    assert set(planned.happened) == set(faults)
    return snapshot_of(workspace)


_CALM: dict[tuple[str, int], dict[str, list[dict]]] = {}


def undisturbed_snapshot(
    root: Path, template: Workspace, source: Source, world: SandboxWorld
) -> dict[str, list[dict]]:
    """What a load without faults gives; loaded once for all faults of a module."""
    key = (source.model_dump_json(), id(world))
    if key not in _CALM:
        _CALM[key] = loaded_snapshot(root, template, source, world)
    return _CALM[key]
