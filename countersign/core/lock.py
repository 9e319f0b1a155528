"""One pipeline at a time in a workspace: a lock that a dead process cannot keep."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from countersign.core.errors import LockedError
from countersign.core.workspace import Workspace


@contextmanager
def pipeline_lock(workspace: Workspace, *, purpose: str) -> Iterator[None]:
    """Hold the workspace for one pipeline; the kernel frees it when the process dies.

    Raises:
        LockedError: another process holds it; the error says which, and since when.
    """
    workspace.state.mkdir(parents=True, exist_ok=True)
    path = workspace.state / "pipeline.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LockedError(
                "Another pipeline is running in this workspace.",
                found=_describe_holder(file.read()),
                fix="wait until it has ended, or stop that process, then run this again",
            ) from None
        file.seek(0)
        file.truncate()
        since = datetime.now(UTC).isoformat(timespec="seconds")
        json.dump({"pid": os.getpid(), "purpose": purpose, "since": since}, file)
        file.flush()
        yield


def _describe_holder(text: str) -> str:
    try:
        holder = json.loads(text)
        return f"process {holder['pid']} ({holder['purpose']}), since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        return "a process that has not said who it is"
