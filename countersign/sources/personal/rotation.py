"""Put every pseudonym under one more key, without anybody's address at hand.

A new pseudonym is HMAC(new key, old pseudonym), so links survive. The order makes it safe to stop anywhere:

1. the ring that is to come is written to state/restricted/rotation.key; from here on nothing is loaded;
2. landed files and the restricted store's rows are written anew beside the old ones;
3. the warehouse changes in one transaction that also says under how many keys it is;
4. the new files take the place of the old, the store its new rows, and the ring its new key.

Each step finds out by itself whether it was done, so running it again finishes what was stopped.
"""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from pydantic import SecretStr

from countersign.core.errors import SettingsError
from countersign.core.landed import LANDED_TABLES
from countersign.core.log import EventLog
from countersign.core.warehouse import quote_name, quote_text, transaction
from countersign.core.workspace import Workspace
from countersign.sources.personal import key_ring
from countersign.sources.personal.key_ring import KeyRing
from countersign.sources.personal.person import has_table
from countersign.sources.personal.pseudonyms import PSEUDONYM, hmac_sql, install_key, pseudonym_of
from countersign.sources.personal.restricted_store import RestrictedStore, open_store

STEPS = ("begun", "files_written", "warehouse", "files_replaced", "store", "ended")
_DRAFT = ".rows.rotated"
_READY = "rotation.ready"
_STANDS_ALONE = f"^{PSEUDONYM}$"
_STORE = (
    ("raw_values", "pseudonym"),
    ("surrogates", "pseudonym"),
    ("names", "holder"),
    ("suppressions", "hash"),
)

log = EventLog(__name__)


@dataclass(frozen=True)
class Rotated:
    """What was put under the new key, and how many keys there are now."""

    keys: int
    files: int
    warehouse_rows: int
    store_rows: int

    def as_json(self) -> dict[str, int]:
        """The counts as plain values."""
        return asdict(self)


def next_ring(workspace: Workspace, given: SecretStr | None, *, new_key: bytes) -> KeyRing:
    """The ring that a rotation leads to; written down, so that a stopped rotation goes on with the same key.

    Args:
        workspace: the company's directory.
        given: `settings.pseudonym_key`; with it, the new key must be the last one of its list.
        new_key: a random key, used only for a ring kept in state/restricted/.

    Raises:
        SettingsError: the environment gives no new key, or somebody is only half forgotten.
    """
    path = workspace.restricted / key_ring.PENDING
    is_pending = path.is_file()
    ring = key_ring.read_unchecked(workspace, given)
    recorded = key_ring.read_recorded(workspace) or ring.fingerprints[:1]
    _refuse_half_forgotten(workspace)
    if given is None:
        if is_pending:
            return KeyRing(tuple(path.read_bytes().split()))
        ring = ring.with_key(new_key)
        key_ring.write_private(path, b"\n".join(ring.keys))
        return ring
    is_ending = is_pending and ring.fingerprints == recorded
    if not is_ending and ring.fingerprints[:-1] != recorded:
        raise SettingsError(
            f"{key_ring.ENVIRONMENT} gives the keys, and holds no new one.",
            found=f"{len(ring.keys)} keys given; the data is under {len(recorded)}",
            fix="append a comma and a new random key to it, keep the old ones before, and run this again",
        )
    # Keys of the environment stay there; the file only says that a rotation is under way.
    key_ring.write_private(path, b"the keys are in the environment\n")
    return ring


def _refuse_half_forgotten(workspace: Workspace) -> None:
    with open_store(workspace) as store:
        if store.has_fact("forgetting "):
            raise SettingsError(
                "Somebody is only half forgotten.",
                found="`countersign privacy forget` was stopped before its end",
                fix="run it again for the same contact, then rotate the key",
            )


def rotate(
    workspace: Workspace,
    connection: duckdb.DuckDBPyConnection,
    ring: KeyRing,
    *,
    is_kept_here: bool,
    after_step: Callable[[str], None] = lambda step: None,
) -> Rotated:
    """Put landed files, the warehouse and the restricted store under the last key of a ring.

    Args:
        workspace: the company's directory; its pipeline lock is held.
        connection: the open warehouse.
        ring: what `next_ring` gave.
        is_kept_here: whether the keys are kept in state/restricted/ and not given by the environment.
        after_step: called after each of STEPS; tests stop the work with it.
    """
    install_key(connection, ring)
    keys = len(ring.keys)
    after_step("begun")
    ready = workspace.restricted / _READY
    if not ready.is_file() or ready.read_text() != str(keys):
        _write_files(workspace, connection, keys)
        key_ring.write_private(ready, str(keys).encode(), replace=True)
    after_step("files_written")
    rows = _rotate_warehouse(connection, keys)
    after_step("warehouse")
    files = _replace_files(workspace)
    after_step("files_replaced")
    with open_store(workspace) as store:
        kept = _rotate_store(store, ring)
    after_step("store")
    if is_kept_here:
        key_ring.write_private(workspace.restricted / key_ring.FILE, b"\n".join(ring.keys), replace=True)
    record = "\n".join(ring.fingerprints).encode()
    key_ring.write_private(workspace.restricted / key_ring.RECORD, record, replace=True)
    # In this order: a stopped rotation that finds its mark never writes the files twice.
    (workspace.restricted / key_ring.PENDING).unlink(missing_ok=True)
    ready.unlink(missing_ok=True)
    after_step("ended")
    log.info("key_rotated", keys=keys, files=files, rows=rows)
    return Rotated(keys, files, rows, kept)


