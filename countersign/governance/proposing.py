"""Putting a draft before people: checks, the digest, one proposal for the same bytes, expiry."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from countersign.core.contracts import Category, CheckResult, Draft, Proposal
from countersign.core.errors import ApprovalError
from countersign.core.hashing import canonical_json, sha256_hex, short_id
from countersign.core.workspace import Workspace
from countersign.governance.checks import is_blocked, run_checks
from countersign.governance.ledger import Ledger, Writing, stamp
from countersign.governance.policy import Policy, read_policy
from countersign.governance.proposals import digest_of_material, proposal_of, row_of, seen_of
from countersign.governance.rendered import Rendered
from countersign.governance.tables import PROPOSALS, REVISIONS
from countersign.governance.transitions import Event, apply_transition
from countersign.reports.tokens import fill_plain

_MAY_BE_PROPOSED_AGAIN = ("expired", "superseded")
SYSTEM = "countersign"


def propose(
    ledger: Ledger,
    workspace: Workspace,
    draft: Draft,
    *,
    html: str,
    markdown: str,
    category: Category,
    at: datetime,
    policy: Policy | None = None,
    replaces: str | None = None,
) -> Proposal:
    """Check a rendered draft and put it before people; the same bytes are one proposal however often.

    An older proposal of the same agent, kind and period that still waits is superseded.

    Args:
        html, markdown: exactly what would be published.
        policy: default is the workspace's own (config/policies.yaml, config/brand.yaml).
        replaces: id of the proposal that was sent back and that this one answers.

    Returns:
        The proposal: pending, or blocked by a check; or the one that these bytes already have.

    Raises:
        SettingsError: the policy cannot be read.
        ApprovalError: the draft holds numbers "stated by" a person: only an edit may add those.
    """
    if draft.stated:
        raise ApprovalError(
            "An agent cannot state a number in a person's name.",
            found=", ".join(f"{text} by {person}" for text, person in draft.stated.items())[:200],
            fix="bind the number to a fact; only people state numbers, by editing",
        )
    policy = policy or read_policy(workspace)
    revision = Revision(draft, html=html, markdown=markdown, policy=policy)
    with ledger.write() as writing:
        known = _proposal_of_digest(writing.connection, revision.digest)
        if known is not None and known.state not in _MAY_BE_PROPOSED_AGAIN:
            return proposal_of(known)
        return _append_proposal(writing, revision, category=category, replaces=replaces, at=at)


class Revision:
    """One revision's bytes and digest, ready to be written."""

    def __init__(self, draft: Draft, *, html: str, markdown: str, policy: Policy) -> None:
        self.draft = draft
        self.policy = policy
        self._files = {
            "draft": canonical_json(draft),
            "html": html.encode(),
            "markdown": markdown.encode(),
        }
        digests = {name: sha256_hex(data) for name, data in self._files.items()}
        self.digest = digest_of_material(
            **digests, snapshot_id=draft.snapshot_id, policy_version=policy.version
        )

    def check(self, *, waiting: int = 0) -> tuple[CheckResult, ...]:
        """What every check says of this revision; `waiting` counts the agent's other drafts."""
        html, markdown = (self._files[name].decode() for name in ("html", "markdown"))
        rendered = Rendered(self.draft, html=html, markdown=markdown, waiting=waiting)
        return run_checks(rendered, policy=self.policy)

    def fields(self, proposal_id: str, *, number: int) -> dict[str, object]:
        """The fields that every entry of a new revision has."""
        return {
            "proposal_id": proposal_id,
            "revision": number,
            "digest": self.digest,
            "title": plain_title(self.draft),
            "policy_version": self.policy.version,
        }

    def bodies(self, checks: Iterable[CheckResult], *, diff: str = "") -> dict[str, bytes]:
        """The bytes that the entry names."""
        results = [result.model_dump(mode="json") for result in checks]
        bodies = {**self._files, "checks": canonical_json(results)}
        return {**bodies, "diff": diff.encode()} if diff else bodies


def _append_proposal(
    writing: Writing, revision: Revision, *, category: Category, replaces: str | None, at: datetime
) -> Proposal:
    draft, rule = revision.draft, revision.policy.category(category)
    number = _count_digest(writing.connection, revision.digest)
    proposal_id = short_id("p-", {"digest": revision.digest, "number": number})
    _supersede_older(writing, subject=subject_of(draft), by=proposal_id, at=at)
    checks = revision.check(waiting=count_waiting(writing.connection, agent=draft.agent, but_not=proposal_id))
    fields = {
        **revision.fields(proposal_id, number=1),
        "agent": draft.agent,
        "subject": subject_of(draft),
        "category": category,
        "tier": rule.tier,
        "required_approvals": rule.required_approvals,
        "snapshot_id": draft.snapshot_id,
        "expires_at": stamp(at + timedelta(hours=rule.expires_after_hours)),
        "replaces": replaces,
    }
    author = f"agent:{draft.agent}"
    writing.append("proposed", person=author, at=at, fields=fields, bodies=revision.bodies(checks))
    settle_checks(writing, proposal_id, checks=checks, at=at)
    return proposal_of(row_of(writing.connection, proposal_id))


