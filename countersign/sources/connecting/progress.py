"""How far each stream of a source has been read: state/sources/SOURCE.json, written whole or not at all."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from countersign.core.contracts import Record
from countersign.core.errors import SourceError
from countersign.core.whole_file import write_whole
from countersign.core.workspace import Workspace


class ChunkRead(Record):
    """A chunk of days that has landed: the last day it held and when it was read."""

    last_day: date
    read_at: datetime


class StreamProgress(Record):
    """One stream: the weeks that have landed, the instant up to which changes are known.

    `memory` is what the stream itself wants to know again at the next load.
    """

    weeks: dict[str, ChunkRead] = Field(default_factory=dict)
    cursor: datetime | None = None
    read_at: datetime | None = None
    memory: dict[str, Any] = Field(default_factory=dict)


class FieldSeen(Record):
    """A field of a vendor's record: its JSON kinds, and whether every record of the last chunk had it."""

    kinds: tuple[str, ...]
    is_always_there: bool


class Progress(Record):
    """All of one source: streams by name, and the fields of each part as last seen."""

    streams: dict[str, StreamProgress] = Field(default_factory=dict)
    fields: dict[str, dict[str, FieldSeen]] = Field(default_factory=dict)

    def stream(self, name: str) -> StreamProgress:
        """Progress of a stream; empty for one that was never read."""
        return self.streams.get(name, StreamProgress())


def read_progress(workspace: Workspace, source: str) -> Progress:
    """How far a source has been read; nothing when it never was.

    Raises:
        SourceError: the file was changed by hand and cannot be read.
    """
    path = progress_path(workspace, source)
    if not path.is_file():
        return Progress()
    try:
        return Progress.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise SourceError(
            "The record of how far a source was read cannot be read.",
            found=f"{path.name}: {error.error_count()} problems",
            fix=f"delete {path}: the source is then read again from its start, and nothing is doubled",
        ) from error


def write_progress(workspace: Workspace, source: str, progress: Progress) -> None:
    """Keep how far a source was read."""
    write_whole(progress_path(workspace, source), progress.model_dump_json(indent=2) + "\n")


def progress_path(workspace: Workspace, source: str) -> Path:
    """Where the progress of a source is kept."""
    return workspace.state / "sources" / f"{source}.json"
