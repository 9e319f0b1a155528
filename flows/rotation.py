"""Rotate the key of the pseudonyms under the pipeline's lock, and record who did it."""

import secrets
from collections.abc import Callable
from datetime import datetime

from pydantic import SecretStr

from countersign.core.lock import pipeline_lock
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace
from countersign.governance.ledger import Ledger
from countersign.sources.personal.rotation import Rotated, next_ring, rotate
from expectations.changed_days import forget_builds


def rotate_key(
    workspace: Workspace,
    given: SecretStr | None,
    ledger: Ledger,
    *,
    person: str,
    at: datetime,
    after_step: Callable[[str], None] = lambda step: None,
) -> Rotated:
    """Put every pseudonym under one more key; a rotation that was stopped goes on with its key.

    Raises:
        SettingsError: the environment gives the keys and no new one among them.
        LockedError: a pipeline runs in this workspace.
    """
    with pipeline_lock(workspace, purpose="rotating the pseudonym key"):
        ring = next_ring(workspace, given, new_key=secrets.token_hex(32).encode())
        with open_warehouse(workspace) as connection:
            forget_builds(connection)
            done = rotate(workspace, connection, ring, is_kept_here=given is None, after_step=after_step)
        with ledger.write() as writing:
            fields = {"what": "pseudonym_key_rotated", "fingerprints": list(ring.fingerprints)}
            writing.append("noted", person=person, at=at, fields=fields)
    return done
