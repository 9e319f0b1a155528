"""A line on stderr for the step that runs, only on a terminal; long work says what it does."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WORDS = {
    "ingest": "Reading files",
    "validate": "Checking and promoting batches",
    "transform": "Building and testing the marts",
    "snapshot": "Taking the snapshot",
    "draft": "Agents draft",
    "propose": "Checking drafts, putting them before people",
}


@contextmanager
def show_steps() -> Iterator[Callable[[str], None]]:
    """Yields a hook that shows each step while it runs; silent when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _point: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("Starting") as shown:

        def hook(point: str) -> None:
            when, _, step = point.partition(" ")
            words = WORDS.get(step, step)
            if when == "before":
                shown.update(f"{words} ...")
            else:
                console.print(f"  done  {words}", style="dim")

        yield hook
