"""The drafts that another draft was made from, as the ledger knows them by digest."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from countersign.core.contracts import Draft, FedBy
from countersign.core.errors import ApprovalError
from countersign.governance.tables import PROPOSALS, REVISIONS

_TURNED_DOWN = ("rejected", "sent_back")


@dataclass(frozen=True)
class Input:
    """One draft that fed another: its proposal and its state; no proposal when it was never put forward.

    `was_edited` says that a person changed it after the other draft had been made from it.
    """

    fed_by: FedBy
    proposal_id: str = ""
    state: str = ""
    was_edited: bool = False


def read_inputs(connection: Connection, draft: Draft) -> list[Input]:
    """Where each input of a draft stands now."""
    return [_read_input(connection, fed) for fed in draft.fed_by]


def check_inputs(connection: Connection, draft: Draft) -> None:
    """Refuse to approve what was made from a draft that people have turned down.

    Raises:
        ApprovalError: one of them was rejected or sent back.
    """
    for found in read_inputs(connection, draft):
        if found.state in _TURNED_DOWN:
            raise ApprovalError(
                "What this was made from has been turned down.",
                found=f"{found.proposal_id} of {found.fed_by.agent} was {found.state.replace('_', ' ')}",
                fix="send this one back too; the next run makes it anew",
            )


def _read_input(connection: Connection, fed: FedBy) -> Input:
    newest = (
        select(PROPOSALS, REVISIONS.c.revision.label("fed_revision"))
        .join(REVISIONS, REVISIONS.c.proposal_id == PROPOSALS.c.id)
        .where(REVISIONS.c.draft == fed.digest)
        .order_by(PROPOSALS.c.created_at.desc(), PROPOSALS.c.id, REVISIONS.c.revision.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    if row is None:
        return Input(fed)
    return Input(fed, row.id, state=row.state, was_edited=row.revision > row.fed_revision)
