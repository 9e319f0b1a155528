"""The ledger: an append-only chain of entries, the bodies it names, and the current state it implies.

SQLite (WAL) in the workspace by default, Postgres by `COUNTERSIGN_LEDGER_URL`. Every change is one
transaction that appends one or more entries and applies what they mean (projection.py). One writer at a
time: `begin immediate` on SQLite, an advisory lock on Postgres, so the chain never forks.
"""

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, insert, select, text, update
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from countersign.core.errors import ApprovalError, LockedError, SettingsError
from countersign.core.hashing import canonical_json, digest_of, sha256_hex
from countersign.core.settings import Settings
from countersign.core.workspace import Workspace
from countersign.governance import migrations
from countersign.governance.projection import Entry, writes_of
from countersign.governance.tables import BODIES, ENTRIES, METADATA

FIRST_HEAD = "0" * 64
_BUSY_TIMEOUT_S = 30
_BUSY_ATTEMPTS = 6
_POSTGRES_LOCK = 0x0C0DE516


def stamp(at: datetime) -> str:
    """An instant as the ledger writes it.

    Raises:
        ValueError: the time has no zone.

    >>> stamp(datetime(2026, 3, 2, 9, tzinfo=UTC))
    '2026-03-02T09:00:00.000000+00:00'
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def hash_entry(*, seq: int, at: str, kind: str, person: str, payload: str, previous: str) -> str:
    """The hash of one entry: every column but the hash itself, and the hash before it."""
    columns = {"seq": seq, "at": at, "kind": kind, "person": person, "payload": payload, "previous": previous}
    return digest_of(columns)


@dataclass(frozen=True)
class Writing:
    """One open write transaction; nothing is kept unless the block ends without an error."""

    connection: Connection

    def head(self) -> Entry | None:
        """The newest entry, or None in an empty ledger."""
        return read_head(self.connection)

    def append(
        self,
        kind: str,
        *,
        person: str,
        at: datetime,
        fields: Mapping[str, object],
        bodies: Mapping[str, bytes] | None = None,
    ) -> Entry:
        """Append one entry, store the bodies it names and apply what it means to the projection.

        Args:
            kind: one of the kinds in projection.py.
            person: who did it: a person's id, `agent:NAME` or `countersign`.
            fields: the payload; must be JSON.
            bodies: bytes by name; the chain holds their digests only.

        Raises:
            ApprovalError: the projection does not fit the entry (someone changed the ledger by hand).
        """
        digests = {name: self._store(data) for name, data in (bodies or {}).items()}
        named = {**fields, "bodies": {**_named(fields), **digests}}
        last = self.head()
        columns: dict[str, Any] = {
            "seq": last.seq + 1 if last else 1,
            "at": stamp(at),
            "kind": kind,
            "person": person,
            "payload": canonical_json(named).decode(),
            "previous": last.hash if last else FIRST_HEAD,
        }
        entry = Entry(**columns, hash=hash_entry(**columns))
        writes = writes_of(entry)
        self.connection.execute(insert(ENTRIES).values(**columns, hash=entry.hash))
        for write in writes:
            table = METADATA.tables[write.table]
            if write.is_new:
                self.connection.execute(insert(table).values(**write.key, **write.values))
                continue
            change = update(table).values(**write.values)
            for name, value in write.key.items():
                change = change.where(table.c[name] == value)
            if self.connection.execute(change).rowcount != 1:
                raise _damaged(f"no {write.table} row for {write.key}")
        return entry

    def _store(self, data: bytes) -> str:
        digest = sha256_hex(data)
        known = self.connection.execute(select(BODIES.c.digest).where(BODIES.c.digest == digest)).first()
        if known is None:
            self.connection.execute(insert(BODIES).values(digest=digest, data=data))
        return digest


@dataclass(frozen=True)
class Ledger:
    """An open ledger; safe to share between threads, each use takes its own connection."""

    engine: Engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view of the ledger."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """One transaction, alone: waits for other writers and commits when the block ends.

        Raises:
            LockedError: another process held the ledger for minutes.
        """
        connection = self._begin_alone()
        try:
            yield Writing(connection)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.close()

    def head(self) -> str:
        """The hash of the newest entry: 64 zeros when there is none."""
        with self.read() as connection:
            last = read_head(connection)
        return last.hash if last else FIRST_HEAD

    def _begin_alone(self) -> Connection:
        for attempt in range(_BUSY_ATTEMPTS):
            connection = self.engine.connect().execution_options(is_writer=True)
            try:
                connection.begin()
            except OperationalError as error:
                connection.close()
                if not _is_busy(error):
                    raise
                time.sleep(0.05 * 2**attempt)
                continue
            return connection
        raise LockedError(
            "The ledger is held by another process.",
            found=f"busy after {_BUSY_ATTEMPTS} attempts of {_BUSY_TIMEOUT_S} s",
            fix="end the process that holds it, then try again; nothing was changed",
        )


def open_ledger(workspace: Workspace, settings: Settings | None = None) -> Ledger:
    """Open the workspace's ledger, creating or migrating it as needed.

    Raises:
        SettingsError: `ledger_url` names no database that can be reached.
        ApprovalError: the file is not a ledger, or is damaged.
    """
    url = settings.ledger_url if settings else None
    if url is None:
        workspace.state.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{workspace.state / 'ledger.db'}"
    try:
        ledger = Ledger(_create_engine(url))
        with ledger.read() as connection:
            is_current = migrations.is_current(connection)
        if not is_current:
            _migrate(ledger)
    except (ArgumentError, NoSuchModuleError) as error:
        raise SettingsError(
            "The ledger's address cannot be used.",
            found=str(error).split("\n")[0],
            fix="correct COUNTERSIGN_LEDGER_URL, e.g. postgresql+psycopg2://user@host/ledger",
        ) from error
    except (DBAPIError, UnicodeDecodeError) as error:
        # SQLite words some damage with bytes of the damaged file, which the driver cannot decode.
        said = str(error.orig) if isinstance(error, DBAPIError) else "damaged bytes"
        raise ApprovalError(
            "The ledger cannot be opened.",
            found=said.split("\n")[0][:200],
            fix=_NOT_DAMAGED if _is_shut_out(said) else _DAMAGED,
        ) from error
    return ledger


_DAMAGED = "restore state/ledger.db from a backup, or start the database it lives in"
_NOT_DAMAGED = (
    "SQLite writes beside the file even to read: check that its folder exists and may be written to, "
    "or copy the workspace to a disk that is not read-only"
)


def _is_shut_out(said: str) -> bool:
    return "unable to open" in said or "readonly" in said


def read_head(connection: Connection) -> Entry | None:
    """The newest entry."""
    row = connection.execute(select(ENTRIES).order_by(ENTRIES.c.seq.desc()).limit(1)).first()
    return Entry(**row._mapping) if row else None


def read_entries(connection: Connection) -> Iterator[Entry]:
    """Every entry, oldest first, streamed."""
    for row in connection.execute(select(ENTRIES).order_by(ENTRIES.c.seq)):
        yield Entry(**row._mapping)


def find_unknown(ledger: Ledger, hashes: Collection[str]) -> set[str]:
    """Hashes that no entry has."""
    with ledger.read() as connection:
        held = connection.scalars(select(ENTRIES.c.hash).where(ENTRIES.c.hash.in_(hashes)))
        return set(hashes) - set(held)


def read_entry(connection: Connection, seq: int) -> Entry:
    """One entry, only if its hash still fits what it says.

    Raises:
        ApprovalError: there is none, or it was changed.
    """
    row = connection.execute(select(ENTRIES).where(ENTRIES.c.seq == seq)).first()
    if row is None:
        raise _damaged(f"no entry {seq}")
    entry = Entry(**row._mapping)
    columns = {name: getattr(entry, name) for name in ("seq", "at", "kind", "person", "payload", "previous")}
    if hash_entry(**columns) != entry.hash:
        raise _damaged(f"entry {seq} does not match its hash")
    return entry


def read_body(connection: Connection, digest: str) -> bytes:
    """The bytes behind a digest, checked against it.

    Raises:
        ApprovalError: they are missing, redacted, or not the bytes that were stored.
    """
    row = connection.execute(select(BODIES.c.data).where(BODIES.c.digest == digest)).first()
    if row is None:
        raise _damaged(f"no bytes for {digest[:16]}")
    if row.data is None:
        raise ApprovalError(
            "This text was redacted.",
            found=f"{digest[:16]}: its bytes were removed, and an entry says by whom and why",
            fix="let an agent draft it anew; what was redacted does not come back",
        )
    found = bytes(row.data)
    if sha256_hex(found) != digest:
        raise _damaged(f"the bytes stored for {digest[:16]} are others")
    return found


def _named(fields: Mapping[str, object]) -> dict[str, str]:
    already = fields.get("bodies")
    return dict(already) if isinstance(already, dict) else {}


def _create_engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
        event.listen(engine, "begin", _lock_postgres)
        return engine
    # A connection a use: threads and forks share nothing, and opening SQLite costs little.
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": _BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None  # or the driver begins by itself, and not `immediate`
    cursor = connection.cursor()
    cursor.execute("pragma journal_mode = wal")
    cursor.execute("pragma synchronous = full")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_writer = connection.get_execution_options().get("is_writer")
    connection.exec_driver_sql("begin immediate" if is_writer else "begin")


def _lock_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get("is_writer"):
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    else:
        connection.execute(text("set transaction isolation level repeatable read"))


def _migrate(ledger: Ledger) -> None:
    with ledger.write() as writing:
        # Another process may have migrated while this one waited.
        if not migrations.is_current(writing.connection):
            migrations.migrate(writing.connection)


def _is_busy(error: OperationalError) -> bool:
    return "locked" in str(error.orig) or "busy" in str(error.orig)


def _damaged(found: str) -> ApprovalError:
    return ApprovalError(
        "The ledger does not fit together.",
        found=found,
        fix="run `countersign audit verify` and restore the ledger from a backup before deciding anything",
    )
