"""Single-use approval codes: what a person types into Prefect's form, where nobody can sign in.

A code is bound to one person, one proposal and one digest, lives 15 minutes and is stored hashed.
Trying one burns it; a wrong one is recorded and counted.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from countersign.core.choices import Chosen
from countersign.core.contracts import Decision, DecisionVerdict
from countersign.core.errors import ApprovalError
from countersign.core.workspace import Workspace
from countersign.governance.deciding import Verdict, not_these_bytes, read_decision, record_decision
from countersign.governance.ledger import Ledger, Writing, stamp
from countersign.governance.people import (
    SignedIn,
    check_not_refused_often,
    check_session,
    hash_code,
    new_code,
)
from countersign.governance.proposals import row_of
from countersign.governance.proposing import expire
from countersign.governance.tables import CODES

CODE_LIFE = timedelta(minutes=15)
MAX_CODES_AN_HOUR = 20


def mint_code(ledger: Ledger, *, person: SignedIn, proposal_id: str, digest: str, at: datetime) -> str:
    """Mint a code with which this person can decide this proposal once, within 15 minutes.

    Raises:
        ApprovalError: not signed in, not what waits any more, or too many codes in an hour.
    """
    code = new_code()
    who = person.person.id
    with ledger.write() as writing:
        check_session(writing.connection, person, at=at)
        row = row_of(writing.connection, proposal_id)
        if row.state != "pending" or row.digest != digest:
            raise not_these_bytes(proposal_id, f"state {row.state}, digest {row.digest[:16]}")
        is_recent = (
            (CODES.c.person == who)
            & (CODES.c.purpose == "approval")
            & (CODES.c.minted_at > stamp(at - timedelta(hours=1)))
        )
        minted = select(func.count()).select_from(CODES).where(is_recent)
        if writing.connection.execute(minted).scalar_one() >= MAX_CODES_AN_HOUR:
            raise ApprovalError(
                "You asked for too many codes.",
                found=f"{MAX_CODES_AN_HOUR} in the last hour",
                fix="use one of them, or decide with `countersign review approve`",
            )
        fields = {
            "hash": hash_code(code),
            "purpose": "approval",
            "for_person": who,
            "proposal_id": proposal_id,
            "digest": digest,
            "expires_at": stamp(at + CODE_LIFE),
        }
        writing.append("code_minted", person=who, at=at, fields=fields)
    return code


def redeem_code(
    ledger: Ledger,
    workspace: Workspace,
    *,
    code: str,
    proposal_id: str,
    verdict: DecisionVerdict,
    answers: Mapping[str, str] | None = None,
    reason: str = "",
    note: str = "",
    choices: Mapping[int, Chosen] | None = None,
    at: datetime,
    person: str | None = None,
    digest: str | None = None,
) -> Decision:
    """Decide with a code; it is burnt whatever comes of it, and every refusal is recorded.

    Args:
        person: who the form says is typing, where it asks; must be whose code it is.
        digest: what the form showed, where it knows; default is the code's own.

    Raises:
        ApprovalError: unknown, used, expired, another proposal's or another person's code, or a
            decision that this person may not take.
    """
    said = Verdict(
        verdict, answers=answers or {}, reason=reason.strip(), note=note.strip(), choices=choices or {}
    )
    hashed = hash_code(code)
    with ledger.write() as writing:
        check_not_refused_often(writing.connection, f"form:{proposal_id}", what="code", at=at)
        row = row_of(writing.connection, proposal_id)
        minted = writing.connection.execute(select(CODES).where(CODES.c.hash == hashed)).first()
        refusal = _refusal(minted, row, person=person, digest=digest, at=at)
        if refusal is None and stamp(at) >= row.expires_at:
            refusal = "a code for a proposal whose deadline has passed"
            expire(writing, row, at=at)
        if refusal is None and minted is not None:
            # A savepoint: when policy refuses the decision, the code must still end up burnt.
            try:
                with writing.connection.begin_nested():
                    seq = record_decision(
                        writing,
                        workspace,
                        row=row,
                        digest=digest or row.digest,
                        person_id=minted.person,
                        said=said,
                        authenticated_by=f"code:{hashed}",
                        code=hashed,
                        at=at,
                    )
                return read_decision(writing.connection, seq)
            except ApprovalError as error:
                denied = error
                _burn(writing, minted, proposal_id=proposal_id, why=error.problem, at=at)
        else:
            denied = _not_valid(refusal or "")
            _burn(writing, minted, proposal_id=proposal_id, why=refusal or "", at=at)
    raise denied


def _refusal(
    minted: Row[Any] | None, row: Row[Any], *, person: str | None, digest: str | None, at: datetime
) -> str | None:
    if minted is None or minted.purpose != "approval":
        return "a code that was never minted"
    if minted.state != "minted":
        return "a code that was used before"
    if stamp(at) >= minted.expires_at:
        return "a code that expired"
    if minted.proposal_id != row.id:
        return "a code for another proposal"
    if person is not None and minted.person != person:
        return "somebody else's code"
    if minted.digest != row.digest or (digest is not None and digest != row.digest):
        return "a code for an earlier version of this proposal"
    return None


def _burn(writing: Writing, minted: Row[Any] | None, *, proposal_id: str, why: str, at: datetime) -> None:
    if minted is not None and minted.purpose == "approval" and minted.state == "minted":
        writing.append("code_burnt", person=minted.person, at=at, fields={"hash": minted.hash})
    fields = {"what": "code", "proposal_id": proposal_id, "why": why}
    writing.append("refused", person=f"form:{proposal_id}", at=at, fields=fields)


def _not_valid(found: str) -> ApprovalError:
    return ApprovalError(
        "This code decides nothing.",
        found=found,
        fix="mint a new one with `countersign review code ID` and type it into this proposal's form",
    )
