"""Redact what names a person: the bytes go, their digest, who asked and why stay in the chain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select, text, update

from countersign.core.workspace import Workspace
from countersign.governance.ledger import Ledger, read_entries
from countersign.governance.tables import BODIES, OUTBOX, REVISIONS

# What of a publication may be read by people; its receipt holds digests and roles only.
_READABLE = ("report.html", "report.md")


@dataclass(frozen=True)
class Redaction:
    """Digests whose bytes are gone, publications that had gone out before, entries that cannot change."""

    digests: tuple[str, ...]
    publications: tuple[str, ...]
    fixed_entries: tuple[int, ...]


def redact_bodies(
    ledger: Ledger,
    workspace: Workspace,
    matches: Callable[[str], bool],
    *,
    person: str,
    reason: str,
    at: datetime,
) -> Redaction:
    """Redact every body that matches, with one `body_redacted` entry each, and remove published copies here.

    Args:
        ledger: the ledger.
        workspace: where published reports are.
        matches: tells of a text whether it names the person; nothing of it is recorded.
        person: who acts, signed in.
        reason: why; must not name the person.
        at: when.
    """
    with ledger.write() as writing:
        connection = writing.connection
        if connection.dialect.name == "sqlite":
            # Freed pages are overwritten, not only given back.
            connection.exec_driver_sql("pragma secure_delete = on")
        found = [row.digest for row in connection.execute(select(BODIES)) if _holds(row.data, matches)]
        for digest in found:
            connection.execute(update(BODIES).where(BODIES.c.digest == digest).values(data=None))
            writing.append(
                "body_redacted", person=person, at=at, fields={"redacts": digest, "reason": reason}
            )
        fixed = tuple(entry.seq for entry in read_entries(connection) if matches(entry.payload))
        slugs = _published(connection, found)
        # A run that was stopped here left the files of what it had redacted.
        left = [slug for slug in _published(connection, None) if _is_readable(workspace, slug)]
    for slug in (*slugs, *left):
        for name in _READABLE:
            (workspace.reports / slug / name).unlink(missing_ok=True)
    _flush(ledger)
    return Redaction(tuple(found), tuple(sorted({*slugs, *left})), fixed)


def note_forgotten(ledger: Ledger, *, person: str, at: datetime, fields: dict[str, object]) -> None:
    """Record that somebody was forgotten, by keyed hashes and counts."""
    with ledger.write() as writing:
        writing.append("noted", person=person, at=at, fields={"what": "person_forgotten", **fields})


def _holds(data: bytes | None, matches: Callable[[str], bool]) -> bool:
    return data is not None and matches(bytes(data).decode("utf-8", errors="replace"))


def _is_readable(workspace: Workspace, slug: str) -> bool:
    return any((workspace.reports / slug / name).exists() for name in _READABLE)


def _published(connection: Connection, digests: Sequence[str] | None) -> list[str]:
    """Publications of revisions that hold one of some bodies, or any redacted one, also as a note."""
    gone = select(BODIES.c.digest).where(BODIES.c.data.is_(None))
    wanted = list(connection.execute(gone).scalars()) if digests is None else list(digests)
    names = (REVISIONS.c.draft, REVISIONS.c.html, REVISIONS.c.markdown)
    redacted = select(REVISIONS.c.digest).where(or_(*(name.in_(wanted) for name in names)))
    decided = [entry.fields() for entry in read_entries(connection) if entry.kind == "decided"]
    said = [fields["digest"] for fields in decided if fields["bodies"].get("note") in {*wanted}]
    is_hit = OUTBOX.c.digest.in_(redacted) | OUTBOX.c.digest.in_(said)
    is_out = is_hit & (OUTBOX.c.state == "done")
    rows = connection.execute(select(OUTBOX.c.slug).where(is_out).order_by(OUTBOX.c.slug))
    return [str(row.slug) for row in rows]


def _flush(ledger: Ledger) -> None:
    """Write SQLite's log back, so that it holds no redacted byte."""
    if ledger.engine.dialect.name != "sqlite":
        return
    with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("pragma wal_checkpoint(truncate)"))
