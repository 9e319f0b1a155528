"""`countersign run weekly` on a workspace that has its snapshot, with one agent that cannot draft."""

import importlib
import sys
from pathlib import Path

from countersign.cli.app import main
from countersign.core.errors import AgentError
from countersign.core.snapshot import latest_snapshot
from countersign.core.workspace import Workspace
from flows import pipeline


def break_agent(name: str) -> None:
    """Let an agent refuse its own draft, as a bug in its wording would."""

    def write(*_given: object, **_more: object) -> None:
        raise AgentError("The offline wording is not grounded.", found="lede: a cause", fix="report it")

    importlib.import_module(f"agents.{name}.agent").write = write


def run(root: str, agent: str) -> None:
    """The real flow; the steps before drafts and proposals give what is there already."""
    taken = latest_snapshot(Workspace(Path(root)))
    pipeline.ingest = lambda _run: []
    pipeline.validate = lambda _run, _batches: []
    pipeline.transform = lambda _run: {}
    pipeline.take_snapshot = lambda _run, _sql: taken
    break_agent(agent)
    sys.argv = ["countersign", "run", "weekly", "--workspace", root, "--as-of", taken.as_of.isoformat()]
    main()


if __name__ == "__main__":
    run(*sys.argv[1:])
