"""The drafts that another draft was made from, as the ledger knows them by digest."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from countersign.core.contracts import Draft, Elapsed, FedBy
from countersign.core.errors import ApprovalError
from countersign.governance.pilots import pilots_of
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
    """Refuse to approve what was made from a draft that people have turned down, or from an old record.

    Raises:
        ApprovalError: one of its drafts was turned down, or a pilot that it shows was recorded anew.
    """
    for found in read_inputs(connection, draft):
        if found.state in _TURNED_DOWN:
            raise ApprovalError(
                "What this was made from has been turned down.",
                found=f"{found.proposal_id} of {found.fed_by.agent} was {found.state.replace('_', ' ')}",
                fix="send this one back too; the next run makes it anew",
            )
    check_pilots(connection, draft)


def check_pilots(connection: Connection, draft: Draft) -> None:
    """Refuse to approve days of a pilot of which a newer record stands; its result counts as well.

    Raises:
        ApprovalError: a pilot was recorded anew after the draft was made.
    """
    shown = {
        fact.dimensions.get("pilot", ""): fact.definition.entries
        for fact in draft.facts
        if isinstance(fact.definition, Elapsed)
    }
    if not shown:
        return
    for pilot, history in pilots_of(connection).items():
        if pilot in shown and history[-1].entry not in shown[pilot]:
            raise ApprovalError(
                "A pilot on this page has been recorded anew since it was made.",
                found=f"{pilot}, by {history[-1].recorded_by}",
                fix="put the page forward again: `countersign scorecard propose`",
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
