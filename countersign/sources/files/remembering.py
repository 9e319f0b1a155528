"""What of a source's files goes to the restricted store before they are landed: addresses, numbers, names."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import duckdb

from countersign.core.workspace import Workspace
from countersign.sources.files.planning import Planned
from countersign.sources.personal.restricted_store import RestrictedStore, open_store

# Holder of names that came with nothing that says whose they are.
UNKNOWN = "unknown"
_ROWS = 20_000


def remember_people(workspace: Workspace, planned: Sequence[Planned], *, at: datetime) -> None:
    """Put the people of files that are about to be landed into the restricted store, and learn their names.

    All files of a source come first, so that a note is masked by the names of a list that is landed after
    it. Files that were landed before are only noted as seen.

    Args:
        workspace: where the store and the landed batches are.
        planned: the files.
        at: when they are landed.
    """
    wanted = [(one, sql) for one in planned if (sql := one.builder().people_sql()) is not None]
    if not wanted:
        return
    with open_store(workspace) as store:
        for one, sql in wanted:
            batch = workspace.landing / one.source / one.mapping.table / one.batch_id / "batch.json"
            if batch.is_file():
                store.touch(one.batch_id, at=at)
            else:
                _remember(store, one, sql, at=at)
    for protection in {id(one.protection): one.protection for one, _ in wanted}.values():
        protection.learn()


def _remember(store: RestrictedStore, planned: Planned, sql: str, *, at: datetime) -> None:
    source, batch = planned.source, planned.batch_id
    # An event list names the same few people a million times; the id matters only beside a name.
    lead_id = "lead_id" if planned.mapping.person_names else "null"
    # In order of their keys, which is where the store puts them.
    people = f"select distinct email_key, email, phone_key, phone, {lead_id}, name from ({sql}) order by 1, 3"
    for rows in _chunks(planned.connection, people):
        values = {(row[0], "email", row[1]) for row in rows if row[0]}
        values |= {(row[2], "phone", row[3]) for row in rows if row[2]}
        store.remember(values, source=source, batch=batch, at=at)
        names = {(row[0] or row[2] or row[4] or UNKNOWN, row[5]) for row in rows if row[5]}
        store.remember_names(names, source=source, batch=batch, at=at)


def _chunks(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[list[tuple[Any, ...]]]:
    cursor = connection.execute(sql)
    while rows := cursor.fetchmany(_ROWS):
        yield rows
