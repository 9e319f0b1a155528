"""Ctrl-C in the middle of a run: one sentence, whatever it broke on its way out."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer

# What a shell gives to a command that Ctrl-C ended.
INTERRUPTED = 130


@contextmanager
def one_sentence_when_stopped() -> Iterator[None]:
    """End with a sentence and code 130 when Ctrl-C was pressed, and not with what failed because of it.

    A terminal sends Ctrl-C to Prefect's own server too; what the flow then says is about that server.
    """
    pressed = False

    def note(_signal: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    except (Exception, KeyboardInterrupt):
        if not pressed:
            raise
        typer.echo("Stopped. Nothing half done is read by anybody; run it again to go on.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGINT, before)