def rotated_sql(cell: str, *, keys: int) -> str:
    """A cell under one more key, when it is a pseudonym; any other as it is."""
    prefix = f"regexp_extract({cell}, '^[a-z]+_')"
    made = f"{prefix} || left({hmac_sql(cell, number=keys)}, 32)"
    return f"case when regexp_matches({cell}, {quote_text(_STANDS_ALONE)}) then {made} else {cell} end"


def _holds_keys(name: str) -> bool:
    """Columns in which a pseudonym may stand: keys, and ids, which are pseudonyms where they were"
    " addresses."""
    return name.endswith(("_key", "_id")) and not name.startswith("_")


def _write_files(workspace: Workspace, connection: duckdb.DuckDBPyConnection, keys: int) -> None:
    for path in sorted(workspace.landing.glob("*/*/*/rows.parquet")):
        read = f"read_parquet({quote_text(str(path))})"
        names = [row[0] for row in connection.execute(f"describe select * from {read}").fetchall()]
        if not any(_holds_keys(name) for name in names):
            continue
        cells = ", ".join(
            f"{rotated_sql(quote_name(name), keys=keys)} as {quote_name(name)}"
            if _holds_keys(name)
            else quote_name(name)
            for name in names
        )
        draft = path.with_name(_DRAFT)
        connection.execute(f"copy (select {cells} from {read}) to {quote_text(str(draft))} (format parquet)")
        _sync(draft)


def _replace_files(workspace: Workspace) -> int:
    count = 0
    for draft in sorted(workspace.landing.glob(f"*/*/*/{_DRAFT}")):
        draft.replace(draft.with_name("rows.parquet"))
        count += 1
    return count


def _rotate_warehouse(connection: duckdb.DuckDBPyConnection, keys: int) -> int:
    connection.execute("create schema if not exists quality")
    connection.execute("create table if not exists quality.pseudonym_keys (keys integer)")
    row = connection.execute("select max(keys) from quality.pseudonym_keys").fetchone()
    if row and row[0] is not None and row[0] >= keys:
        return 0
    count = 0
    with transaction(connection):
        for table, names in _key_columns(connection).items():
            changes = ", ".join(f"{name} = {rotated_sql(name, keys=keys)}" for name in names)
            is_key = " or ".join(f"regexp_matches({name}, {quote_text(_STANDS_ALONE)})" for name in names)
            done = connection.execute(f"update {table} set {changes} where {is_key}").fetchone()
            count += int(done[0]) if done else 0
        count += _rotate_quarantine(connection, keys)
        connection.execute("insert into quality.pseudonym_keys values (?)", [keys])
    return count


def _key_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = connection.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
        " join information_schema.tables using (table_catalog, table_schema, table_name)"
        " where table_type = 'BASE TABLE' and table_catalog = current_database() and data_type = 'VARCHAR'"
        " order by all"
    ).fetchall()
    for schema, table, column in rows:
        if _holds_keys(column) and column != "batch_id":
            found.setdefault(f"{quote_name(schema)}.{quote_name(table)}", []).append(quote_name(column))
    return found


def _rotate_quarantine(connection: duckdb.DuckDBPyConnection, keys: int) -> int:
    columns = {name for table in LANDED_TABLES.values() for c in table.columns if _holds_keys(name := c.name)}
    if not has_table(connection, "quality", "quarantined_rows"):
        return 0
    count = 0
    for name in sorted(columns):
        cell = f"json_extract_string(row_json, '$.{name}')"
        done = connection.execute(
            f"update quality.quarantined_rows set row_json ="
            f" json_merge_patch(row_json, json_object('{name}', {rotated_sql(cell, keys=keys)}))"
            f" where regexp_matches({cell}, {quote_text(_STANDS_ALONE)})"
        ).fetchone()
        count += int(done[0]) if done else 0
    return count


def _rotate_store(store: RestrictedStore, ring: KeyRing) -> int:
    connection, keys = store.connection, len(ring.keys)
    if (store.fact("keys") or 1) >= keys:
        return 0

    def rotated(cell: str) -> str:
        prefix, _, rest = cell.partition("_")
        is_hash = len(rest) == 32 and all(char in "0123456789abcdef" for char in rest)
        return pseudonym_of(ring, f"{prefix}_", cell, after=keys - 1) if is_hash else cell

    connection.create_function("rotated", 1, rotated, deterministic=True)
    count = 0
    with connection:
        for table, column in _STORE:
            count += connection.execute(f"update {table} set {column} = rotated({column})").rowcount
        connection.execute("delete from facts where name = 'keys'")
        connection.execute("insert into facts values ('keys', ?)", (str(keys),))
    store.flush()
    return count


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
