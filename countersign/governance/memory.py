"""What agents may know of their earlier drafts: read from the ledger, which they never open themselves."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from countersign.core.contracts import Action, Draft, ProposalState
from countersign.core.errors import ApprovalError
from countersign.core.expected import Outcome
from countersign.core.memory import PastState, Remembered
from countersign.governance.ledger import Ledger, read_entry
from countersign.governance.outcomes import Judged, read_choices_of, read_judged, read_said
from countersign.governance.proposals import decision_of, material_of
from countersign.governance.tables import DECISIONS, PROPOSALS, REVISIONS
from countersign.reports.token_syntax import Token, parse
from countersign.reports.tokens import fill_plain

# Words that people typed are cut to this before an agent sees them.
LONGEST = 300
_STATES: dict[ProposalState, PastState] = {
    "approved": "approved",
    "published": "approved",
    "publish_failed": "approved",
    "rejected": "rejected",
    "sent_back": "sent_back",
    "expired": "expired",
    # superseded and stale drafts were decided by nobody: newer data stand for them
}


def read_memory(ledger: Ledger, *, agents: Sequence[str], most: int = 6) -> tuple[Remembered, ...]:
    """The latest drafts of some agents that were decided or expired, newest first.

    Args:
        agents: whose drafts.
        most: how many drafts of each agent.
    """
    said = read_said(ledger)
    judged = read_judged(ledger)
    found: list[Remembered] = []
    with ledger.read() as connection:
        for agent in agents:
            for row in _rows(connection, agent=agent, most=most):
                remembered = _remember(connection, row)
                outcomes = tuple(_outcomes(judged, row.id, is_approved=remembered.state == "approved"))
                update = {"was_carried_out": said.get(row.id), "outcomes": outcomes}
                found.append(remembered.model_copy(update=update))
    return tuple(sorted(found, key=lambda one: (one.decided_at, one.proposal_id), reverse=True))


def _rows(connection: Connection, *, agent: str, most: int) -> Sequence[Row[Any]]:
    is_told = (PROPOSALS.c.agent == agent) & PROPOSALS.c.state.in_(_STATES)
    newest = select(PROPOSALS).where(is_told).order_by(PROPOSALS.c.created_at.desc(), PROPOSALS.c.id)
    return connection.execute(newest.limit(most)).all()


def _remember(connection: Connection, row: Row[Any]) -> Remembered:
    is_its = DECISIONS.c.proposal_id == row.id
    rows = connection.execute(select(DECISIONS).where(is_its).order_by(DECISIONS.c.seq)).all()
    decisions = [decision_of(connection, one) for one in rows]
    draft = _draft(connection, row)
    return Remembered(
        proposal_id=row.id,
        agent=row.agent,
        title=_cut(row.title),
        period=draft.period if draft else None,
        state=_STATES[row.state],
        decided_at=decisions[-1].decided_at if decisions else datetime.fromisoformat(row.created_at),
        entries=tuple(read_entry(connection, one.seq).hash for one in rows),
        actions=tuple(_actions(draft)) if draft else (),
        chosen=tuple(one.chosen for one in read_choices_of(connection, row)),
        was_edited=_was_edited(connection, row.id),
        reasons=tuple(_cut(one.reason) for one in decisions if one.reason and one.verdict != "approve"),
        notes=tuple(_cut(one.note) for one in decisions if one.note),
    )


def _outcomes(judged: Sequence[Judged], proposal_id: str, *, is_approved: bool) -> Iterator[Outcome]:
    """Verdicts on a proposal; of an approved one not those on actions that were left or changed."""
    for one in judged:
        if one.proposal_id == proposal_id and (not is_approved or one.judgement.standing == "approved"):
            yield one.judgement.outcome


def _draft(connection: Connection, row: Row[Any]) -> Draft | None:
    try:
        return material_of(connection, row.id, revision=row.revision).draft
    except ApprovalError:
        return None  # its text was redacted


def _actions(draft: Draft) -> Iterator[str]:
    for block in draft.blocks:
        if isinstance(block, Action):
            yield _cut(fill_plain(_without_figures(block.title), draft))


def _without_figures(text: str) -> str:
    """Prose with an ellipsis for each figure: it stands only in the draft that proves it."""
    return "".join(
        "…" if isinstance(piece, Token) and piece.kind == "fact" else text[piece.start : piece.end]
        if isinstance(piece, Token) else piece.text
        for piece in parse(text)
    )  # fmt: skip


def _was_edited(connection: Connection, proposal_id: str) -> bool:
    is_edit = (REVISIONS.c.proposal_id == proposal_id) & REVISIONS.c.diff.is_not(None)
    return connection.execute(select(REVISIONS.c.revision).where(is_edit).limit(1)).first() is not None


def _cut(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
