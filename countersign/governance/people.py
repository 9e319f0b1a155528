"""Proving who somebody is: passwords set once, sessions, and the token file of the command line.

Only hashes are kept: argon2 of passwords, SHA-256 of tokens and setup codes (both 60 bits of
chance or more). A person's id alone proves nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from countersign.core.errors import ApprovalError
from countersign.core.hashing import sha256_hex
from countersign.core.settings import Settings
from countersign.core.workspace import Workspace
from countersign.governance import token_file
from countersign.governance.ledger import Ledger, Writing, read_body, stamp
from countersign.governance.roster import Person, read_people, read_person
from countersign.governance.tables import CODES, CREDENTIALS, REFUSALS, SESSIONS

if TYPE_CHECKING:
    from pwdlib import PasswordHash

MIN_PASSWORD_LENGTH = 12
SESSION_HOURS = 12
SETUP_CODE_HOURS = 72
MAX_REFUSALS = 5
REFUSAL_WINDOW = timedelta(minutes=15)
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that reads like another


@dataclass(frozen=True)
class SignedIn:
    """A person who proved who they are; `session` is the hash of their token in the ledger."""

    person: Person
    session: str


@dataclass(frozen=True)
class Token:
    """A new session's secret; it is shown to nobody and written to the token file only."""

    person: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True)
class DemoSignIn:
    """How one demo person signs in; printed once, kept nowhere."""

    person: Person
    password: str


