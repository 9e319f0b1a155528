"""The first ledger: entries, bodies and their projection; triggers against careless edits."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _text(name: str, *, optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=optional)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, autoincrement=False)


def upgrade() -> None:
    """Create every table of the first version."""
    _create_chain()
    _create_reviews()
    _create_publishing()
    _create_people()
    _refuse_edits()


def _create_chain() -> None:
    op.create_table(
        "entries",
        _whole("seq"),
        *(_text(name) for name in ("at", "kind", "person", "payload", "previous", "hash")),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("hash"),
    )
    op.create_table(
        "bodies",
        _text("digest"),
        sa.Column("data", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )


def _create_reviews() -> None:
    op.create_table(
        "proposals",
        _text("id"),
        _whole("revision"),
        *(_text(name) for name in ("digest", "state", "title", "agent", "subject", "category", "tier")),
        _whole("required_approvals"),
        *(_text(name) for name in ("snapshot_id", "policy_version", "created_at", "expires_at")),
        _text("replaces", optional=True),
        _whole("attempts"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("proposals_by_state", "proposals", ["state", "created_at"])
    op.create_index("proposals_by_subject", "proposals", ["subject"])
    op.create_table(
        "revisions",
        _text("proposal_id"),
        _whole("revision"),
        *(_text(name) for name in ("digest", "draft", "html", "markdown", "checks")),
        _text("diff", optional=True),
        *(_text(name) for name in ("author", "made_at")),
        sa.PrimaryKeyConstraint("proposal_id", "revision"),
    )
    op.create_index("revisions_by_digest", "revisions", ["digest"])
    op.create_table(
        "decisions",
        _whole("seq"),
        _text("proposal_id"),
        _whole("revision"),
        *(_text(name) for name in ("digest", "person", "role", "verdict", "answers")),
        _text("reason", optional=True),
        *(_text(name) for name in ("authenticated_by", "decided_at")),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("decisions_by_proposal", "decisions", ["proposal_id"])


def _create_publishing() -> None:
    op.create_table(
        "outbox",
        *(_text(name) for name in ("digest", "channel", "proposal_id", "idempotency_key", "state")),
        *(_text(name) for name in ("slug", "ledger_head")),
        *(_text(name, optional=True) for name in ("receipt", "published_at")),
        sa.PrimaryKeyConstraint("digest", "channel"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("outbox_by_state", "outbox", ["state"])


def _create_people() -> None:
    op.create_table(
        "codes",
        *(_text(name) for name in ("hash", "purpose", "person")),
        *(_text(name, optional=True) for name in ("proposal_id", "digest")),
        *(_text(name) for name in ("minted_at", "expires_at", "state")),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("codes_by_person", "codes", ["person", "purpose"])
    op.create_table(
        "credentials",
        *(_text(name) for name in ("person", "password", "set_at", "set_by")),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "sessions",
        *(_text(name) for name in ("hash", "person", "opened_at", "expires_at", "state")),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("sessions_by_person", "sessions", ["person"])
    op.create_table(
        "refusals",
        _whole("seq"),
        *(_text(name) for name in ("what", "person", "at")),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("refusals_by_person", "refusals", ["person", "what", "at"])


def _refuse_edits() -> None:
    # A speed bump, not a wall: who may write the file may also drop the trigger. `audit verify`
    # notices both the edit and the missing trigger.
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete"):
            op.execute(
                f"create trigger entries_refuse_{action} before {action} on entries "
                "begin select raise(abort, 'ledger entries are append-only'); end"
            )
        return
    op.execute(
        "create function entries_refuse_edit() returns trigger language plpgsql as "
        "$$ begin raise exception 'ledger entries are append-only'; end $$"
    )
    op.execute(
        "create trigger entries_refuse_edit before update or delete or truncate on entries "
        "for each statement execute function entries_refuse_edit()"
    )
