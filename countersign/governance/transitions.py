"""The states of a proposal: one table, and one function that moves a proposal along it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import update

from countersign.core.contracts import ProposalState
from countersign.core.errors import ApprovalError
from countersign.governance.ledger import Writing
from countersign.governance.projection import Entry
from countersign.governance.tables import PROPOSALS

Event = Literal[
    "pass",
    "block",
    "edit",
    "approve_in_part",
    "approve",
    "reject",
    "send_back",
    "expire",
    "supersede",
    "go_stale",
    "publish",
    "fail_to_publish",
]

# Nothing but `approve` leads to approved, and only a person's decision carries it.
TRANSITIONS: dict[tuple[ProposalState, Event], ProposalState] = {
    ("checking", "pass"): "pending",
    ("checking", "block"): "blocked",
    ("blocked", "edit"): "checking",
    ("blocked", "reject"): "rejected",
    ("blocked", "send_back"): "sent_back",
    ("blocked", "expire"): "expired",
    ("blocked", "supersede"): "superseded",
    ("pending", "edit"): "checking",
    ("pending", "approve_in_part"): "pending",
    ("pending", "approve"): "approved",
    ("pending", "reject"): "rejected",
    ("pending", "send_back"): "sent_back",
    ("pending", "expire"): "expired",
    ("pending", "supersede"): "superseded",
    ("pending", "go_stale"): "stale",
    ("approved", "publish"): "published",
    ("approved", "fail_to_publish"): "publish_failed",
    ("approved", "go_stale"): "stale",
    ("publish_failed", "publish"): "published",
    ("publish_failed", "fail_to_publish"): "publish_failed",
    ("publish_failed", "go_stale"): "stale",
}

# Which kind of entry carries which events; `audit` holds old entries to the same table.
EVENTS_OF_KIND: dict[str, frozenset[Event]] = {
    "checked": frozenset({"pass", "block"}),
    "revised": frozenset({"edit"}),
    "decided": frozenset({"approve_in_part", "approve", "reject", "send_back"}),
    "expired": frozenset({"expire"}),
    "superseded": frozenset({"supersede"}),
    "stale": frozenset({"go_stale"}),
    "published": frozenset({"publish"}),
    "publish_failed": frozenset({"fail_to_publish"}),
}


@dataclass(frozen=True)
class Seen:
    """What the caller looked at: the proposal moves only if it is still exactly this."""

    proposal_id: str
    state: ProposalState
    revision: int
    digest: str


def next_state(state: ProposalState, event: Event) -> ProposalState:
    """Where an event leads.

    Raises:
        ApprovalError: the event cannot happen in this state.
    """
    if (state, event) not in TRANSITIONS:
        raise ApprovalError(
            f"This proposal is {state.replace('_', ' ')}: it cannot {event.replace('_', ' ')}.",
            found=f"state {state}",
            fix="run `countersign review list` to see what waits for a decision",
        )
    return TRANSITIONS[state, event]


def apply_transition(
    writing: Writing,
    seen: Seen,
    *,
    event: Event,
    kind: str,
    person: str,
    at: datetime,
    fields: Mapping[str, object] | None = None,
    bodies: Mapping[str, bytes] | None = None,
) -> Entry:
    """Move one proposal along the table and append the entry that says so, in the caller's transaction.

    Args:
        seen: what the caller looked at (compare-and-set on state, revision and digest).
        kind: the entry's kind; must be one that carries `event`.
        fields: what else the entry says, e.g. the new revision and digest of an edit.

    Raises:
        ApprovalError: the event is not in the table, or the proposal changed meanwhile.
    """
    if event not in EVENTS_OF_KIND[kind]:
        raise ValueError(f"an entry of kind {kind!r} does not carry {event!r}")
    to = next_state(seen.state, event)
    unchanged = update(PROPOSALS).values(state=to)
    for name, value in (
        ("id", seen.proposal_id),
        ("state", seen.state),
        ("revision", seen.revision),
        ("digest", seen.digest),
    ):
        unchanged = unchanged.where(PROPOSALS.c[name] == value)
    if writing.connection.execute(unchanged).rowcount != 1:
        raise ApprovalError(
            "The proposal changed while you looked at it.",
            found=f"{seen.proposal_id} is no longer {seen.state}, revision {seen.revision}, "
            f"digest {seen.digest[:16]}",
            fix=f"look again: `countersign review show {seen.proposal_id}`",
        )
    said: dict[str, object] = {
        "proposal_id": seen.proposal_id,
        "event": event,
        "from": seen.state,
        "to": to,
        "revision": seen.revision,
        "digest": seen.digest,
    }
    return writing.append(kind, person=person, at=at, fields={**said, **(fields or {})}, bodies=bodies)
