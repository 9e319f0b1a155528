"""The DuckDB warehouse: one writer step at a time, opened without settings, closed on exit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from countersign.core.errors import LockedError, QualityError
from countersign.core.workspace import Workspace

# Catalog name of warehouse.duckdb; snapshots attach their in-memory database under it, so that
# SQL explained against the warehouse runs on a snapshot unchanged.
CATALOG = "warehouse"

# How DuckDB words a disk that is full and a file that may not grow.
FULL_DISK_SIGNS = ("File too large", "No space left", "Disk quota exceeded")


@contextmanager
def open_warehouse(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for one step; always without config, or a second opening is refused.

    Raises:
        LockedError: another process has the file open.
        QualityError: the disk is full; the transaction was rolled back.
    """
    workspace.state.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(str(workspace.warehouse))
    except duckdb.IOException as error:
        if "lock" not in str(error).lower():
            raise
        raise LockedError(
            "The warehouse is open in another process.",
            found=str(error).splitlines()[0][:200],
            fix="close the other program (a SQL client, another run), then run this again",
        ) from error
    try:
        connection.execute("set timezone = 'UTC'")
        yield connection
    except duckdb.Error as error:
        if not any(sign in str(error) for sign in FULL_DISK_SIGNS):
            raise
        raise QualityError(
            "The warehouse could not be written; it holds what it held before.",
            found=str(error).splitlines()[0][:200],
            fix="free disk space or raise the file size limit, then run this again",
        ) from error
    finally:
        connection.close()


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of it or none of it."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def read_rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> list[dict[str, Any]]:
    """Rows of a query as dicts, for small results."""
    cursor = connection.execute(sql, list(parameters))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def quote_name(name: str) -> str:
    """A name as a quoted SQL identifier.

    >>> quote_name('we"ird')
    '"we""ird"'
    """
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text as a SQL literal, for the places that take no parameters.

    >>> quote_text("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
