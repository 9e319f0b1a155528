"""Postgres as a store of tables: one read-only snapshot, rows streamed out with COPY."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2  # type: ignore[import-untyped]
from psycopg2 import extensions, sql

from countersign.core.errors import SourceError
from countersign.core.hashing import digest_of
from countersign.core.warehouse import quote_text
from countersign.sources.adopted.stores import StoredTable
from countersign.sources.files.reading import connect

_TIMEOUT_S = 15
# A row as CSV; DuckDB would take sixteen times as much memory if the buffer were not said.
_MAX_ROW = 16 << 20
_TABLES = """
    select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'v', 'm', 'p', 'f') and not c.relispartition
        and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
        and has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT')
    order by n.nspname, c.relname, a.attnum
"""


class PostgresStore:
    """A Postgres database seen at one instant: every table as it was when the first was asked for."""

    def __init__(self, url: str, scratch: Path) -> None:
        self._scratch = scratch
        self._postgres = _connected(url)
        self.connection = connect(scratch)

    def tables(self) -> list[StoredTable]:
        """Every table and view that this login may read."""
        columns: dict[tuple[str, str], dict[str, str]] = {}
        with self._cursor() as cursor:
            cursor.execute(_TABLES)
            for schema, table, column, kind in cursor.fetchall():
                columns.setdefault((schema, table), {})[column] = kind
        return [StoredTable(schema, name, given) for (schema, name), given in columns.items()]

    def fingerprint(self, table: StoredTable, synced: str | None) -> str | None:
        """Count and newest sync; None for a table without a sync time."""
        if synced is None:
            return None
        query = sql.SQL("select count(*), max({})::text from {}")
        with self._cursor() as cursor:
            cursor.execute(query.format(sql.Identifier(synced), _name(table)))
            return digest_of([list(cursor.fetchone())])

    def staged(self, table: StoredTable, columns: Sequence[str]) -> tuple[str, Mapping[str, str]]:
        """The columns as text, streamed into a private CSV."""
        target = self._scratch / f"copied-{uuid4().hex}.csv"
        names = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
        query = sql.SQL("copy (select {} from {}) to stdout (format csv, force_quote *)")
        with target.open("wb") as file, self._cursor() as cursor:
            cursor.copy_expert(query.format(names, _name(table)), file)
        kinds = ", ".join(f"{quote_text(name)}: 'varchar'" for name in columns)
        relation = (
            f"read_csv({quote_text(str(target))}, auto_detect = false, header = false, delim = ',',"
            f" quote = '\"', escape = '\"', columns = {{{kinds}}}, parallel = false,"
            f" max_line_size = {_MAX_ROW}, buffer_size = {2 * _MAX_ROW})"
        )
        return relation, dict.fromkeys(columns, "VARCHAR")

    def close(self) -> None:
        """End the snapshot; nothing was written."""
        self.connection.close()
        self._postgres.close()

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        try:
            with self._postgres.cursor() as cursor:
                yield cursor
        except psycopg2.Error as error:
            # Postgres repeats cells in its messages.
            raise SourceError(
                "Postgres could not give a table.",
                found=f"{type(error).__name__} {error.pgcode or ''}".strip(),
                fix="check that this login may select from the loader's schemas, then run this again",
            ) from None


def _connected(url: str) -> Any:
    scheme, _, rest = url.partition("://")
    if scheme.partition("+")[0] not in ("postgres", "postgresql") or not rest:
        raise SourceError(
            "The URL of a connection is not Postgres's.",
            found=f"it starts with {scheme}://" if rest else "no scheme",
            fix="use postgresql://LOGIN:PASSWORD@HOST:5432/DATABASE, with a login that may only read",
        )
    try:
        found = psycopg2.connect(
            f"postgresql://{rest}",
            connect_timeout=_TIMEOUT_S,
            application_name="countersign",
            options="-c timezone=UTC -c datestyle=ISO -c extra_float_digits=1",
        )
    except psycopg2.Error as error:
        # Its message may repeat the URL, and with it the password.
        raise SourceError(
            "Postgres cannot be reached.",
            found=type(error).__name__,
            fix="check host, port, database, login and password of the URL, and whether we may connect",
        ) from None
    level = extensions.ISOLATION_LEVEL_REPEATABLE_READ
    found.set_session(isolation_level=level, readonly=True)
    return found


def _name(table: StoredTable) -> sql.Composable:
    return sql.Identifier(table.schema, table.name)
