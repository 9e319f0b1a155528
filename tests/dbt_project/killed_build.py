"""One build in a process of its own that kills itself after a model: `ROOT AS_OF MODEL [SELECTOR ...]`."""

import os
import signal
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import dbt.cli.main

from countersign.core.workspace import Workspace
from flows.dbt_build import build_marts


def main(root: str, as_of: str, model: str, *only: str) -> None:
    """Build until the model is there, then end as a power cut would."""

    def watch(event: Any) -> None:
        if event.info.name == "LogModelResult" and event.data.node_info.node_name == model:
            os.kill(os.getpid(), signal.SIGKILL)

    dbt.cli.main.dbtRunner = partial(dbt.cli.main.dbtRunner, callbacks=[watch])  # type: ignore[misc]
    workspace = Workspace(Path(root))
    build_marts(workspace, workspace.company(), as_of=datetime.fromisoformat(as_of), only=only)


if __name__ == "__main__":
    main(*sys.argv[1:])
