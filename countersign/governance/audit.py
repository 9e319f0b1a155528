"""Does the ledger still say what it said? Chain, bodies, current state, schema and published files.

The chain is not keyed: who can write the file can recompute all of it. What proves that it did not
happen is a head kept elsewhere, in any receipt: `verify(..., head=HASH)`. docs/threats.md says more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from countersign.core.errors import ApprovalError
from countersign.core.hashing import sha256_hex
from countersign.core.workspace import Workspace
from countersign.governance.choosing import find_choice_problems
from countersign.governance.deciding import approval_of, approvals_of
from countersign.governance.ledger import FIRST_HEAD, Ledger, hash_entry, read_entries
from countersign.governance.projection import Entry, Folded, Key, fold
from countersign.governance.proposals import material_of, note_digest, revision_of, row_of
from countersign.governance.publishing import PUBLISHED_FILES, published_digests
from countersign.governance.schema import schema_problems
from countersign.governance.tables import BODIES, OUTBOX, PROJECTION
from countersign.governance.transitions import EVENTS_OF_KIND, TRANSITIONS

_NOTHING = object()
_BY_PEOPLE = ("decided", "revised", "carried_out_said", "pilot_recorded")


@dataclass(frozen=True)
class AuditReport:
    """What a verification found; `head` is worth keeping outside this machine.

    `redacted` bodies are gone by somebody's recorded decision, which is no damage.
    """

    entries: int
    bodies: int
    published: int
    head: str
    problems: tuple[str, ...]
    redacted: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    def as_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {**asdict(self), "problems": list(self.problems), "is_clean": self.is_clean}


def verify(ledger: Ledger, workspace: Workspace, *, head: str | None = None) -> AuditReport:
    """Hold everything the ledger says against everything else it says, and against the published files.

    Args:
        head: a hash from a receipt or an earlier verification; the chain must still contain it.
    """
    try:
        with ledger.read() as connection:
            return _verify(connection, workspace, head=head)
    except (SQLAlchemyError, UnicodeDecodeError, ValueError, TypeError) as error:
        # A database that cannot even be read was changed too.
        found = str(error.orig) if isinstance(error, DBAPIError) else repr(error)
        return AuditReport(0, 0, 0, "", (f"the ledger cannot be read: {found[:200]}",))


def rebuild_projection(ledger: Ledger) -> int:
    """Write the current-state tables anew from the entries; returns how many rows they hold.

    Raises:
        ApprovalError: the entries themselves do not hold together.
    """
    with ledger.write() as writing:
        connection = writing.connection
        entries = list(read_entries(connection))
        problems = [*_chain_problems(entries), *fold(entries).problems]
        if problems:
            raise ApprovalError(
                "The entries do not hold together: nothing can be rebuilt from them.",
                found=problems[0],
                fix="restore the ledger from a backup",
            )
        for table in PROJECTION:
            connection.execute(table.delete())
        folded = fold(entries)
        for table in PROJECTION:
            rows = list(folded.rows.get(table.name, {}).values())
            if rows:
                connection.execute(table.insert(), rows)
        return sum(len(rows) for rows in folded.rows.values())


def _verify(connection: Connection, workspace: Workspace, *, head: str | None) -> AuditReport:
    entries = list(read_entries(connection))
    problems = [*schema_problems(connection), *_chain_problems(entries)]
    heads = {FIRST_HEAD} | {entry.hash for entry in entries}
    if head is not None and head not in heads:
        problems.append(
            f"the chain does not contain the head {head}: it was recomputed, or its end was cut off"
        )
    folded = fold(entries)
    problems += [*folded.problems, *_move_problems(entries), *_session_problems(entries)]
    problems += [*find_choice_problems(connection, entries), *_projection_problems(connection, folded)]
    bodies, body_problems = _check_bodies(connection, folded)
    published, file_problems = _check_published(connection, workspace, folded=folded)
    return AuditReport(
        entries=len(entries),
        bodies=bodies,
        published=published,
        head=entries[-1].hash if entries else FIRST_HEAD,
        problems=(*problems, *body_problems, *file_problems),
        redacted=sum(folded.bodies.values()),
    )


def _chain_problems(entries: list[Entry]) -> Iterator[str]:
    previous = FIRST_HEAD
    for number, entry in enumerate(entries, start=1):
        columns = asdict(entry)
        kept = columns.pop("hash")
        expected_types = {name: int if name == "seq" else str for name in columns}
        if any(type(columns[name]) is not kind for name, kind in expected_types.items()):
            yield f"entry {number}: a column has another type than was written"
        elif entry.seq != number:
            yield f"entry {number}: found number {entry.seq}; an entry is missing or was renumbered"
        elif hash_entry(**columns) != kept:
            yield f"entry {number}: its hash does not match what it says"
        elif entry.previous != previous:
            yield f"entry {number}: it does not follow the entry before it"
        previous = kept


def _move_problems(entries: list[Entry]) -> Iterator[str]:
    """Moves that the transition table does not know, or that start where the proposal was not."""
    states: dict[str, str] = {}
    for entry in entries:
        try:
            fields = entry.fields()
            if entry.kind == "proposed":
                states[fields["proposal_id"]] = "checking"
            if entry.kind not in EVENTS_OF_KIND:
                continue
            proposal, event, start, end = (fields[name] for name in ("proposal_id", "event", "from", "to"))
            is_legal = TRANSITIONS.get((start, event)) == end and event in EVENTS_OF_KIND[entry.kind]
            if not is_legal or states.get(proposal) != start:
                yield f"entry {entry.seq}: {proposal} cannot go from {start} to {end} by {event}"
            states[proposal] = end
        except (KeyError, TypeError, ValueError) as error:
            yield f"entry {entry.seq}: it cannot be read as a move: {error!r}"


def _session_problems(entries: list[Entry]) -> Iterator[str]:
    """Decisions and edits that no session or code of that person stands behind."""
    owners: dict[str, str] = {}
    for entry in entries:
        try:
            fields = entry.fields()
            if entry.kind == "signed_in":
                owners[f"session:{fields['hash']}"] = entry.person
            if entry.kind == "code_minted" and fields["purpose"] == "approval":
                owners[f"code:{fields['hash']}"] = fields["for_person"]
            by = fields.get("authenticated_by")
            if entry.kind in _BY_PEOPLE and (by is None or owners.get(by) != entry.person):
                yield f"entry {entry.seq}: {entry.person} had not proved who they are"
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield f"entry {entry.seq}: it cannot be read: {error!r}"


def _projection_problems(connection: Connection, folded: Folded) -> Iterator[str]:
    for table in PROJECTION:
        expected = dict(folded.rows.get(table.name, {}))
        names = [column.name for column in table.primary_key]
        for row in connection.execute(select(table)):
            kept = dict(row._mapping)
            key: Key = tuple(kept[name] for name in names)
            wanted = expected.pop(key, None)
            if wanted is None:
                yield f"{table.name} {key}: no entry made this row"
                continue
            for name, value in kept.items():
                said = wanted.get(name, _NOTHING)
                if type(value) is not type(said) or value != said:
                    yield f"{table.name} {key}: {name} is {str(value)[:60]!r}, the entries say otherwise"
        yield from (f"{table.name} {key}: the row is missing" for key in expected)


def _check_bodies(connection: Connection, folded: Folded) -> tuple[int, list[str]]:
    problems = []
    missing = dict(folded.bodies)
    count = 0
    for row in connection.execute(select(BODIES)):
        count += 1
        is_redacted = missing.pop(row.digest, None)
        if is_redacted is None:
            problems.append(f"body {str(row.digest)[:16]}: no entry names it")
        elif row.data is None:
            if not is_redacted:
                problems.append(f"body {row.digest[:16]}: its bytes are gone and no entry redacts it")
        elif not isinstance(row.data, bytes) or sha256_hex(row.data) != row.digest:
            problems.append(f"body {row.digest[:16]}: its bytes are others than were stored")
    problems += [f"body {digest[:16]}: an entry names it and it is missing" for digest in missing]
    return count, problems


def _check_published(
    connection: Connection, workspace: Workspace, *, folded: Folded
) -> tuple[int, list[str]]:
    problems: list[str] = []
    known: set[Path] = set()
    rows = connection.execute(select(OUTBOX)).all()
    for row in rows:
        folder = workspace.reports / row.slug
        known.add(folder)
        if row.state != "done":
            continue
        try:
            proposal = row_of(connection, row.proposal_id)
            if approval_of(connection, proposal) is None:
                problems.append(f"{row.proposal_id}: published without the approvals it needs")
                continue
            if _is_redacted(connection, proposal, folded=folded):
                continue  # nothing to hold the files against any more, by somebody's recorded decision
            material = material_of(connection, proposal.id, revision=proposal.revision)
            expected = published_digests(connection, row, material)
        except ApprovalError as error:
            problems.append(f"{row.proposal_id}: {error.problem} {error.found}")
            continue
        problems += _file_problems(folder, expected)
    problems += _strangers(workspace.reports, known)
    return sum(row.state == "done" for row in rows), problems


def _strangers(reports: Path, known: set[Path]) -> Iterator[str]:
    """What somebody put among the published files by hand; what begins with a dot is no publication."""
    for path in sorted(reports.glob("[!.]*")):
        if path not in known:
            yield f"{path.name}: published files that the ledger knows nothing of"
        else:
            strange = sorted(found.name for found in path.glob("[!.]*") if found.name not in PUBLISHED_FILES)
            yield from (f"{path.name}/{name}: the ledger knows nothing of this file" for name in strange)


def _is_redacted(connection: Connection, proposal: Row[Any], *, folded: Folded) -> bool:
    row = revision_of(connection, proposal.id, revision=proposal.revision)
    notes = [note_digest(connection, approval) for approval in approvals_of(connection, proposal)]
    digests = (row.draft, row.html, row.markdown, row.checks, *filter(None, notes))
    return any(folded.bodies.get(digest) for digest in digests)


def _file_problems(folder: Path, expected: Mapping[str, str]) -> Iterator[str]:
    for name, digest in expected.items():
        path = folder / name
        if not path.is_file():
            yield f"{folder.name}/{name}: the published file is missing"
        elif sha256_hex(path.read_bytes()) != digest:
            yield f"{folder.name}/{name}: other bytes than were approved"
