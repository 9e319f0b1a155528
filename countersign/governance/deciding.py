"""A person's decision on exactly the bytes they looked at, and who may take it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from countersign.core.choices import Chosen
from countersign.core.contracts import Decision, DecisionVerdict
from countersign.core.errors import ApprovalError
from countersign.core.workspace import Workspace
from countersign.governance.choosing import checked_choices
from countersign.governance.inputs import check_inputs
from countersign.governance.ledger import Ledger, Writing, read_entry, stamp
from countersign.governance.noting import check_note
from countersign.governance.outbox import outbox_for
from countersign.governance.people import SignedIn, check_session
from countersign.governance.policy import Policy, read_policy
from countersign.governance.proposals import decision_of, material_of, row_of, seen_of
from countersign.governance.proposing import expire
from countersign.governance.roster import Person, read_person
from countersign.governance.tables import DECISIONS, REVISIONS
from countersign.governance.transitions import Event, apply_transition
from countersign.reports.note import Note


@dataclass(frozen=True)
class Verdict:
    """What a person says of a proposal, whichever way they came in."""

    verdict: DecisionVerdict
    answers: Mapping[str, str]
    reason: str = ""
    note: str = ""
    choices: Mapping[int, Chosen] = field(default_factory=dict)

    @property
    def bodies(self) -> dict[str, bytes]:
        """The words that its entry names."""
        said = {"reason": self.reason, "note": self.note}
        return {name: text.encode() for name, text in said.items() if text}


def decide(
    ledger: Ledger,
    workspace: Workspace,
    *,
    proposal_id: str,
    digest: str,
    person: SignedIn,
    verdict: DecisionVerdict,
    answers: Mapping[str, str] | None = None,
    reason: str = "",
    note: str = "",
    choices: Mapping[int, Chosen] | None = None,
    at: datetime,
    revision: int | None = None,
) -> Decision:
    """Record what a signed-in person decides on exactly one digest; the last approval needed approves.

    The approval and its publication's outbox row are one transaction; `publishing.publish_due` sends it.

    Args:
        digest: of what the person looked at; anything else is refused.
        answers: review question -> yes or no; approving needs a yes to each of the policy's questions.
        reason: required to reject or send back.
        note: what it means and what they chose to do; published beside what they approve.
        choices: what they chose for actions, by number from 1; the others are as proposed.

    Raises:
        ApprovalError: not signed in, not allowed, too late, or no longer these bytes.
    """
    said = Verdict(
        verdict, answers=answers or {}, reason=reason.strip(), note=note.strip(), choices=choices or {}
    )
    with ledger.write() as writing:
        check_session(writing.connection, person, at=at)
        row = row_of(writing.connection, proposal_id)
        is_expired = row.state in ("pending", "blocked") and stamp(at) >= row.expires_at
        if is_expired:
            expire(writing, row, at=at)
        else:
            if revision is not None and revision != row.revision:
                raise not_these_bytes(proposal_id, f"revision {row.revision}, not {revision}")
            entry_seq = record_decision(
                writing,
                workspace,
                row=row,
                digest=digest,
                person_id=person.person.id,
                said=said,
                authenticated_by=f"session:{person.session}",
                at=at,
            )
            return read_decision(writing.connection, entry_seq)
    raise _too_late(proposal_id, row.expires_at)


def record_decision(
    writing: Writing,
    workspace: Workspace,
    *,
    row: Row[Any],
    digest: str,
    person_id: str,
    said: Verdict,
    authenticated_by: str,
    at: datetime,
    code: str | None = None,
) -> int:
    """Check a decision against policy and record it, in the caller's transaction; returns its entry's number.

    Raises:
        ApprovalError: the person, the state, the digest, the policy or the answers do not allow it.
    """
    if digest != row.digest:
        raise not_these_bytes(row.id, f"digest {row.digest[:16]}, not {digest[:16]}")
    policy = read_policy(workspace)
    person = read_person(workspace, person_id)
    role = _role_for(person, row, policy=policy, verdict=said.verdict)
    event: Event
    outbox: list[dict[str, str]] = []
    choices: dict[str, Chosen] = {}
    if said.verdict == "approve":
        _check_may_approve(row, policy=policy, said=said)
        event = _approval_event(writing.connection, row, person=person, role=role, policy=policy)
        material = material_of(writing.connection, row.id, revision=row.revision)
        check_inputs(writing.connection, material.draft)
        choices = {str(number): one for number, one in checked_choices(said.choices, material.draft).items()}
        said_by = Note(person.id, role, at=at, text=said.note)
        check_note(said_by, material, policy=policy, is_needed=policy.category(row.category).needs_note)
        if event == "approve":
            outbox = outbox_for(row, material.draft)
    else:
        _check_may_refuse(said)
        event = said.verdict
    fields: dict[str, object] = {
        "role": role,
        "verdict": said.verdict,
        "answers": dict(said.answers),
        "choices": choices,
        "authenticated_by": authenticated_by,
        "code": code,
        "outbox": outbox,
    }
    entry = apply_transition(
        writing,
        seen_of(row),
        event=event,
        kind="decided",
        person=person.id,
        at=at,
        fields=fields,
        bodies=said.bodies,
    )
    return entry.seq


def has_valid_approval(ledger: Ledger, proposal_id: str, digest: str) -> Decision | None:
    """The decision that approved exactly this digest, if the ledger holds all the approvals it needs.

    It trusts the chain, not the current-state rows: every approval's entry must still match its hash.

    Raises:
        ApprovalError: an approval was changed in the ledger.
    """
    with ledger.read() as connection:
        row = row_of(connection, proposal_id)
        if row.digest != digest or row.state not in ("approved", "published", "publish_failed"):
            return None
        return approval_of(connection, row)


def approval_of(connection: Connection, row: Row[Any]) -> Decision | None:
    """As `has_valid_approval`, for a row and within a transaction."""
    approvals = approvals_of(connection, row)
    if len({approval.person for approval in approvals}) < row.required_approvals:
        return None
    for approval in approvals:
        entry = read_entry(connection, approval.seq)
        fields = entry.fields()
        said = (
            entry.kind,
            entry.person,
            fields.get("proposal_id"),
            fields.get("digest"),
            fields.get("verdict"),
        )
        if said != ("decided", approval.person, row.id, row.digest, "approve"):
            raise ApprovalError(
                "An approval does not match its entry in the ledger.",
                found=f"entry {approval.seq}",
                fix="run `countersign audit verify`; nothing is published until it is clean",
            )
    return decision_of(connection, approvals[-1])


def words_of(connection: Connection, row: Row[Any]) -> list[Decision]:
    """The approvals of the current digest with what their people said, oldest first."""
    return [decision_of(connection, approval) for approval in approvals_of(connection, row)]


def approvals_of(connection: Connection, row: Row[Any]) -> list[Row[Any]]:
    """The approvals of the current digest, oldest first; those of earlier revisions count for nothing."""
    is_approval = (
        (DECISIONS.c.proposal_id == row.id)
        & (DECISIONS.c.revision == row.revision)
        & (DECISIONS.c.digest == row.digest)
        & (DECISIONS.c.verdict == "approve")
    )
    return list(connection.execute(select(DECISIONS).where(is_approval).order_by(DECISIONS.c.seq)))


def who_may_approve(workspace: Workspace, *, tier_roles: tuple[str, ...]) -> list[Person]:
    """The active people who have one of the roles."""
    from countersign.governance.roster import read_people

    return [person for person in read_people(workspace) if person.active and {*person.roles} & {*tier_roles}]


def not_these_bytes(proposal_id: str, found: str) -> ApprovalError:
    """The refusal of a decision on something else than what waits."""
    return ApprovalError(
        "This is not what waits for a decision any more.",
        found=f"{proposal_id} is at {found}",
        fix=f"look again: `countersign review show {proposal_id}`",
    )


def _role_for(person: Person, row: Row[Any], *, policy: Policy, verdict: DecisionVerdict) -> str:
    tier = policy.tier(row.tier)
    allowed = tier.approver_roles if verdict == "approve" else (*tier.approver_roles, *tier.editor_roles)
    # The role that the tier insists on first: it is what the approval is worth.
    for role in sorted(allowed, key=lambda name: name != tier.must_include):
        if role in person.roles:
            return role
    raise ApprovalError(
        f"You may not {verdict.replace('_', ' ')} this.",
        found=f"{person.id} has the roles {', '.join(person.roles) or 'none'}",
        fix=f"ask somebody with the role {' or '.join(allowed)} ({row.category}: tier {row.tier})",
    )


def _check_may_approve(row: Row[Any], *, policy: Policy, said: Verdict) -> None:
    if row.state == "blocked":
        raise ApprovalError(
            "A check blocks this proposal: it cannot be approved as it is.",
            found=f"{row.id} is blocked",
            fix=f"read why with `countersign review show {row.id}`, then edit it or send it back",
        )
    if policy.version != row.policy_version:
        raise ApprovalError(
            "The company's rules changed since this was checked.",
            found=f"policy {policy.version[:12]} now, {row.policy_version[:12]} then",
            fix=f"check it again under the new rules: `countersign review recheck {row.id}`",
        )
    missing = [name for name in policy.policies.review_questions if said.answers.get(name) != "yes"]
    if missing and row.state == "pending":
        raise ApprovalError(
            "Approving needs a yes to every review question.",
            found=f"no yes to {', '.join(missing)}",
            fix="answer them, or send the draft back with a reason",
        )


def _check_may_refuse(said: Verdict) -> None:
    if said.choices:
        raise ApprovalError(
            "Only an approval chooses what becomes of its actions.",
            found=said.verdict.replace("_", " "),
            fix="approve and leave what should not be done, or say no without a choice",
        )
    if not said.reason:
        raise ApprovalError(
            f"To {said.verdict.replace('_', ' ')} needs a reason.",
            found="no reason",
            fix="say what should change; whoever prepared the draft reads it",
        )


def _approval_event(
    connection: Connection, row: Row[Any], *, person: Person, role: str, policy: Policy
) -> Event:
    earlier = approvals_of(connection, row)
    if row.state == "pending" and person.id in {approval.person for approval in earlier}:
        raise ApprovalError(
            "You approved this already.",
            found=f"{len(earlier)} of {row.required_approvals} approvals",
            fix="somebody else has to give the next one",
        )
    approvers = {approval.person for approval in earlier} | {person.id}
    roles = {approval.role for approval in earlier} | {role}
    if len(approvers) < row.required_approvals:
        return "approve_in_part"
    needed = policy.tier(row.tier).must_include
    if needed and needed not in roles:
        raise ApprovalError(
            f"The last approval of a {row.category.replace('_', ' ')} proposal must include a {needed}.",
            found=f"approvals by {', '.join(sorted(roles))}",
            fix=f"ask somebody with the role {needed}",
        )
    authors = _authors(connection, row.id)
    if approvers <= authors and not policy.category(row.category).author_may_approve:
        raise ApprovalError(
            "Who edited a draft cannot be the only one to approve it.",
            found=f"edited and approved by {', '.join(sorted(approvers))}",
            fix="ask another approver to look at it",
        )
    return "approve"


def _authors(connection: Connection, proposal_id: str) -> set[str]:
    wanted = select(REVISIONS.c.author).where(REVISIONS.c.proposal_id == proposal_id)
    return set(connection.execute(wanted).scalars())


def read_decision(connection: Connection, seq: int) -> Decision:
    """The decision that one entry recorded."""
    row = connection.execute(select(DECISIONS).where(DECISIONS.c.seq == seq)).one()
    return decision_of(connection, row)


def _too_late(proposal_id: str, expires_at: str) -> ApprovalError:
    return ApprovalError(
        "The deadline has passed: this proposal expired and nothing was changed.",
        found=f"{proposal_id} expired at {expires_at[:16]} UTC",
        fix="run the pipeline again: it proposes a fresh draft",
    )
