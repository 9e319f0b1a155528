"""What became of earlier drafts, as agents may know it: facts about the past with where they are recorded."""

from datetime import datetime
from typing import Literal

from countersign.core.choices import AS_PROPOSED, Chosen
from countersign.core.contracts import Window
from countersign.core.expected import Outcome
from countersign.core.records import Record

PastState = Literal["approved", "rejected", "sent_back", "expired"]


class Remembered(Record):
    """One earlier draft of an agent and what people decided on it.

    Args:
        proposal_id: in the ledger.
        agent: whose draft it was.
        title: as people read it; data, like all words below.
        period: what it was about, None when its data had no dates.
        state: what became of it; what expired was decided by nobody, and changed nothing.
        decided_at: when it was decided, or put forward when it expired.
        entries: hashes of the ledger's entries that hold the decisions.
        actions: titles of what it proposed, names filled in; an ellipsis stands for each figure, because
            a figure stands only in the draft that proves it.
        chosen: what those who approved it chose for each of them; empty unless it was approved.
        was_edited: whether a person changed its words.
        reasons: what people said when they rejected or sent it back.
        notes: what those who approved it said it means, and what they chose to do.
        was_carried_out: a person's word on it; None when nobody said.
        outcomes: verdicts on what it expected, once there are any; of what was approved, only on the
            actions that were approved as proposed.
    """

    proposal_id: str
    agent: str
    title: str
    period: Window | None
    state: PastState
    decided_at: datetime
    entries: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    was_edited: bool = False
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    was_carried_out: bool | None = None
    outcomes: tuple[Outcome, ...] = ()

    @property
    def approved_actions(self) -> tuple[str, ...]:
        """The actions that were approved as they were proposed."""
        if self.state != "approved":
            return ()
        return tuple(
            title
            for number, title in enumerate(self.actions)
            if not self.chosen or self.chosen[number] == AS_PROPOSED
        )
