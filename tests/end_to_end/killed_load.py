"""One load of connectors in a process of its own, which kills itself at the point it is told.

`python -m tests.end_to_end.killed_load ROOT AS_OF POINT TIMES`: POINT is a step of a fetch ("chunk_fetched")
or of a promotion ("rows_promoted"); it dies when that step has ended for the TIMES-th time. "none" runs to
the end.
"""

import os
import signal
import sys
from datetime import datetime
from functools import partial
from pathlib import Path

from countersign.core.telemetry import switch_telemetry_off


class Countdown:
    """Dies when a step has ended so many times."""

    def __init__(self, point: str, times: int) -> None:
        self._point = point
        self._left = times

    def __call__(self, step: str) -> None:
        if step == self._point:
            self._left -= 1
            if self._left == 0:
                # As a power cut: nothing is flushed, closed or cleaned up.
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Load every source of a workspace, up to the point given on the command line."""
    switch_telemetry_off()
    root, as_of, point, times = sys.argv[1:]
    from countersign.sources.connecting import landing
    from countersign.sources.files.sources_file import read_sources
    from expectations import promotion
    from flows.loading import load_sources
    from tests.end_to_end.line import Line

    hook = Countdown(point, int(times))
    landing.Load = partial(landing.Load, after_step=hook)
    promotion.promote_batch = partial(promotion.promote_batch, after_step=hook)
    line = Line(Path(root))
    load_sources(line.context(datetime.fromisoformat(as_of)), list(read_sources(line.workspace)))


if __name__ == "__main__":
    main()
