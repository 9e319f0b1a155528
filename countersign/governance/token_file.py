"""The file that keeps a signed-in person's token: one a workspace, readable by its owner only."""

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from countersign.core.errors import ApprovalError
from countersign.core.workspace import Workspace


@dataclass(frozen=True)
class Kept:
    """A kept token and whose it says it is; only the ledger knows whether that is so."""

    person: str
    secret: str


def keep(path: Path, workspace: Workspace, *, person: str, secret: str) -> None:
    """Keep a token for this workspace, mode 0600 from the first byte."""
    tokens = _read_all(path)
    tokens[_name(workspace)] = {"person": person, "token": secret}
    _write_all(path, tokens)


def read(path: Path, workspace: Workspace) -> Kept | None:
    """The token kept for this workspace.

    Raises:
        ApprovalError: others may read the file.
    """
    kept = _read_all(path).get(_name(workspace))
    return Kept(kept["person"], secret=kept["token"]) if kept else None


def forget(path: Path, workspace: Workspace) -> None:
    """Forget the token of this workspace."""
    tokens = _read_all(path)
    if tokens.pop(_name(workspace), None):
        _write_all(path, tokens)


def _name(workspace: Workspace) -> str:
    return str(workspace.root.expanduser().resolve())


def _read_all(path: Path) -> dict[str, dict[str, str]]:
    path = path.expanduser()
    if not path.exists():
        return {}
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise ApprovalError(
            "Others can read your token file.",
            found=f"{path} has mode {mode:04o}",
            fix=f"run `chmod 600 {path}`, then sign in again",
        )
    try:
        tokens: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
        for kept in tokens.values():
            kept["person"], kept["token"]
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise ApprovalError(
            "Your token file cannot be read.",
            found=f"{path} does not hold what `countersign login` writes",
            fix="delete it and sign in again",
        ) from error
    return tokens


def _write_all(path: Path, tokens: dict[str, dict[str, str]]) -> None:
    path = path.expanduser()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(tokens, file)
    draft.replace(path)
