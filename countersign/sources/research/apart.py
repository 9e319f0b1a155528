"""Read a page in a process of its own, which has little time, little memory and no secrets.

Pages are made by strangers, and the parsers of HTML and XML are large. What makes one hang or crash
ends with this process, and the load goes on.
"""

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from countersign.sources.research.notes import Note
from countersign.sources.research.reading import Take, read_notes

_CPU_S = 5
_WALL_S = 20.0
_MEMORY_BYTES = 1024 * 1024 * 1024


def read_apart(body: bytes, *, charset: str | None, take: Take, select: str | None) -> list[Note]:
    """`read_notes` in another process.

    Raises:
        ValueError: as `read_notes`; or the page used up its time or memory.
    """
    asked = json.dumps({"charset": charset, "take": take, "select": select}).encode() + b"\n"
    try:
        done = subprocess.run(  # noqa: S603 our own module, and nothing of the page is an argument
            [sys.executable, "-I", "-c", f"from {__name__} import main; main()"],
            input=asked + body,
            capture_output=True,
            timeout=_WALL_S,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ValueError("it takes too long to parse") from None
    if done.returncode:
        raise ValueError("it takes too much time or memory to parse")
    said: dict[str, Any] = json.loads(done.stdout)
    if "refused" in said:
        raise ValueError(said["refused"])
    return [Note(**note) for note in said["notes"]]


def main() -> None:
    """The other process: the question on the first line of standard input, the page after it."""
    _limit()
    asked = json.loads(sys.stdin.buffer.readline())
    try:
        notes = read_notes(sys.stdin.buffer.read(), **asked)
        said: dict[str, Any] = {"notes": [asdict(note) for note in notes]}
    except ValueError as error:
        said = {"refused": str(error)}
    sys.stdout.write(json.dumps(said))


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where the time of the whole process is limited all the same
        return
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
