"""How long a person waits for a command that only reads."""

import sys
from dataclasses import dataclass
from pathlib import Path

from flows.bench.processes import measure_command, median_wall_s

AIM_S = 0.5
COMMANDS = ("--help", "review list", "status")


@dataclass(frozen=True)
class StartUp:
    """Median seconds of wall time of a command, warm."""

    command: str
    wall_s: float


def measure_startup(folder: Path, *, repeats: int = 5) -> list[StartUp]:
    """Time the reading commands on a new workspace in a folder."""
    start = [sys.executable, "-m", "countersign.cli.app"]
    root = folder / "workspace"
    measure_command([*start, "init", str(root)])
    return [
        StartUp(command, median_wall_s([*start, *_arguments(command, root)], repeats=repeats))
        for command in COMMANDS
    ]


def _arguments(command: str, root: Path) -> list[str]:
    words = command.split()
    return words if words[-1].startswith("--") else [*words, "--workspace", str(root)]
