"""What was landed of adopted tables: state/sources/SOURCE.adopted.json, written whole or not at all."""

from pathlib import Path

from pydantic import Field, ValidationError

from countersign.core.contracts import Record
from countersign.core.errors import SourceError
from countersign.core.whole_file import write_whole
from countersign.core.workspace import Workspace


class Landed(Record):
    """One landed table: what it was made of (None where nothing tells a change), and the rows copied."""

    made_of: str | None
    rows: int


class AdoptedProgress(Record):
    """All of one source, by `table<-read`."""

    landed: dict[str, Landed] = Field(default_factory=dict)


def read_adopted(workspace: Workspace, source: str) -> AdoptedProgress:
    """What was landed of a source; nothing when it never was.

    Raises:
        SourceError: the file was changed by hand and cannot be read.
    """
    path = _path(workspace, source)
    if not path.is_file():
        return AdoptedProgress()
    try:
        return AdoptedProgress.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise SourceError(
            "The record of what was landed of a source cannot be read.",
            found=f"{path.name}: {error.error_count()} problems",
            fix=f"delete {path}: the tables are then copied again, and nothing is doubled",
        ) from error


def write_adopted(workspace: Workspace, source: str, progress: AdoptedProgress) -> None:
    """Keep what was landed of a source."""
    write_whole(_path(workspace, source), progress.model_dump_json(indent=2) + "\n")


def _path(workspace: Workspace, source: str) -> Path:
    return workspace.state / "sources" / f"{source}.adopted.json"
