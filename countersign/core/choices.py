"""What a person chose for each proposed action when they approved a draft: a record beside its bytes."""

from datetime import datetime
from typing import Literal

from countersign.core.blocks import Choice
from countersign.core.records import Record

Chosen = Literal["as_proposed", "stop", "fix", "scale", "test", "leave"]
LEAVE: Chosen = "leave"
AS_PROPOSED: Chosen = "as_proposed"


class ActionChoice(Record):
    """What became of one action of an approved draft.

    Args:
        action: its number on the page, from 1.
        key: the name that it is judged by; empty when it has none.
        title: as people read it.
        proposed: what the agent proposed.
        chosen: what the approvers chose; `leave` changes nothing.
        person: who chose it; empty when nobody said anything, which means as proposed.
        at: when; None when nobody said anything.
    """

    action: int
    key: str
    title: str
    proposed: Choice
    chosen: Chosen
    person: str = ""
    at: datetime | None = None
