"""One pipeline in a process of its own, which kills itself without warning at the point it is told.

`python -m tests.end_to_end.killed_run ROOT AS_OF POINT`: POINT is a hook's ("after ingest"), "inside STEP",
or "hold STEP", which says so on stdout and then waits to be killed.
"""

import os
import signal
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event

from countersign.core.telemetry import switch_telemetry_off
from flows import pipeline
from tests.end_to_end.line import Line


def die() -> None:
    """End as a power cut would: nothing is flushed, closed or cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def hook_for(point: str):
    """Kill, or hold, at one point."""
    step = point.removeprefix("hold ")

    def hook(reached: str) -> None:
        if reached == point:
            die()
        if point.startswith("hold ") and reached == f"before {step}":
            sys.stdout.write("holding\n")
            sys.stdout.flush()
            Event().wait(120)

    return hook


def steps_for(point: str) -> pipeline.Steps:
    """The steps, one of them cut short in its middle when asked."""
    if point == "inside ingest":
        return replace(pipeline.PLAIN_STEPS, ingest=_half_ingest)
    if point == "inside validate":
        return replace(pipeline.PLAIN_STEPS, validate=_half_validate)
    if point == "inside propose":
        return replace(pipeline.PLAIN_STEPS, propose=_half_propose)
    return pipeline.PLAIN_STEPS


def _half_ingest(run):
    from countersign.sources.files.landing import land_source

    land_source(run.workspace, run.company, "crm", landed_at=datetime.now().astimezone())
    die()


def _half_validate(run, batches):
    pipeline.validate(run, batches[:2])
    die()


def _half_propose(run, drafted):
    pipeline.propose_drafts(run, drafted[:1])
    die()


def main() -> None:
    """Run the pipeline of a workspace up to the point given on the command line."""
    switch_telemetry_off()
    root, as_of, point = sys.argv[1:]
    Line(Path(root)).run(datetime.fromisoformat(as_of), hook=hook_for(point), steps=steps_for(point))


if __name__ == "__main__":
    main()
