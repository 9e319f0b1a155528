"""state/restricted/people.db: the only place that knows who is behind a pseudonym.

SQLite with mode 0600 in a directory of mode 0700. What is deleted is overwritten (secure_delete), so that
no byte of a person is left in free pages.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from countersign.core.workspace import Workspace
from countersign.sources.personal.key_ring import write_private

FILE = "people.db"
_CHUNK = 20_000
_SCHEMA = """
create table if not exists raw_values (
    pseudonym text not null, source text not null, kind text not null, value text not null,
    first_seen text not null, batch text not null, primary key (pseudonym, source)
) without rowid;
create table if not exists names (
    holder text not null, name text not null, source text not null,
    first_seen text not null, batch text not null, primary key (holder, name)
) without rowid;
create table if not exists sightings (
    batch text primary key, source text not null, first_seen text not null, last_seen text not null
) without rowid;
create table if not exists surrogates (pseudonym text primary key, surrogate text not null unique)
    without rowid;
create table if not exists suppressions (hash text primary key, kind text not null, since text not null)
    without rowid;
create table if not exists facts (name text primary key, value text not null) without rowid;
"""


class RestrictedStore:
    """An open store; use `open_store`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def remember(self, rows: Iterable[tuple[str, str, str]], *, source: str, batch: str, at: datetime) -> int:
        """Link pseudonyms to raw values: rows of (pseudonym, kind, value). Returns how many were given."""
        return self._upsert(
            "insert into raw_values (pseudonym, kind, value, source, first_seen, batch) values (?,"
            " ?, ?, ?, ?, ?)"
            " on conflict do update set value = excluded.value, batch = excluded.batch",
            rows, source=source, batch=batch, at=at,
        )  # fmt: skip

    def remember_names(
        self, rows: Iterable[tuple[str, str]], *, source: str, batch: str, at: datetime
    ) -> int:
        """Keep names for masking: rows of (holder, name); a holder is a pseudonym or a lead's id."""
        return self._upsert(
            "insert into names (holder, name, source, first_seen, batch) values (?, ?, ?, ?, ?)"
            " on conflict do update set batch = excluded.batch",
            rows, source=source, batch=batch, at=at,
        )  # fmt: skip

    def touch(self, batch: str, *, at: datetime) -> None:
        """A batch was met again in its source: what it holds of people is not out of date."""
        with self.connection:
            self.connection.execute("update sightings set last_seen = ? where batch = ?", (_stamp(at), batch))

    def names(self) -> Iterator[str]:
        """Every known full name once."""
        for (name,) in self.connection.execute("select distinct name from names"):
            yield name

    def names_since(self, instant: str) -> tuple[list[str], str]:
        """Names first seen at an instant or later, and the newest such instant."""
        sql = "select distinct name, max(first_seen) over () from names where first_seen >= ?"
        rows = self.connection.execute(sql, (instant,)).fetchall()
        return [row[0] for row in rows], rows[0][1] if rows else instant

    def names_of(self, holders: Iterable[str]) -> list[str]:
        """The names that some holders go by."""
        found: set[str] = set()
        for holder in holders:
            rows = self.connection.execute("select name from names where holder = ?", (holder,))
            found.update(name for (name,) in rows)
        return sorted(found)

    def raw_values_of(self, pseudonyms: Iterable[str]) -> list[dict[str, str]]:
        """What is kept of some pseudonyms: kind, value, source, first_seen, last_seen."""
        sql = (
            "select pseudonym, kind, value, raw_values.source, raw_values.first_seen, last_seen from"
            " raw_values"
            " join sightings using (batch) where pseudonym = ? order by 1, 4"
        )
        names = ("pseudonym", "kind", "value", "source", "first_seen", "last_seen")
        return [
            dict(zip(names, row, strict=True))
            for pseudonym in pseudonyms
            for row in self.connection.execute(sql, (pseudonym,))
        ]

    def surrogates_for(self, pseudonyms: Sequence[str]) -> dict[str, str]:
        """A random surrogate for each pseudonym, the same each time; the link is nowhere else.

        Unlike a pseudonym it cannot be found again from an address by whoever has the key.
        """
        with self.connection:
            self.connection.executemany(
                "insert into surrogates values (?, ?) on conflict do nothing",
                ((pseudonym, f"sg_{secrets.token_hex(16)}") for pseudonym in pseudonyms),
            )
        found: dict[str, str] = {}
        for pseudonym in pseudonyms:
            row = self.connection.execute(
                "select surrogate from surrogates where pseudonym = ?", (pseudonym,)
            ).fetchone()
            found[pseudonym] = str(row[0])
        return found

    def suppress(self, rows: Iterable[tuple[str, str]], *, at: datetime) -> None:
        """Keep hashes of people who are not to come back: rows of (hash, kind)."""
        with self.connection:
            self.connection.executemany(
                "insert into suppressions values (?, ?, ?) on conflict do nothing",
                ((found, kind, _stamp(at)) for found, kind in rows),
            )

    def suppressions(self) -> dict[str, str]:
        """Hashes of people who asked to be forgotten, with their kind."""
        return dict(self.connection.execute("select hash, kind from suppressions"))

    def forget(self, *, pseudonyms: Sequence[str], holders: Sequence[str]) -> dict[str, int]:
        """Delete every link, raw value and name of a person; returns how many of each."""
        counts = {}
        with self.connection:
            for table, column, keys in (
                ("raw_values", "pseudonym", pseudonyms),
                ("surrogates", "pseudonym", pseudonyms),
                ("names", "holder", holders),
            ):
                counts[table] = sum(
                    self.connection.execute(f"delete from {table} where {column} = ?", (key,)).rowcount
                    for key in keys
                )
        self.flush()
        return counts

    def purge(self, *, before: datetime) -> int:
        """Delete raw values and names that no source has shown since an instant."""
        cutoff = (_stamp(before),)
        stale = "batch in (select batch from sightings where last_seen < ?)"
        with self.connection:
            purged = self.connection.execute(f"delete from raw_values where {stale}", cutoff).rowcount
            purged += self.connection.execute(f"delete from names where {stale}", cutoff).rowcount
            self.connection.execute("delete from sightings where last_seen < ?", cutoff)
        if purged:
            self.flush()
        return purged

    def fact(self, name: str) -> Any:
        """Something the store remembers of itself, such as work that was begun; None when unknown."""
        row = self.connection.execute("select value from facts where name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def has_fact(self, beginning: str) -> bool:
        """Whether something is remembered whose name begins so."""
        sql = "select 1 from facts where substr(name, 1, ?) = ? limit 1"
        return self.connection.execute(sql, (len(beginning), beginning)).fetchone() is not None

    def keep_fact(self, name: str, value: object) -> None:
        """Remember something; None forgets it."""
        with self.connection:
            self.connection.execute("delete from facts where name = ?", (name,))
            if value is not None:
                self.connection.execute("insert into facts values (?, ?)", (name, json.dumps(value)))

    def flush(self) -> None:
        """Write the log back into the file, so that the log holds nothing that was deleted."""
        self.connection.execute("pragma wal_checkpoint(truncate)")

    def _upsert(
        self, sql: str, rows: Iterable[tuple[str, ...]], *, source: str, batch: str, at: datetime
    ) -> int:
        count, given, now = 0, iter(rows), _stamp(at)
        with self.connection:
            while chunk := list(islice(given, _CHUNK)):
                self.connection.executemany(sql, ((*row, source, now, batch) for row in chunk))
                count += len(chunk)
            self.connection.execute(
                "insert into sightings values (?, ?, ?, ?) on conflict do update set last_seen ="
                " excluded.last_seen",
                (batch, source, now, now),
            )
        return count


@contextmanager
def open_store(workspace: Workspace) -> Iterator[RestrictedStore]:
    """Open the restricted store, creating it as needed."""
    path = store_path(workspace)
    if not path.is_file():
        write_private(path, b"")
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma secure_delete = on")
        connection.execute("pragma synchronous = normal")
        connection.execute("pragma cache_size = -131072")
        connection.executescript(_SCHEMA)
        yield RestrictedStore(connection)


def store_path(workspace: Workspace) -> Path:
    """Where the store is."""
    return workspace.restricted / FILE


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
