"""What a run did, step by step, as files under state/runs: `countersign status` reads them."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from countersign.core.log import EventLog
from countersign.core.workspace import Workspace

log = EventLog(__name__)
Result = TypeVar("Result")

# Told the name of every step as it begins and ends; tests kill the process here.
StepHook = Callable[[str], None]


def no_hook(_point: str) -> None:
    """The hook of an ordinary run."""


class RunLog:
    """One run: written after every step, so that a killed run shows where it stopped."""

    def __init__(self, workspace: Workspace, *, kind: str, as_of: datetime, hook: StepHook = no_hook) -> None:
        started = datetime.now(UTC)
        self._path = workspace.state / "runs" / f"{started:%Y%m%dT%H%M%S%f}-{kind}.json"
        self._hook = hook
        self.record: dict[str, Any] = {
            "id": self._path.stem,
            "kind": kind,
            "as_of": as_of.isoformat(),
            "started_at": started.isoformat(timespec="seconds"),
            "state": "running",
            "pid": os.getpid(),
            "steps": [],
        }
        self._write()

    def step(self, name: str, work: Callable[[], Result]) -> Result:
        """Do one named step and write down how long it took and what came of it."""
        self._hook(f"before {name}")
        began = monotonic()
        result = work()
        self._hook(f"after {name}")
        seconds = round(monotonic() - began, 3)
        self.record["steps"].append({"step": name, "seconds": seconds})
        self._write()
        log.info("step_done", run=self.record["id"], step=name, seconds=seconds)
        return result

    def end(self, state: str, **fields: object) -> None:
        """The run has ended: done or failed, with what a reader of `status` needs."""
        ended = datetime.now(UTC).isoformat(timespec="seconds")
        self.record.update(state=state, ended_at=ended, **fields)
        self._write()
        log.info("run_ended", run=self.record["id"], state=state)

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".tmp")
        draft.write_text(json.dumps(self.record, indent=1, default=str), encoding="utf-8")
        draft.replace(self._path)


def read_runs(workspace: Workspace, *, limit: int = 10) -> list[dict[str, object]]:
    """The latest runs, newest first."""
    paths = sorted((workspace.state / "runs").glob("*.json"), reverse=True)[:limit]
    return [_read(path) for path in paths]


def _read(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        found = {"state": "unreadable"}
    if found.get("state") == "running" and not _lives(found.get("pid")):
        found |= {"state": "died", "error": "Its process ended without a word; the next run repairs it."}
    return {"id": path.stem, **found}


def _lives(pid: object) -> bool:
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it lives, and belongs to somebody else
    return True
