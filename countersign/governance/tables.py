"""The ledger's tables. `entries` is authoritative; every other table can be rebuilt from it.

Times are ISO 8601 text in UTC, so that a byte means the same on SQLite and Postgres and no driver
rounds it. Digests are 64 hex digits of SHA-256.
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData()


def _text(name: str, *, key: bool = False, optional: bool = False, unique: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=optional, unique=unique)


def _whole(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=key, nullable=False, autoincrement=False)


ENTRIES = Table(
    "entries",
    METADATA,
    _whole("seq", key=True),
    _text("at"),
    _text("kind"),
    _text("person"),
    _text("payload"),
    _text("previous"),
    _text("hash", unique=True),
)
# Bytes by their digest; data is null once redacted by law, and an entry says so.
BODIES = Table("bodies", METADATA, _text("digest", key=True), Column("data", LargeBinary, nullable=True))
PROPOSALS = Table(
    "proposals",
    METADATA,
    _text("id", key=True),
    _whole("revision"),
    _text("digest"),
    _text("state"),
    _text("title"),
    _text("agent"),
    _text("subject"),
    _text("category"),
    _text("tier"),
    _whole("required_approvals"),
    _text("snapshot_id"),
    _text("policy_version"),
    _text("created_at"),
    _text("expires_at"),
    _text("replaces", optional=True),
    _whole("attempts"),
    Index("proposals_by_state", "state", "created_at"),
    Index("proposals_by_subject", "subject"),
)
REVISIONS = Table(
    "revisions",
    METADATA,
    _text("proposal_id", key=True),
    _whole("revision", key=True),
    _text("digest"),
    _text("draft"),
    _text("html"),
    _text("markdown"),
    _text("checks"),
    _text("diff", optional=True),
    _text("author"),
    _text("made_at"),
    Index("revisions_by_digest", "digest"),
)
DECISIONS = Table(
    "decisions",
    METADATA,
    _whole("seq", key=True),
    _text("proposal_id"),
    _whole("revision"),
    _text("digest"),
    _text("person"),
    _text("role"),
    _text("verdict"),
    _text("answers"),
    _text("reason", optional=True),
    _text("authenticated_by"),
    _text("decided_at"),
    Index("decisions_by_proposal", "proposal_id"),
)
OUTBOX = Table(
    "outbox",
    METADATA,
    _text("digest", key=True),
    _text("channel", key=True),
    _text("proposal_id"),
    _text("idempotency_key", unique=True),
    _text("state"),
    _text("slug"),
    _text("ledger_head"),
    _text("receipt", optional=True),
    _text("published_at", optional=True),
    Index("outbox_by_state", "state"),
)
CODES = Table(
    "codes",
    METADATA,
    _text("hash", key=True),
    _text("purpose"),
    _text("person"),
    _text("proposal_id", optional=True),
    _text("digest", optional=True),
    _text("minted_at"),
    _text("expires_at"),
    _text("state"),
    Index("codes_by_person", "person", "purpose"),
)
CREDENTIALS = Table(
    "credentials",
    METADATA,
    _text("person", key=True),
    _text("password"),
    _text("set_at"),
    _text("set_by"),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    _text("hash", key=True),
    _text("person"),
    _text("opened_at"),
    _text("expires_at"),
    _text("state"),
    Index("sessions_by_person", "person"),
)
REFUSALS = Table(
    "refusals",
    METADATA,
    _whole("seq", key=True),
    _text("what"),
    _text("person"),
    _text("at"),
    Index("refusals_by_person", "person", "what", "at"),
)
PROJECTION = (
    PROPOSALS,
    REVISIONS,
    DECISIONS,
    OUTBOX,
    CODES,
    CREDENTIALS,
    SESSIONS,
    REFUSALS,
)