def expire_due(ledger: Ledger, *, at: datetime) -> list[Proposal]:
    """Expire what waited past its deadline: no change is made anywhere, nothing is ever approved.

    Returns:
        The proposals that expired now.
    """
    is_due = PROPOSALS.c.state.in_(("pending", "blocked")) & (PROPOSALS.c.expires_at <= stamp(at))
    expired = []
    with ledger.write() as writing:
        for row in writing.connection.execute(select(PROPOSALS).where(is_due)).all():
            expire(writing, row, at=at)
            expired.append(proposal_of(row_of(writing.connection, row.id)))
    return expired


def expire(writing: Writing, row: Row[Any], *, at: datetime) -> None:
    """Expire one proposal, in the caller's transaction."""
    apply_transition(writing, seen_of(row), event="expire", kind="expired", person=SYSTEM, at=at)


def settle_checks(writing: Writing, proposal_id: str, *, checks: Iterable[CheckResult], at: datetime) -> None:
    """Move a proposal out of `checking`, to pending or blocked."""
    event: Event = "block" if is_blocked(checks) else "pass"
    seen = seen_of(row_of(writing.connection, proposal_id))
    apply_transition(writing, seen, event=event, kind="checked", person=SYSTEM, at=at)


def next_attempt(ledger: Ledger, proposal_id: str, *, at: datetime) -> int:
    """Count one more time that a proposal is shown as a paused run: 1, 2, 3, ...

    The number makes each pause's key new: a pause whose key was used before gets the old answer.
    """
    with ledger.write() as writing:
        attempt: int = row_of(writing.connection, proposal_id).attempts + 1
        fields = {"proposal_id": proposal_id, "attempt": attempt}
        writing.append("asked", person=SYSTEM, at=at, fields=fields)
    return attempt


def subject_of(draft: Draft) -> str:
    """What a draft is about: a newer draft of the same subject replaces one that still waits.

    What needs attention now is about now: today's replaces yesterday's, whatever day each was judged up to.
    So is a scorecard.
    """
    if draft.kind in ("alert", "scorecard"):
        return f"{draft.agent}|{draft.kind}|now"
    period = f"{draft.period.start}..{draft.period.end}" if draft.period else "undated"
    return f"{draft.agent}|{draft.kind}|{period}"


def plain_title(draft: Draft) -> str:
    """The draft's title on one line, tokens filled in."""
    return re.sub(r"\s+", " ", fill_plain(draft.title, draft)).strip()[:200] or draft.kind


def _proposal_of_digest(connection: Connection, digest: str) -> Row[Any] | None:
    # Any revision counts: a pipeline that runs again must not overwrite what a person edited since.
    newest = (
        select(PROPOSALS)
        .join(REVISIONS, REVISIONS.c.proposal_id == PROPOSALS.c.id)
        .where(REVISIONS.c.digest == digest)
        .order_by(PROPOSALS.c.created_at.desc(), PROPOSALS.c.id)
        .limit(1)
    )
    return connection.execute(newest).first()


def _count_digest(connection: Connection, digest: str) -> int:
    same = select(func.count()).select_from(REVISIONS).where(REVISIONS.c.digest == digest)
    return connection.execute(same).scalar_one()


def count_waiting(connection: Connection, *, agent: str, but_not: str) -> int:
    """How many of an agent's other proposals wait for approval; blocked ones reach no approver."""
    is_waiting = (PROPOSALS.c.agent == agent) & (PROPOSALS.c.state == "pending") & (PROPOSALS.c.id != but_not)
    return connection.execute(select(func.count()).select_from(PROPOSALS).where(is_waiting)).scalar_one()


def _supersede_older(writing: Writing, *, subject: str, by: str, at: datetime) -> None:
    is_older = (PROPOSALS.c.subject == subject) & PROPOSALS.c.state.in_(("pending", "blocked"))
    for row in writing.connection.execute(select(PROPOSALS).where(is_older)).all():
        apply_transition(
            writing,
            seen_of(row),
            event="supersede",
            kind="superseded",
            person=SYSTEM,
            at=at,
            fields={"by": by},
        )
