"""The only publisher: copies approved bytes out of the ledger, exactly once, repaired by running again.

The outbox row is written with the approval. Files are written whole (`os.replace`) and are the same
bytes however often; the `published` entry is a compare-and-set, so there is one. A crash anywhere
leaves a row that is still due.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from countersign.core.contracts import Decision, Draft, Publication
from countersign.core.errors import ApprovalError, PipelineError
from countersign.core.hashing import canonical_json, sha256_hex
from countersign.core.log import EventLog
from countersign.core.workspace import Workspace
from countersign.governance.deciding import approval_of, words_of
from countersign.governance.ledger import Ledger, read_body, read_entry
from countersign.governance.noting import Beside, beside, noted
from countersign.governance.policy import Policy, read_policy
from countersign.governance.proposals import Material, material_of, row_of, seen_of
from countersign.governance.proposing import SYSTEM, plain_title
from countersign.governance.tables import ENTRIES, OUTBOX
from countersign.governance.transitions import Seen, apply_transition

log = EventLog("countersign.governance.publishing")

# All that lies in the folder of a publication.
PUBLISHED_FILES = ("report.html", "report.md", "receipt.json")

# Says why a draft's facts no longer hold, or nothing when they do.
Recheck = Callable[[Workspace, Draft, Policy], str | None]
Point = Callable[[str], None]


@dataclass(frozen=True)
class _Due:
    waiting: Row[Any]
    seen: Seen
    category: str
    approval: Decision
    material: Material
    said: Beside


def publish_due(
    ledger: Ledger,
    workspace: Workspace,
    *,
    at: datetime,
    recheck: Recheck | None = None,
    reach: Point = lambda name: None,
) -> list[Publication]:
    """Publish everything approved and not yet published; safe to run at any time, by any number at once.

    Args:
        recheck: recomputes the facts of proposals whose category asks for it (default: stale.py).
        reach: told each named point as it is reached; the crash tests stop there.

    Returns:
        What this call published.

    Raises:
        ApprovalError: an approval in the ledger does not hold; nothing of it is published.
        PipelineError: a file could not be written; the row stays due.
    """
    reach("start")
    with ledger.read() as connection:
        is_due = OUTBOX.c.state == "due"
        keys = connection.execute(select(OUTBOX.c.idempotency_key).where(is_due).order_by(OUTBOX.c.digest))
        due: list[str] = list(keys.scalars())
    done: list[Publication] = []
    refusals: list[PipelineError] = []
    for key in due:
        try:
            published = _publish_one(ledger, workspace, key=key, at=at, recheck=recheck, reach=reach)
        except PipelineError as error:
            refusals.append(error)  # one that cannot go out must not hold up the others
            continue
        if published is not None:
            done.append(published)
    if refusals:
        raise refusals[0]
    return done


def publication_of(ledger: Ledger, proposal_id: str) -> Publication | None:
    """What became of an approval: its publication, once there is one."""
    with ledger.read() as connection:
        is_done = (OUTBOX.c.proposal_id == proposal_id) & (OUTBOX.c.state == "done")
        row = connection.execute(select(OUTBOX).where(is_done)).first()
    return _publication(row) if row else None


def folder_of(ledger: Ledger, workspace: Workspace, *, proposal_id: str) -> Path | None:
    """Where a proposal's files are, or will be once published."""
    with ledger.read() as connection:
        wanted = select(OUTBOX.c.slug).where(OUTBOX.c.proposal_id == proposal_id)
        slug = connection.execute(wanted).scalar()
    return workspace.reports / slug if slug else None


