"""Take one person out of landed files, the warehouse and fetched pages. Every step may be repeated."""

import gzip
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import duckdb

from countersign.core.contracts import Batch
from countersign.core.hashing import canonical_json
from countersign.core.landed import LANDED_TABLES, LandedColumn, LandedTable
from countersign.core.warehouse import quote_name, quote_text, transaction
from countersign.core.workspace import Workspace
from countersign.sources.personal.leaving_out import GONE, KEYS, emptied_sql, forgotten_sql, is_left_out
from countersign.sources.personal.masking import free_text_sql
from countersign.sources.personal.person import Person, has_table, landed_files
from countersign.sources.personal.protection import Protection

_ID_KEYS = ("id", "Id", "lead_id", "contact_id", "vid")


def mark_person(connection: duckdb.DuckDBPyConnection, protection: Protection, person: Person) -> None:
    """Fill the temp table `forgotten` with this one person, whom the erasing SQL looks for."""
    hashes = [hashed for hashed, kind in person.hashes(protection) if kind != "name"]
    connection.execute("create or replace temp table forgotten (hash varchar)")
    connection.execute("insert into forgotten select unnest(?::varchar[])", [hashes])


def erase_landed(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, protection: Protection, person: Person
) -> dict[str, int]:
    """Rewrite the landed files that hold the person, each whole or not at all; returns rows by table."""
    changed: dict[str, int] = {}
    for landed in LANDED_TABLES.values():
        for path in landed_files(workspace, landed.name):
            rows = _erase_file(connection, path, landed, keys=len(protection.ring.keys), person=person)
            if rows:
                changed[landed.name] = changed.get(landed.name, 0) + rows
    return changed


def erase_warehouse(
    connection: duckdb.DuckDBPyConnection, protection: Protection, person: Person
) -> dict[str, int]:
    """Empty or delete the person's rows in raw, quarantine and whatever else holds their keys; rows"
    " by table."""
    changed: dict[str, int] = {}
    with transaction(connection):
        for landed in LANDED_TABLES.values():
            if has_table(connection, "raw", landed.name):
                _note(changed, f"raw.{landed.name}", _erase_raw(connection, landed, protection, person))
        _note(changed, "quality.quarantined_rows", _erase_quarantined(connection, protection))
        for schema, table, column in _other_places(connection):
            name = f"{quote_name(schema)}.{quote_name(table)}"
            sql = f"update {name} set {column} = null where {column} in (select hash from forgotten)"
            _note(changed, f"{schema}.{table}", _count(connection, sql))
    connection.execute("checkpoint")
    return changed


def erase_fetched(workspace: Workspace, person: Person) -> int:
    """Remove the lines of fetched vendor pages that hold the person; returns how many."""
    # What a killed load left holds whole records; forgetting has the pipeline's lock, so no load needs it.
    shutil.rmtree(workspace.restricted / "landing", ignore_errors=True)
    matches = person_matcher(person)
    removed = 0
    for path in sorted((workspace.restricted / "fetched").rglob("*")):
        if path.name.endswith(".tmp"):
            path.unlink()
        if path.is_file() and path.name.endswith((".jsonl", ".jsonl.gz")):
            removed += _erase_lines(path, lambda line: matches(line) or _is_record_of(line, person))
    return removed


def person_matcher(person: Person) -> Callable[[str], bool]:
    """A test: the text holds one of the person's addresses, numbers or full names."""
    words = {value.casefold() for value in person.values if "@" in value}
    words |= {name.casefold() for name in person.full_names}
    words |= {f"{last}, {first}" for first, _, last in (word.rpartition(" ") for word in words) if first}
    # The last nine digits: whichever way the country is written.
    numbers = {re.sub(r"\D", "", value)[-9:] for value in person.values if "@" not in value}

    def matches(text: str) -> bool:
        lower = text.casefold()
        if any(word in lower for word in words):
            return True
        if not numbers:
            return False
        digits = (re.sub(r"\D", "", found) for found in re.findall(r"\d[\d ()./\u00a0-]{6,24}\d", text))
        return any(number in run for run in digits for number in numbers)

    return matches


