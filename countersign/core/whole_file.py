"""Write a file whole or not at all: after a crash there is the old one or the new one, never a half."""

import os
from pathlib import Path
from uuid import uuid4


def write_whole(path: Path, content: bytes | str) -> None:
    """Put content (text as UTF-8) in place of a file; its folder is made when missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{uuid4().hex}.tmp")
    with draft.open("wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
        # Bytes first, then the name: without this a power cut can leave the name on an empty file.
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