def read_published(ledger: Ledger, workspace: Workspace, *, proposal_id: str, name: str) -> Path:
    """Where a published file is, once it is known to be the one that was approved.

    Args:
        name: `report.html` or `report.md`.

    Raises:
        ApprovalError: nothing was published, or the file holds other bytes than the ledger, or is gone.
    """
    folder = folder_of(ledger, workspace, proposal_id=proposal_id)
    if folder is None:
        raise ApprovalError(
            "This was never published.", found=proposal_id, fix="`countersign report list` shows what was"
        )
    with ledger.read() as connection:
        row = row_of(connection, proposal_id)
        material = material_of(connection, proposal_id, revision=row.revision)
        wanted = select(OUTBOX).where((OUTBOX.c.proposal_id == proposal_id) & (OUTBOX.c.state == "done"))
        digests = published_digests(connection, connection.execute(wanted).one(), material)
    path = folder / name
    if not path.is_file() or sha256_hex(path.read_bytes()) != digests[name]:
        raise ApprovalError(
            "A published file is not what was approved.",
            found=f"{path}: {'other bytes' if path.is_file() else 'the file is gone'}",
            fix="run `countersign audit verify`, and ask who changed state/reports; do not hand this file on",
        )
    return path


def published_digests(connection: Connection, row: Row[Any], material: Material) -> dict[str, str]:
    """Digests of a publication's files, by name, as the receipt in the chain has them.

    What was published stays what it is: a later version may word what stands beside an approval otherwise,
    so it is held against its receipt and never written anew.

    Args:
        row: of the outbox, done.
        material: what was approved.

    Raises:
        ApprovalError: the receipt is gone or was changed, or it is not of what was approved.
    """
    receipt = _receipt_of(connection, row)
    said = json.loads(receipt)
    approved = {"report.html": sha256_hex(material.html), "report.md": sha256_hex(material.markdown)}
    if said["digest"] != row.digest or said.get("approved_files", said["files"]) != approved:
        raise ApprovalError(
            "A receipt is not of what was approved.",
            found=f"{row.proposal_id}, digest {row.digest[:16]}",
            fix="run `countersign audit verify`, and ask who changed the ledger",
        )
    return {**said["files"], "receipt.json": sha256_hex(receipt)}


def _receipt_of(connection: Connection, row: Row[Any]) -> bytes:
    """The receipt that the chain names, not the one that the outbox says it has."""
    is_of_it = (ENTRIES.c.kind == "published") & ENTRIES.c.payload.contains(row.proposal_id)
    for seq in connection.scalars(select(ENTRIES.c.seq).where(is_of_it)):
        fields = read_entry(connection, seq).fields()
        if fields["idempotency_key"] == row.idempotency_key:
            return read_body(connection, fields["bodies"]["receipt"])
    raise ApprovalError(
        "The ledger has no entry of this publication.",
        found=row.proposal_id,
        fix="run `countersign audit verify`, and ask who changed the ledger",
    )


def files_of(waiting: Row[Any], *, approval: Decision, material: Material, said: Beside) -> dict[str, bytes]:
    """The files of a publication, byte for byte; the receipt is the last and says it is complete.

    They are the approved bytes, with the approvers' notes and choices put in where there are any.
    """
    html, markdown = noted(material, said)
    files = {"report.html": html, "report.md": markdown}
    receipt = {
        "proposal_id": waiting.proposal_id,
        "revision": approval.revision,
        "digest": waiting.digest,
        "channel": waiting.channel,
        "idempotency_key": waiting.idempotency_key,
        "title": plain_title(material.draft),
        "approved_by": approval.person,
        "role": approval.role,
        "approved_at": approval.decided_at.isoformat(),
        "ledger_head": waiting.ledger_head,
        "files": {name: sha256_hex(data) for name, data in files.items()},
        "verify": f"countersign audit verify --head {waiting.ledger_head}",
    }
    if said.notes or said.is_otherwise:
        approved = {"report.html": material.html, "report.md": material.markdown}
        receipt["approved_files"] = {name: sha256_hex(data) for name, data in approved.items()}
    if said.notes:
        receipt["notes_by"] = [note.person for note in said.notes]
    if said.choices:
        receipt["choices"] = [one.model_dump(mode="json") for one in said.choices]
    return {**files, "receipt.json": canonical_json(receipt) + b"\n"}