def _erase_file(
    connection: duckdb.DuckDBPyConnection, path: Path, landed: LandedTable, *, keys: int, person: Person
) -> int:
    read = f"read_parquet({quote_text(str(path))})"
    columns = {row[0] for row in connection.execute(f"describe select * from {read}").fetchall()}
    is_theirs = forgotten_sql(columns, keys=keys, prefix="")
    own = f"({is_theirs} and {_is_left_sql(landed, columns)})"
    touched = f"{own} or {_named_sql(landed, columns, person)}"
    rows = _count(connection, f"select count(*) from {read} where {touched}")
    if not rows:
        return 0
    shown = ", ".join(_column_sql(landed, name, person) for name in _order(connection, read))
    kept = "where not _forgotten" if is_left_out(landed) else ""
    draft = path.with_name(".rows.erased")
    select = f"select {shown} from (select *, {is_theirs} as _forgotten from {read}) {kept}"
    connection.execute(f"copy ({select}) to {quote_text(str(draft))} (format parquet)")
    left = _count(connection, f"select count(*) from read_parquet({quote_text(str(draft))})")
    _replace(draft, path)
    _correct_batch(path.with_name("batch.json"), rows=left)
    return rows


def _correct_batch(path: Path, *, rows: int) -> None:
    """A batch that waits for the gate must say how many rows it has; of a gated one the record stands."""
    if not path.is_file():
        return
    batch = Batch.model_validate_json(path.read_bytes())
    if batch.state != "landed" or batch.rows_landed == rows:
        return
    draft = path.with_name(".batch.erased")
    draft.write_bytes(canonical_json(batch.model_copy(update={"rows_landed": rows})))
    _replace(draft, path)


def _order(connection: duckdb.DuckDBPyConnection, read: str) -> list[str]:
    return [row[0] for row in connection.execute(f"describe select * from {read}").fetchall()]


def _column_sql(landed: LandedTable, name: str, person: Person) -> str:
    known = {column.name: column for column in landed.columns}
    if name not in known:
        return quote_name(name)
    value = quote_name(name)
    if known[name].free_text and person.full_names:
        value = f"case when {_names_sql(name, person)} then {free_text_sql(value)} else {value} end"
    return f"{emptied_sql(known[name], value)} as {quote_name(name)}"


def _named_sql(landed: LandedTable, columns: set[str], person: Person) -> str:
    """A condition: somebody wrote the person's name where nobody knew yet that it is one."""
    written = (column.name for column in landed.columns if column.free_text and column.name in columns)
    tests = [_names_sql(name, person) for name in written]
    return f"coalesce({' or '.join(tests)}, false)" if tests and person.full_names else "false"


def _names_sql(name: str, person: Person) -> str:
    tests = (f"contains(lower({quote_name(name)}), {quote_text(full.lower())})" for full in person.full_names)
    return f"({' or '.join(tests)})"


def _erase_raw(
    connection: duckdb.DuckDBPyConnection, landed: LandedTable, protection: Protection, person: Person
) -> int:
    columns = {column.name for column in landed.columns}
    is_theirs = forgotten_sql(columns, keys=len(protection.ring.keys), prefix="")
    table = f"raw.{quote_name(landed.name)}"
    if is_left_out(landed):
        return _count(connection, f"delete from {table} where {is_theirs}")
    emptied = [column for column in landed.columns if _is_emptied(column)]
    rows = 0
    written = [quote_name(column.name) for column in landed.columns if column.free_text]
    if written and person.full_names:
        masked = ", ".join(f"{name} = {free_text_sql(name)}" for name in written)
        named = f"{_named_sql(landed, columns, person)} and not {is_theirs}"
        rows += _count(connection, f"update {table} set {masked} where {named}")
    if emptied:
        values = (
            (quote_name(column.name), emptied_sql(column, quote_name(column.name))) for column in emptied
        )
        changes = ", ".join(f"{name} = {value.replace('_forgotten', is_theirs)}" for name, value in values)
        theirs = f"{is_theirs} and {_is_left_sql(landed, columns)}"
        rows += _count(connection, f"update {table} set {changes} where {theirs}")
    return rows


