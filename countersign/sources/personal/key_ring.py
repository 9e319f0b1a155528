"""The keys of the pseudonyms: a ring that only grows, so that links survive a new key without raw values.

A pseudonym under two keys is HMAC(second, HMAC(first, identity)). Whoever holds an old key alone can test
no guess against new data; and old pseudonyms become new ones without anybody's address at hand.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from countersign.core.errors import SettingsError
from countersign.core.hashing import sha256_hex
from countersign.core.workspace import Workspace

MIN_KEY_LENGTH = 16
ENVIRONMENT = "COUNTERSIGN_PSEUDONYM_KEY"
FILE = "pseudonym.key"
# Fingerprints of the keys that the data is under now; written by the first rotation.
RECORD = "key_ring.txt"
# The ring that an unfinished rotation leads to.
PENDING = "rotation.key"


@dataclass(frozen=True)
class KeyRing:
    """The keys in the order in which they are applied, oldest first."""

    keys: tuple[bytes, ...]

    @property
    def fingerprint(self) -> str:
        """Tells one ring from another by its first key, which never changes: batch ids rest on it."""
        return key_fingerprint(self.keys[0])

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """One fingerprint a key."""
        return tuple(key_fingerprint(key) for key in self.keys)

    def with_key(self, key: bytes) -> "KeyRing":
        """The ring with one more key."""
        return KeyRing((*self.keys, key))

    def __repr__(self) -> str:
        return f"KeyRing({len(self.keys)} keys)"


def read_key(workspace: Workspace, given: SecretStr | None) -> KeyRing:
    """The ring of the given keys (comma separated), or the one kept in state/restricted/.

    Raises:
        SettingsError: a key is too short to protect anything, a rotation was not finished, or the data is
            under other keys than these.
    """
    if (workspace.restricted / PENDING).is_file():
        raise SettingsError(
            "A rotation of the pseudonym key was not finished.",
            found=f"state/restricted/{PENDING}",
            fix="run `countersign privacy rotate-key` again: it goes on where it stopped",
        )
    ring = read_unchecked(workspace, given)
    recorded = read_recorded(workspace)
    if recorded and recorded != ring.fingerprints:
        raise SettingsError(
            "The pseudonym keys are not the ones that the data is under.",
            found=f"{len(ring.keys)} keys given, {len(recorded)} in state/restricted/{RECORD}",
            fix="give the same keys in the same order; for one more, run `countersign privacy rotate-key`",
        )
    return ring


def read_unchecked(workspace: Workspace, given: SecretStr | None) -> KeyRing:
    """The ring as given or kept, whatever the data is under."""
    if given is not None:
        return _checked(given.get_secret_value().encode().split(b","), ENVIRONMENT)
    path = workspace.restricted / FILE
    if not path.is_file():
        write_private(path, secrets.token_hex(32).encode())
    return _checked(path.read_bytes().split(), f"state/restricted/{FILE}")


def read_recorded(workspace: Workspace) -> tuple[str, ...]:
    """Fingerprints of the keys that the data is under; empty before the first rotation."""
    path = workspace.restricted / RECORD
    return tuple(path.read_text(encoding="utf-8").split()) if path.is_file() else ()


def key_fingerprint(key: bytes) -> str:
    """Tells one key from another without telling anything of it."""
    return sha256_hex(b"countersign pseudonym key fingerprint\0" + key)[:16]


def _checked(keys: list[bytes], where: str) -> KeyRing:
    kept = tuple(key.strip() for key in keys)
    for number, key in enumerate(kept or (b"",), start=1):
        if len(key) < MIN_KEY_LENGTH:
            raise SettingsError(
                "The pseudonym key is too short.",
                found=f"{where}: key {number} has {len(key)} bytes",
                fix=f"use at least {MIN_KEY_LENGTH} random characters, kept safe: links break with another",
            )
    return KeyRing(kept)


def write_private(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Write a file of mode 0600 in a directory of mode 0700, whole or not at all.

    Without `replace` the first writer wins and the others leave its file alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if replace:
        draft.replace(path)
        return
    try:
        # link, not rename: of two processes that start together, one key wins and both use it.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