def _publish_one(
    ledger: Ledger,
    workspace: Workspace,
    *,
    key: str,
    at: datetime,
    recheck: Recheck | None,
    reach: Point,
) -> Publication | None:
    due = _read_due(ledger, key)
    if due is None:
        return None
    if reason := _staleness(workspace, due, recheck=recheck):
        _turn_stale(ledger, due, reason=reason, at=at)
        return None
    files = files_of(due.waiting, approval=due.approval, material=due.material, said=due.said)
    reach("before_files")
    try:
        for name, data in files.items():
            _write_whole(workspace.reports / due.waiting.slug / name, data)
            reach(f"after_{name}")
    except OSError as error:
        _record_failure(ledger, due, error=error, at=at)
        raise _not_written(error) from error
    return _record_publication(ledger, key, receipt=files["receipt.json"], at=at, reach=reach)


def _read_due(ledger: Ledger, key: str) -> _Due | None:
    with ledger.read() as connection:
        is_due = (OUTBOX.c.idempotency_key == key) & (OUTBOX.c.state == "due")
        waiting = connection.execute(select(OUTBOX).where(is_due)).first()
        if waiting is None:
            return None
        row = row_of(connection, waiting.proposal_id)
        approval = approval_of(connection, row) if row.digest == waiting.digest else None
        if approval is None:
            raise ApprovalError(
                "The outbox holds something that nobody approved.",
                found=f"{waiting.proposal_id}, digest {waiting.digest[:16]}",
                fix="run `countersign audit verify`; nothing was published",
            )
        material = material_of(connection, row.id, revision=row.revision)
        said = beside(material.draft, words_of(connection, row))
        return _Due(
            waiting, seen_of(row), category=row.category, approval=approval, material=material, said=said
        )


def _record_publication(
    ledger: Ledger, key: str, *, receipt: bytes, at: datetime, reach: Point
) -> Publication | None:
    with ledger.write() as writing:
        is_due = (OUTBOX.c.idempotency_key == key) & (OUTBOX.c.state == "due")
        waiting = writing.connection.execute(select(OUTBOX).where(is_due)).first()
        if waiting is None:
            return None  # another process finished while this one wrote the same bytes
        reach("before_entry")
        apply_transition(
            writing,
            seen_of(row_of(writing.connection, waiting.proposal_id)),
            event="publish",
            kind="published",
            person=SYSTEM,
            at=at,
            fields={"channel": waiting.channel, "idempotency_key": key},
            bodies={"receipt": receipt},
        )
        reach("after_entry")
        is_ours = OUTBOX.c.idempotency_key == key
        published = _publication(writing.connection.execute(select(OUTBOX).where(is_ours)).one())
    reach("end")
    log.info("published", proposal=published.proposal_id, channel=published.channel)
    return published


def _staleness(workspace: Workspace, due: _Due, *, recheck: Recheck | None) -> str | None:
    policy = read_policy(workspace)
    rules = policy.policies.categories
    if not any(name == due.category and rule.recheck_facts for name, rule in rules.items()):
        return None
    if recheck is None:
        from countersign.governance.stale import recheck_facts

        recheck = recheck_facts
    return recheck(workspace, due.material.draft, policy)


def _turn_stale(ledger: Ledger, due: _Due, *, reason: str, at: datetime) -> None:
    with ledger.write() as writing:
        fields = {"why": reason, "channels": [due.waiting.channel]}
        apply_transition(
            writing, due.seen, event="go_stale", kind="stale", person=SYSTEM, at=at, fields=fields
        )
    log.warning("went_stale", proposal=due.seen.proposal_id, why=reason)


def _record_failure(ledger: Ledger, due: _Due, *, error: OSError, at: datetime) -> None:
    with ledger.write() as writing:
        row = row_of(writing.connection, due.seen.proposal_id)
        if row.state in ("approved", "publish_failed"):
            apply_transition(
                writing,
                seen_of(row),
                event="fail_to_publish",
                kind="publish_failed",
                person=SYSTEM,
                at=at,
                fields={"why": error.strerror or type(error).__name__},
            )


def _not_written(error: OSError) -> PipelineError:
    return PipelineError(
        "The approved files could not be written.",
        found=f"{error.strerror}: {error.filename}",
        fix="make room or correct the permissions, then run `countersign review publish`",
    )


def _write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _publication(row: Row[Any]) -> Publication:
    fields = {name: row._mapping[name] for name in Publication.model_fields}
    return Publication.model_validate(fields)