def _is_emptied(column: LandedColumn) -> bool:
    return column.personal or column.free_text or column.name == "lead_id"


def _is_left_sql(landed: LandedTable, columns: set[str]) -> str:
    """A condition: something of the person is left in the row, so that erasing again changes nothing."""
    if is_left_out(landed):
        return "true"
    tests = []
    for column in (column for column in landed.columns if column.name in columns and _is_emptied(column)):
        name = quote_name(column.name)
        is_id = column.name == "lead_id"
        tests.append(f"starts_with({name}, 'em_')" if is_id else f"{name} <> {quote_text(GONE)}")
    return f"coalesce({' or '.join(tests)}, false)" if tests else "false"


def _erase_quarantined(connection: duckdb.DuckDBPyConnection, protection: Protection) -> int:
    if not has_table(connection, "quality", "quarantined_rows"):
        return 0
    cells = {name: f"json_extract_string(row_json, '$.{name}')" for name in (*KEYS, "lead_id")}
    inner = ", ".join(f"{sql} as q_{name}" for name, sql in cells.items())
    is_theirs = forgotten_sql(cells, keys=len(protection.ring.keys), prefix="q_")
    columns = [column for landed in LANDED_TABLES.values() for column in landed.columns]
    emptied = sorted({column.name for column in columns if column.personal or column.free_text})
    patched = f"json_merge_patch(old.row_json, {quote_text(json.dumps(dict.fromkeys(emptied)))})"
    marked = f"select rowid as id, {inner} from quality.quarantined_rows"
    return _count(
        connection,
        f"""
        update quality.quarantined_rows as old set row_json = {patched}
        from (select id from ({marked}) where {is_theirs}) as own
        where old.rowid = own.id and old.row_json <> {patched}
        """,
    )


def _other_places(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Tables outside raw that hold keys of people: what a build made of raw, until the next build."""
    listed = ", ".join(quote_text(name) for name in KEYS)
    return connection.execute(
        f"""
        select table_schema, table_name, column_name from information_schema.columns
        join information_schema.tables using (table_catalog, table_schema, table_name)
        where table_type = 'BASE TABLE' and column_name in ({listed})
            and table_schema not in ('raw', 'quality') and table_catalog = current_database()
        order by all
        """
    ).fetchall()


def _is_record_of(line: str, person: Person) -> bool:
    if not any(lead in line for lead in person.lead_ids):
        return False
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and any(str(record.get(key)) in person.lead_ids for key in _ID_KEYS)


def _erase_lines(path: Path, matches: Callable[[str], bool]) -> int:
    removed = 0
    draft = path.with_name(f".{path.name}.erased")
    with _open_text(path, "rt") as old, _open_text(draft, "wt") as new:
        for line in old:
            if matches(line):
                removed += 1
            else:
                new.write(line)
    if removed:
        draft.chmod(0o600)
        _replace(draft, path)
    else:
        draft.unlink()
    return removed


@contextmanager
def _open_text(path: Path, mode: str) -> Iterator[IO[str]]:
    opener: Any = gzip.open if ".gz" in path.name else open
    with opener(path, mode, encoding="utf-8") as file:
        yield cast(IO[str], file)


def _replace(draft: Path, path: Path) -> None:
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(path)


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _note(changed: dict[str, int], name: str, rows: int) -> None:
    if rows:
        changed[name] = changed.get(name, 0) + rows
