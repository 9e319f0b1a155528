"""Rows to and from Postgres, with COPY through CSV files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg2

from countersign.core.errors import SettingsError
from countersign.core.warehouse import quote_name, quote_text
from flows.engines.engine import Table

_TYPES = {"VARCHAR": "text", "JSON": "text", "DOUBLE": "double precision", "HUGEINT": "numeric"}


class Postgres:
    """An open Postgres database.

    Args:
        connection: psycopg2's, in autocommit mode.
        folder: scratch folder for CSV files.
    """

    def __init__(self, connection: Any, folder: Path) -> None:
        self._connection = connection
        self._folder = folder

    def load(self, warehouse: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> None:
        """Replace these tables, and with them the views that read them."""
        with self._connection.cursor() as cursor:
            for table in tables:
                path = self._path(table)
                warehouse.execute(
                    f"copy {table.quoted} to {quote_text(str(path))} (format csv, header false)"
                )
                columns = ", ".join(
                    f"{quote_name(name)} {_TYPES.get(kind, kind)}" for name, kind in table.columns
                )
                cursor.execute(f"create schema if not exists {quote_name(table.schema)}")
                cursor.execute(f"drop table if exists {table.quoted} cascade")
                cursor.execute(f"create table {table.quoted} ({columns})")
                with path.open("rb") as rows:
                    cursor.copy_expert(f"copy {table.quoted} from stdin (format csv)", rows)
                cursor.execute(f"analyze {table.quoted}")
                path.unlink()

    def tables(self, schemas: Sequence[str]) -> set[tuple[str, str]]:
        """Schema and name of every table and view in these schemas."""
        with self._connection.cursor() as cursor:
            cursor.execute(
                "select table_schema, table_name from information_schema.tables where table_schema = any(%s)",
                [list(schemas)],
            )
            return {(schema, name) for schema, name in cursor.fetchall()}

    def columns(self, table: Table) -> list[str]:
        """Names of the columns of the table of this name, in order."""
        with self._connection.cursor() as cursor:
            cursor.execute(
                "select column_name from information_schema.columns"
                " where table_schema = %s and table_name = %s order by ordinal_position",
                [table.schema, table.name],
            )
            return [name for (name,) in cursor.fetchall()]

    def fetch(self, table: Table) -> str:
        """The table's rows as a CSV file, read with the types that DuckDB's table has."""
        path = self._path(table)
        names = ", ".join(quote_name(name) for name, _ in table.columns)
        with self._connection.cursor() as cursor, path.open("wb") as rows:
            cursor.copy_expert(f"copy (select {names} from {table.quoted}) to stdout (format csv)", rows)
        types = ", ".join(f"{quote_text(name)}: {quote_text(kind)}" for name, kind in table.columns)
        return (
            f"read_csv({quote_text(str(path))}, header = false, auto_detect = false, delim = ',',"
            f" quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, columns = {{{types}}})"
        )

    def _path(self, table: Table) -> Path:
        return self._folder / f"{table.schema}.{table.name}.csv"


@contextmanager
def open_postgres(credentials: Any, folder: Path) -> Iterator[Postgres]:
    """Connect with a dbt profile's credentials.

    Raises:
        SettingsError: the database orders text by a language's rules, so that the first and the last of
            some names would be others than on DuckDB.
    """
    connection = psycopg2.connect(
        host=credentials.host,
        port=credentials.port,
        user=credentials.user,
        password=credentials.password,
        dbname=credentials.database,
    )
    try:
        connection.autocommit = True
        _check_collation(connection)
        with connection.cursor() as cursor:
            cursor.execute("set timezone = 'UTC'")
        yield Postgres(connection, folder)
    finally:
        connection.close()


def _check_collation(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select datcollate from pg_database where datname = current_database()")
        (found,) = cursor.fetchone()
    if found not in {"C", "POSIX", "C.UTF-8", "C.utf8"}:
        raise SettingsError(
            "The Postgres database orders text by a language's rules; the others order it by code point.",
            found=f"lc_collate {found}",
            fix="create it with: create database countersign template template0 locale 'C.UTF-8'",
        )
