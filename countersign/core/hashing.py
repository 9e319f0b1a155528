"""Canonical bytes and their SHA-256: how records, drafts and files get their identity."""

import hashlib
import json
from pathlib import Path

from pydantic import BaseModel


def canonical_json(value: object) -> bytes:
    """The one JSON spelling of a value: sorted keys, no spaces, UTF-8, no NaN.

    >>> canonical_json({"b": 1, "a": "é"}).decode()
    '{"a":"é","b":1}'
    """
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes, 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def digest_of(value: object) -> str:
    """SHA-256 of a value's canonical JSON."""
    return sha256_hex(canonical_json(value))


def short_id(prefix: str, value: object) -> str:
    """An id people can read aloud: a prefix and 16 hex digits of the value's digest."""
    return f"{prefix}{digest_of(value)[:16]}"


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in 1 MiB pieces so that memory stays flat."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
