"""Measure a command in a process of its own: CPU with its children, wall time, peak memory.

Whoever measures must import nothing heavy: on Linux a child's peak starts at its parent's.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from countersign.core.errors import PipelineError

_MIB = 1024 * 1024
# ru_maxrss counts KiB on Linux and bytes on macOS.
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """What one process took: CPU is user + system seconds, children included; peak is resident memory."""

    cpu_s: float
    wall_s: float
    peak_mib: float


def measure_command(command: Sequence[str]) -> tuple[Cost, str]:
    """Run a command to its end; its cost and what it printed.

    Raises:
        PipelineError: the command failed.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=complained)  # noqa: S603 our own commands
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            complained.seek(0)
            raise PipelineError(
                "A part of the benchmark failed, so nothing was measured.",
                found=f"{' '.join(command[1:4])}: {complained.read()[-600:].decode(errors='replace')}",
                fix="correct what it says, then measure again",
            )
        said.seek(0)
        printed = said.read().decode()
    cost = Cost(used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss * _MAXRSS_BYTES / _MIB)
    return cost, printed


def measure_stage(stage: str, **arguments: object) -> tuple[Cost, Any]:
    """Run a stage of `flows.bench.stages` in a fresh interpreter; its cost and its JSON answer."""
    command = [sys.executable, "-m", "flows.bench.stages", stage, json.dumps(arguments, default=str)]
    cost, printed = measure_command(command)
    return cost, json.loads(printed.splitlines()[-1])


def median_wall_s(command: Sequence[str], *, repeats: int = 5) -> float:
    """Seconds of wall time of a command in the middle of its repeats, after one that warms up."""
    measure_command(command)
    return median(measure_command(command)[0].wall_s for _ in range(repeats))
