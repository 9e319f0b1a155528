"""Reads within one agent's grant: what is refused is logged once, by name and never with a value."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

import duckdb

from countersign.core.contracts import Snapshot
from countersign.core.errors import SnapshotError
from countersign.core.log import EventLog
from countersign.core.snapshot import open_granted
from countersign.core.workspace import Workspace

log = EventLog(__name__)

# DuckDB says the name that it refused and also the SQL around it; only what looks like a name is kept,
# because a quoted "column" of hostile SQL could as well be somebody's address.
_NAME = r'"?([A-Za-z_]\w{0,62}(?:\.[A-Za-z_]\w{0,62}){0,2})"?'
_TABLE = re.compile(rf"Table with name {_NAME} does not exist")
_COLUMN = re.compile(rf"Referenced column {_NAME} not found")
_COLUMN_OF_TABLE = re.compile(rf"Table {_NAME} does not have a column named {_NAME}")
_OUTSIDE = (duckdb.PermissionException, duckdb.InvalidInputException)


@contextmanager
def read_granted(
    workspace: Workspace, snapshot: Snapshot, *, grants: Mapping[str, Sequence[str]], agent: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for one agent, as `open_granted` gives it, closed at the end.

    A grant that is refused, or a read of what was not granted (a table, a column, a file, a setting),
    is logged as one event `read_refused` and raised again.

    Args:
        workspace: where the snapshot's objects are.
        snapshot: the manifest.
        grants: columns by table.
        agent: who reads, for the log.

    Raises:
        SnapshotError: the grant does not fit the snapshot.
    """
    try:
        with closing(open_granted(workspace, snapshot, grants=grants)) as connection:
            yield connection
    except (duckdb.Error, SnapshotError) as error:
        refused = _refused_by_grant(snapshot, grants) or _refused_by_duckdb(error)
        if refused:
            log.warning("read_refused", agent=agent, snapshot=snapshot.id, **refused)
        raise


def _refused_by_grant(snapshot: Snapshot, grants: Mapping[str, Sequence[str]]) -> dict[str, object]:
    for name, columns in grants.items():
        missing = (
            [column for column in columns if column not in snapshot.tables[name].columns]
            if (name in snapshot.tables)
            else []
        )
        if missing:
            return {"what": "grant", "table": name, "column": ", ".join(missing)}
    return {}


def _refused_by_duckdb(error: BaseException) -> dict[str, object]:
    # Whoever ran the SQL may have said the refusal in words of their own and kept it as the cause.
    while not isinstance(error, duckdb.Error):
        if error.__cause__ is None:
            return {}
        error = error.__cause__
    said = str(error)
    if found := _COLUMN_OF_TABLE.search(said):
        return {"what": "column", "table": found[1], "column": found[2]}
    if found := _COLUMN.search(said):
        return {"what": "column", "column": found[1]}
    if found := _TABLE.search(said):
        return {"what": "table", "table": found[1]}
    if isinstance(error, _OUTSIDE):
        return {"what": "file or setting"}
    if isinstance(error, (duckdb.BinderException, duckdb.CatalogException)):
        return {"what": "name that is no name"}
    return {}
