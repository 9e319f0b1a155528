"""Land a source, whatever it is: dropped files, a vendor's API, or tables that another loader filled."""

from countersign.core.contracts import Batch
from countersign.core.workspace import Workspace
from countersign.sources.connecting.landing import Load, land_connector
from countersign.sources.connecting.registry import find_connector
from countersign.sources.files.landing import land_source


def land(load: Load) -> list[Batch]:
    """Land what is new of one source.

    Returns:
        Its new batches, those that were found landed already, and those of an earlier load that was
        stopped before the gate; each once.

    Raises:
        SourceError: see `land_source` and `land_connector`.
        SettingsError: the source, its mapping, its options or its secrets are not usable.
    """
    waiting = find_waiting(load.workspace, load.name)
    landed = _land(load)
    return list({batch.id: batch for batch in (*waiting, *landed)}.values())


def find_waiting(workspace: Workspace, source: str) -> list[Batch]:
    """Batches of a source that have landed and not been through the gate, oldest first."""
    found = [
        Batch.model_validate_json(path.read_bytes())
        for path in (workspace.landing / source).glob("*/*/batch.json")
    ]
    waiting = [batch for batch in found if batch.state == "landed"]
    return sorted(waiting, key=lambda batch: (batch.landed_at, batch.table, batch.file))


def _land(load: Load) -> list[Batch]:
    if load.source.connector:
        connector = find_connector(load.source.connector)
        return connector.land(load) if connector.land else land_connector(load)
    if load.source.adopted:
        # Imported here: it reads Postgres, which few workspaces need.
        from countersign.sources.adopted.landing import land_adopted

        return land_adopted(load)
    return land_source(
        load.workspace,
        load.company,
        load.name,
        landed_at=load.landed_at,
        pseudonym_key=load.pseudonym_key,
    )
