"""Mask what landed before its names were known: a contact of today may be named in last week's ticket."""

import os
from collections.abc import Sequence

import duckdb

from countersign.core.landed import LANDED_TABLES, LandedTable
from countersign.core.log import EventLog
from countersign.core.warehouse import open_warehouse, quote_name, quote_text
from countersign.core.workspace import Workspace
from countersign.sources.personal.masking import Masker, free_text_sql, install_masker
from countersign.sources.personal.names import KnownNames
from countersign.sources.personal.person import has_table, landed_files
from countersign.sources.personal.protection import Protection
from countersign.sources.personal.restricted_store import open_store, store_path

_SINCE = "names_masked_until"

log = EventLog(__name__)


def mask_again(workspace: Workspace, protection: Protection) -> int:
    """Mask landed files and raw rows by the names that came since it was done last; returns rows changed.

    Only texts that hold a word of a new name are looked at, and that search is SQL.

    Args:
        workspace: the company's directory; its pipeline lock is held.
        protection: the mask as the latest load knows it.
    """
    if not store_path(workspace).is_file():
        return 0
    with open_store(workspace) as store:
        names, newest = store.names_since(store.fact(_SINCE) or "")
    if not names:
        return 0
    new = KnownNames()
    new.add_all(names)
    words = sorted(new.firsts | new.lasts)
    protection.learn()
    rows = _mask_files(workspace, protection.masker, words)
    if workspace.warehouse.is_file():
        with open_warehouse(workspace) as connection:
            rows += _mask_raw(connection, protection.masker, words)
    with open_store(workspace) as store:
        store.keep_fact(_SINCE, newest)
    if rows:
        log.info("masked_again", names=len(names), rows=rows)
    return rows


def _written(landed: LandedTable) -> list[str]:
    return [quote_name(column.name) for column in landed.columns if column.free_text]


def _holds_sql(names: Sequence[str]) -> str:
    """A condition: one of the texts holds a word of a new name and would be masked by it."""
    tests = (
        f"(list_has_any(regexp_split_to_array(lower({name}), '[^\\pL]+'), getvariable('new_words'))"
        f" and {free_text_sql(name)} <> {name})"
        for name in names
    )
    return f"coalesce({' or '.join(tests)}, false)"


def _mask_files(workspace: Workspace, masker: Masker, words: Sequence[str]) -> int:
    changed = 0
    with duckdb.connect(":memory:") as connection:
        _prepare(connection, masker, words)
        for landed in LANDED_TABLES.values():
            written = _written(landed)
            for path in landed_files(workspace, landed.name) if written else ():
                read = f"read_parquet({quote_text(str(path))})"
                holds = _holds_sql(written)
                row = connection.execute(f"select count(*) from {read} where {holds}").fetchone()
                if not row or not row[0]:
                    continue
                values = ", ".join(f"{free_text_sql(name)} as {name}" for name in written)
                draft = path.with_name(".rows.masked")
                masked = f"select * replace ({values}) from {read}"
                connection.execute(f"copy ({masked}) to {quote_text(str(draft))} (format parquet)")
                with draft.open("rb") as file:
                    os.fsync(file.fileno())
                draft.replace(path)
                changed += int(row[0])
    return changed


def _mask_raw(connection: duckdb.DuckDBPyConnection, masker: Masker, words: Sequence[str]) -> int:
    changed = 0
    _prepare(connection, masker, words)
    for landed in LANDED_TABLES.values():
        written = _written(landed)
        if written and has_table(connection, "raw", landed.name):
            values = ", ".join(f"{name} = {free_text_sql(name)}" for name in written)
            sql = f"update raw.{quote_name(landed.name)} set {values} where {_holds_sql(written)}"
            row = connection.execute(sql).fetchone()
            changed += int(row[0]) if row else 0
    return changed


def _prepare(connection: duckdb.DuckDBPyConnection, masker: Masker, words: Sequence[str]) -> None:
    install_masker(connection, masker)
    connection.execute("set variable new_words = ?::varchar[]", [list(words)])