def new_code() -> str:
    """A code people can type: 12 letters and digits (59 bits), in groups of four."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def hash_code(code: str) -> str:
    """The hash the ledger keeps of a code, however it was typed (case, spaces, dashes)."""
    return sha256_hex("".join(letter for letter in code.upper() if letter.isalnum()).encode())


def invite(ledger: Ledger, workspace: Workspace, *, person: str, by: SignedIn | None, at: datetime) -> str:
    """Mint a setup code with which a person sets their password once.

    Args:
        by: who invites: needs the role engineer. None only while nobody has a password yet.

    Raises:
        ApprovalError: the person is unknown, or the inviter may not invite.
    """
    invited = read_person(workspace, person)
    code = new_code()
    with ledger.write() as writing:
        if by is None:
            _check_nobody_has_a_password(writing.connection)
        else:
            check_session(writing.connection, by, at=at)
            check_role(workspace, by, role="engineer", deed="invite people")
        fields = {
            "hash": hash_code(code),
            "purpose": "setup",
            "for_person": invited.id,
            "proposal_id": None,
            "digest": None,
            "expires_at": stamp(at + timedelta(hours=SETUP_CODE_HOURS)),
        }
        writing.append("code_minted", person=by.person.id if by else "countersign", at=at, fields=fields)
    return code


def set_password(
    ledger: Ledger, workspace: Workspace, *, person: str, password: str, setup_code: str, at: datetime
) -> None:
    """Set a person's password with the setup code they were given; ends their other sessions.

    Raises:
        ApprovalError: the password is short, or the code is wrong, used, expired or somebody else's.
    """
    _check_password(password)
    known = read_person(workspace, person)
    hashed = _passwords().hash(password).encode()
    with ledger.write() as writing:
        check_not_refused_often(writing.connection, known.id, what="setup", at=at)
        code = hash_code(setup_code)
        row = writing.connection.execute(select(CODES).where(CODES.c.hash == code)).first()
        is_good = (
            row is not None
            and (row.purpose, row.person, row.state) == ("setup", known.id, "minted")
            and stamp(at) < row.expires_at
        )
        if is_good:
            _store_password(writing, known.id, hashed=hashed, by=known.id, code=code, at=at)
        else:
            writing.append("refused", person=known.id, at=at, fields={"what": "setup"})
    if not is_good:
        raise ApprovalError(
            "This setup code does not set this password.",
            found=f"a code that is not {known.id}'s, or is used or expired",
            fix=f"ask an engineer for a new one: `countersign people invite {known.id}`",
        )


def create_demo_people(ledger: Ledger, workspace: Workspace, *, at: datetime) -> tuple[DemoSignIn, ...]:
    """Give everybody in config/people.yaml who has no password a random one, to be printed once.

    For demonstrations: whoever runs this learns every password.
    """
    created = []
    with ledger.write() as writing:
        known: set[str] = set(writing.connection.execute(select(CREDENTIALS.c.person)).scalars())
        for person in read_people(workspace):
            if person.active and person.id not in known:
                password = new_code().lower()
                hashed = _passwords().hash(password).encode()
                _store_password(writing, person.id, hashed=hashed, by="countersign", code=None, at=at)
                created.append(DemoSignIn(person, password))
    return tuple(created)


def sign_in(
    ledger: Ledger,
    workspace: Workspace,
    settings: Settings,
    *,
    person: str,
    password: str,
    at: datetime,
) -> Token:
    """Check a password and open a session of 12 hours, kept in the token file.

    Raises:
        ApprovalError: unknown person, wrong password, or too many attempts; wrong and unknown read alike.
    """
    secret = secrets.token_urlsafe(32)
    expires_at = at + timedelta(hours=SESSION_HOURS)
    is_known = any(known.id == person and known.active for known in read_people(workspace))
    with ledger.read() as connection:
        check_not_refused_often(connection, person, what="sign_in", at=at)
        hashed = _password_hash(connection, person) if is_known else None
    # Argon2 takes a while by design; other writers need not wait for it.
    is_right = hashed is not None and _passwords().verify(password, hashed)
    with ledger.write() as writing:
        is_right = is_right and _password_hash(writing.connection, person) == hashed
        if is_right:
            fields = {"hash": sha256_hex(secret.encode()), "expires_at": stamp(expires_at)}
            writing.append("signed_in", person=person, at=at, fields=fields)
        elif is_known:
            writing.append("refused", person=person, at=at, fields={"what": "sign_in"})
    if not is_right:
        raise ApprovalError(
            "This person and password do not fit together.",
            found=f"person {person}",
            fix="try again; a new password needs a setup code (`countersign people invite`)",
        )
    token = Token(person, secret=secret, expires_at=expires_at)
    token_file.keep(settings.token_file, workspace, person=person, secret=secret)
    return token


def sign_out(ledger: Ledger, workspace: Workspace, settings: Settings, *, at: datetime) -> None:
    """Close the session in the token file and forget its token; nothing happens without one."""
    kept = token_file.read(settings.token_file, workspace)
    if kept is None:
        return
    hashed = sha256_hex(kept.secret.encode())
    with ledger.write() as writing:
        row = writing.connection.execute(select(SESSIONS).where(SESSIONS.c.hash == hashed)).first()
        if row is not None and row.state == "open":
            writing.append("signed_out", person=row.person, at=at, fields={"hash": hashed})
    token_file.forget(settings.token_file, workspace)


def signed_in_person(ledger: Ledger, workspace: Workspace, settings: Settings, *, at: datetime) -> SignedIn:
    """Who the token file proves is here.

    Raises:
        ApprovalError: nobody is signed in, or the session ended.
    """
    kept = token_file.read(settings.token_file, workspace)
    if kept is None:
        raise not_signed_in("no token for this workspace")
    session = sha256_hex(kept.secret.encode())
    with ledger.read() as connection:
        row = connection.execute(select(SESSIONS).where(SESSIONS.c.hash == session)).first()
        if row is None:
            raise not_signed_in("a token that this ledger did not give out")
        signed_in = SignedIn(read_person(workspace, row.person), session=session)
        check_session(connection, signed_in, at=at)
    return signed_in


def check_session(connection: Connection, signed_in: SignedIn, *, at: datetime) -> None:
    """Refuse a session that the ledger does not hold open for this person.

    Raises:
        ApprovalError: unknown, closed, expired, or somebody else's.
    """
    row = connection.execute(select(SESSIONS).where(SESSIONS.c.hash == signed_in.session)).first()
    if row is None or row.person != signed_in.person.id or row.state != "open":
        raise not_signed_in("a session that is closed")
    if stamp(at) >= row.expires_at:
        raise not_signed_in(f"a session that ended at {row.expires_at[:16]} UTC")


def check_role(workspace: Workspace, signed_in: SignedIn, *, role: str, deed: str) -> None:
    """Refuse somebody whose roles, as config/people.yaml has them now, do not include `role`.

    Raises:
        ApprovalError: they do not.
    """
    roles = read_person(workspace, signed_in.person.id).roles
    if role not in roles:
        raise ApprovalError(
            f"You may not {deed}.",
            found=f"{signed_in.person.id} has the roles {', '.join(roles) or 'none'}",
            fix=f"ask somebody with the role {role}",
        )


def check_not_refused_often(connection: Connection, person: str, *, what: str, at: datetime) -> None:
    """Refuse a person's next attempt after 5 refusals in 15 minutes.

    Raises:
        ApprovalError: too many refusals.
    """
    is_recent = (
        (REFUSALS.c.person == person)
        & (REFUSALS.c.what == what)
        & (REFUSALS.c.at > stamp(at - REFUSAL_WINDOW))
    )
    refused = connection.execute(select(func.count()).select_from(REFUSALS).where(is_recent)).scalar_one()
    if refused >= MAX_REFUSALS:
        raise ApprovalError(
            "Too many attempts failed.",
            found=f"{refused} refusals for {person} in the last 15 minutes",
            fix="wait 15 minutes, then try again",
        )


def has_password(ledger: Ledger, person: str) -> bool:
    """Whether a person has set a password."""
    with ledger.read() as connection:
        return _password_hash(connection, person) is not None


def has_any_password(ledger: Ledger) -> bool:
    """Whether anybody has a password; until then the first engineer may be invited by whoever is here."""
    with ledger.read() as connection:
        return connection.execute(select(CREDENTIALS.c.person).limit(1)).first() is not None


def not_signed_in(found: str) -> ApprovalError:
    """The refusal for somebody who has not proved who they are."""
    return ApprovalError(
        "Nobody is signed in here.",
        found=found,
        fix="run `countersign login --person YOUR_ID`",
    )


@cache
def _passwords() -> "PasswordHash":
    from pwdlib import PasswordHash

    return PasswordHash.recommended()


def _password_hash(connection: Connection, person: str) -> str | None:
    is_theirs = CREDENTIALS.c.person == person
    digest = connection.execute(select(CREDENTIALS.c.password).where(is_theirs)).scalar()
    return read_body(connection, digest).decode() if digest else None


def _store_password(
    writing: Writing, person: str, *, hashed: bytes, by: str, code: str | None, at: datetime
) -> None:
    is_theirs = (SESSIONS.c.person == person) & (SESSIONS.c.state == "open")
    fields = {
        "for_person": person,
        "is_first": _password_hash(writing.connection, person) is None,
        "sessions": list(writing.connection.execute(select(SESSIONS.c.hash).where(is_theirs)).scalars()),
        "code": code,
    }
    writing.append("password_set", person=by, at=at, fields=fields, bodies={"password": hashed})


def _check_password(password: str) -> None:
    if len(password) < MIN_PASSWORD_LENGTH or len(set(password)) < 5:
        raise ApprovalError(
            "The password is too easy.",
            found=f"{len(password)} characters, {len(set(password))} different",
            fix=f"use {MIN_PASSWORD_LENGTH} characters or more, e.g. four words",
        )


def _check_nobody_has_a_password(connection: Connection) -> None:
    if connection.execute(select(CREDENTIALS.c.person).limit(1)).first() is not None:
        raise not_signed_in("people of this workspace have passwords, so an invitation needs a person")
