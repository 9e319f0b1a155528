"""Reading proposals and their bytes from the ledger."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, select

from countersign.core.contracts import CheckResult, Decision, Draft, Proposal, ProposalState
from countersign.core.errors import ApprovalError
from countersign.core.hashing import digest_of
from countersign.governance.ledger import Ledger, read_body, read_entry
from countersign.governance.tables import DECISIONS, ENTRIES, PROPOSALS, REVISIONS
from countersign.governance.transitions import Seen

_CHECKS = TypeAdapter(tuple[CheckResult, ...])


@dataclass(frozen=True)
class Material:
    """The exact bytes of one revision, and what the checks said of them."""

    draft_json: bytes
    html: bytes
    markdown: bytes
    checks: tuple[CheckResult, ...]
    author: str
    diff: str = ""

    @property
    def draft(self) -> Draft:
        """The draft, parsed."""
        return Draft.model_validate_json(self.draft_json)


def digest_of_material(*, draft: str, html: str, markdown: str, snapshot_id: str, policy_version: str) -> str:
    """The digest a person approves: of the digests of the three files, the snapshot and the policy."""
    return digest_of(
        {
            "draft.json": draft,
            "report.html": html,
            "report.md": markdown,
            "snapshot_id": snapshot_id,
            "policy_version": policy_version,
        }
    )


def list_proposals(
    ledger: Ledger, *, states: Sequence[ProposalState] | None = None, limit: int | None = None
) -> list[Proposal]:
    """Proposals, oldest first; all of them, or those in the given states."""
    wanted = select(PROPOSALS).order_by(PROPOSALS.c.created_at, PROPOSALS.c.id)
    if states is not None:
        wanted = wanted.where(PROPOSALS.c.state.in_(states))
    if limit is not None:
        wanted = wanted.limit(limit)
    with ledger.read() as connection:
        return [proposal_of(row) for row in connection.execute(wanted)]


def find_proposal(ledger: Ledger, prefix: str) -> Proposal:
    """The one proposal whose id starts with `prefix`.

    Raises:
        ApprovalError: none does, or more than one.
    """
    wanted = select(PROPOSALS).where(PROPOSALS.c.id.startswith(prefix, autoescape=True)).limit(5)
    with ledger.read() as connection:
        found = [proposal_of(row) for row in connection.execute(wanted)]
    for proposal in found:
        if proposal.id == prefix:
            return proposal
    if len(found) != 1:
        raise ApprovalError(
            "No proposal has this id." if not found else "More than one proposal starts like this.",
            found=prefix if not found else ", ".join(proposal.id for proposal in found),
            fix="run `countersign review list` and give an id, or the start of one",
        )
    return found[0]


def read_material(ledger: Ledger, proposal_id: str, *, revision: int | None = None) -> Material:
    """The bytes of a revision (default: the current one), checked against their digests.

    Raises:
        ApprovalError: there is no such revision, or its bytes are damaged or redacted.
    """
    with ledger.read() as connection:
        if revision is None:
            revision = row_of(connection, proposal_id).revision
        return material_of(connection, proposal_id, revision=revision)


def material_of(connection: Connection, proposal_id: str, *, revision: int) -> Material:
    """As `read_material`, within a transaction."""
    row = revision_of(connection, proposal_id, revision=revision)
    return Material(
        draft_json=read_body(connection, row.draft),
        html=read_body(connection, row.html),
        markdown=read_body(connection, row.markdown),
        checks=_CHECKS.validate_json(read_body(connection, row.checks)),
        author=row.author,
        diff=read_body(connection, row.diff).decode() if row.diff else "",
    )


def read_decisions(ledger: Ledger, proposal_id: str) -> list[Decision]:
    """What people decided on a proposal, oldest first, on every revision."""
    wanted = select(DECISIONS).where(DECISIONS.c.proposal_id == proposal_id).order_by(DECISIONS.c.seq)
    with ledger.read() as connection:
        return [decision_of(connection, row) for row in connection.execute(wanted)]


def why_stale(ledger: Ledger, proposal_id: str) -> str:
    """Why an approved proposal was not published, as its entry says; empty when it never did."""
    wanted = select(ENTRIES.c.payload).where(ENTRIES.c.kind == "stale").order_by(ENTRIES.c.seq.desc())
    with ledger.read() as connection:
        said = [json.loads(payload) for payload in connection.scalars(wanted)]
    return next((str(fields["why"]) for fields in said if fields["proposal_id"] == proposal_id), "")


def count_attempts(ledger: Ledger, proposal_id: str) -> int:
    """How often a proposal has been shown as a paused run; 0 before the first time."""
    with ledger.read() as connection:
        return int(row_of(connection, proposal_id).attempts)


def row_of(connection: Connection, proposal_id: str) -> Row[Any]:
    """The current-state row of a proposal.

    Raises:
        ApprovalError: there is none.
    """
    row = connection.execute(select(PROPOSALS).where(PROPOSALS.c.id == proposal_id)).first()
    if row is None:
        raise ApprovalError(
            "No proposal has this id.",
            found=proposal_id,
            fix="run `countersign review list` and give an id from it",
        )
    return row


def revision_of(connection: Connection, proposal_id: str, *, revision: int) -> Row[Any]:
    """The row of one revision.

    Raises:
        ApprovalError: there is none.
    """
    is_wanted = (REVISIONS.c.proposal_id == proposal_id) & (REVISIONS.c.revision == revision)
    row = connection.execute(select(REVISIONS).where(is_wanted)).first()
    if row is None:
        raise ApprovalError(
            "The proposal has no such revision.",
            found=f"{proposal_id}, revision {revision}",
            fix=f"look at the current one: `countersign review show {proposal_id}`",
        )
    return row


def proposal_of(row: Row[Any]) -> Proposal:
    """A current-state row as a record."""
    return Proposal.model_validate({name: row._mapping[name] for name in Proposal.model_fields})


def decision_of(connection: Connection, row: Row[Any]) -> Decision:
    """A decision row as a record; a redacted reason or note reads as such.

    The note and the choices have no column of their own: they are read from the entry, against its hash.
    """
    import json

    apart = ("answers", "reason", "note", "choices")
    fields = {name: row._mapping[name] for name in Decision.model_fields if name not in apart}
    said = read_entry(connection, row.seq).fields()
    words = {"reason": _said(connection, row.reason), "note": _said(connection, said["bodies"].get("note"))}
    return Decision.model_validate(
        {**fields, "answers": json.loads(row.answers), "choices": said.get("choices"), **words}
    )


def note_digest(connection: Connection, row: Row[Any]) -> str | None:
    """Of the note of a decision row, which has no column of its own: its entry names the bytes."""
    digest: str | None = read_entry(connection, row.seq).fields()["bodies"].get("note")
    return digest


def _said(connection: Connection, digest: str | None) -> str:
    if not digest:
        return ""
    try:
        return read_body(connection, digest).decode()
    except ApprovalError:
        return "(redacted)"


def seen_of(row: Row[Any]) -> Seen:
    """What a compare-and-set expects of this row."""
    return Seen(row.id, state=row.state, revision=row.revision, digest=row.digest)
