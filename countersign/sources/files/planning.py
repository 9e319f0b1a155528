"""What a source's mappings and files come to: checked files, and the batch that each would be."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import duckdb

from countersign.core.errors import SourceError
from countersign.core.hashing import digest_of, short_id
from countersign.core.landed import BOOKKEEPING, landed_table
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Workspace
from countersign.sources.files.finding import find_files
from countersign.sources.files.joining import JoinedFiles, open_joins
from countersign.sources.files.mapping import TableMapping, mapping_content
from countersign.sources.files.reading import OpenFile, connect, forget_rejects, open_file, read_rejects
from countersign.sources.files.selecting import RowBuilder, Said
from countersign.sources.personal.protection import Protection
from countersign.sources.personal.pseudonyms import hmac_sql
from countersign.sources.personal.text_sql import masked

# Raised whenever the same mapping and bytes would land other rows than before.
READER_VERSION = 2


@dataclass(frozen=True)
class Planned:
    """One file for one table. `label` is the file's name with anything personal masked."""

    source: str
    mapping: TableMapping
    mapping_hash: str
    file: OpenFile
    label: str
    joins: dict[str, JoinedFiles]
    connection: duckdb.DuckDBPyConnection
    protection: Protection
    batch_id: str

    def builder(self) -> RowBuilder:
        """What turns the file into rows of the table."""
        return RowBuilder(
            self.connection,
            self.mapping,
            self.file,
            joins=self.joins,
            keys=len(self.protection.ring.keys),
            forgets=bool(self.protection.suppressions),
        )


def scratch_place(workspace: Workspace) -> Path:
    """Where scratch directories are; empty whenever nothing is being landed."""
    return workspace.restricted / "landing"


def mapping_hash_of(mapping: TableMapping) -> str:
    """The version of a mapping that every batch it gives is recorded with."""
    return digest_of([READER_VERSION, mapping_content(mapping)])


@contextmanager
def scratch_directory(workspace: Workspace) -> Iterator[Path]:
    """A private directory for half-written batches; what a killed process left is removed first.

    It lies in state/restricted/: copies made for odd encodings hold raw cells while they are read.
    """
    place = scratch_place(workspace)
    place.mkdir(parents=True, exist_ok=True)
    workspace.restricted.chmod(0o700)
    place.chmod(0o700)
    for left in place.iterdir():
        if not _is_running(left.name.partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    scratch = place / f"{os.getpid()}-{uuid4().hex}"
    scratch.mkdir(mode=0o700)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def plan_tables(
    files: Workspace,
    name: str,
    tables: Sequence[TableMapping],
    *,
    protection: Protection,
    scratch: Path,
    absent_is_null: bool = False,
) -> list[Planned]:
    """Check every file of a source before any of it is landed.

    Args:
        files: where the mappings' files are: the workspace, or a private place that looks like one.
        name: the source.
        tables: how its files fill landed tables.
        protection: what keeps people out of the rows.
        scratch: a private directory.
        absent_is_null: vendors leave empty fields out of their JSON, so a mapped field that no record
            has is empty, not a mistake of the mapping.

    Raises:
        SourceError: a file is missing or its bytes are not usable, or all of them are header only.
        SettingsError: a mapping names a place outside the workspace.
    """
    planned = []
    for mapping in tables:
        connection = connect(scratch)
        protection.install(connection)
        joins = open_joins(connection, files, mapping.join, scratch=scratch)
        mapping_hash = mapping_hash_of(mapping)
        found = [
            replace(
                open_file(connection, files, path, options=mapping, scratch=scratch),
                absent_is_null=absent_is_null,
            )
            for path in find_files(files, mapping)
        ]
        if not absent_is_null:
            _check_rows(mapping, found)
        hashes = [joined.sha256s for joined in joins.values()]
        for file in found:
            identity = [name, mapping.table, file.label, file.sha256, mapping_hash, hashes]
            batch_id = short_id("b", [*identity, *protection.identity])
            label = _shown_label(connection, file.label)
            planned.append(
                Planned(name, mapping, mapping_hash, file, label, joins, connection, protection, batch_id)
            )
    return planned


def _shown_label(connection: duckdb.DuckDBPyConnection, label: str) -> str:
    """A file's name with anything personal masked, and still another for another file.

    A batch's file name says which version replaces which, so two masked names must never be equal.
    """
    shown = masked(connection, label)
    if shown == label:
        return label
    row = connection.execute(f"select left({hmac_sql('t')}, 8) from (select ? as t)", [label]).fetchone()
    return f"{shown} ({row[0] if row else ''})"


def write_rows(planned: Planned, target: Path, *, with_problems: bool = False) -> int:
    """Write the file's rows as Parquet and return how many.

    Args:
        planned: the file and its mapping.
        target: Parquet file to write.
        with_problems: also `_problems`, what each row's cells were refused for (for reports only).

    Raises:
        SourceError: the file cannot be read as mapped, or the rows cannot be written.
        SettingsError: an expression of the mapping is not allowed.
    """
    connection = planned.connection
    forget_rejects(connection)
    try:
        if with_problems:
            rows = _write(planned, target, said="problems")
        else:
            rows = _write(planned, target, said="whether")
            if _holds_bad_rows(connection, target):
                forget_rejects(connection)
                rows = _write(planned, target, said="why")
        rejects = read_rejects(connection, planned.file)
        if rejects:
            rows = _append_rejects(planned, target, rejects=rejects, with_problems=with_problems)
    except duckdb.Error as error:
        raise _unreadable(planned, error) from None
    return rows


def _write(planned: Planned, target: Path, *, said: Said) -> int:
    select = planned.builder().select_sql(staged=True, said=said)
    extra = ", _problems" if said == "problems" else ""
    return _copy(planned.connection, f"select {_listing(planned)}{extra} from ({select})", target)


def _holds_bad_rows(connection: duckdb.DuckDBPyConnection, rows: Path) -> bool:
    read = f"read_parquet({quote_text(str(rows))})"
    return bool(connection.execute(f"select 1 from {read} where _bad is not null limit 1").fetchone())


def _append_rejects(planned: Planned, target: Path, *, rejects: list[str], with_problems: bool) -> int:
    whole = target.with_name("whole.parquet")
    columns = [*landed_table(planned.mapping.table).columns, *BOOKKEEPING]
    known = {
        "_batch_id": quote_text(planned.batch_id),
        "_source": quote_text(planned.source),
        "_file": quote_text(planned.label),
        "_row": "number + (select count(*) from read)",
        "_bad": "said",
    }
    values = [f"cast({known.get(c.name, 'null')} as {c.type}) as {c.name}" for c in columns]
    extra = ", [said] as _problems" if with_problems else ""
    planned.connection.execute("create or replace temp table ragged (number bigint, said varchar)")
    planned.connection.execute(
        "insert into ragged select unnest(range(1, len(said) + 1)), unnest(said) from (select ? as said)",
        [rejects],
    )
    rows = _copy(
        planned.connection,
        f"""
        with read as (select * from read_parquet({quote_text(str(target))}))
        select * from read union all by name select {", ".join(values)}{extra} from ragged
        """,
        whole,
    )
    whole.replace(target)
    return rows


def _copy(connection: duckdb.DuckDBPyConnection, select: str, target: Path) -> int:
    row = connection.execute(f"copy ({select}) to {quote_text(str(target))} (format parquet)").fetchone()
    return int(row[0]) if row else 0


def _listing(planned: Planned) -> str:
    names = [column.name for column in landed_table(planned.mapping.table).columns]
    return ", ".join(
        [
            *names,
            f"{quote_text(planned.batch_id)} as _batch_id",
            f"{quote_text(planned.source)} as _source",
            f"{quote_text(planned.label)} as _file",
            "_row",
            "_bad",
        ]
    )


def _check_rows(mapping: TableMapping, files: list[OpenFile]) -> None:
    if not any(file.has_rows for file in files):
        raise SourceError(
            "There is a header and nothing else.",
            found=", ".join(file.label for file in files[:3]),
            fix=f"export {mapping.files!r} again with its rows, or remove the mapping until there are some",
        )


def _unreadable(planned: Planned, error: duckdb.Error) -> SourceError:
    # DuckDB repeats cells and lines in its messages, so only the kind of error is passed on.
    if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
        return SourceError(
            "The rows of a file could not be written.",
            found=f"{planned.label}: {type(error).__name__} in state/landing",
            fix="free disk space and memory (or raise the limits of the process), then run this again; "
            "nothing half is kept",
        )
    if isinstance(error, duckdb.BinderException):
        return SourceError(
            "An expression of a mapping does not fit its columns, which are all text.",
            found=f"{planned.mapping.table} of {planned.source}: {str(error).splitlines()[0][:200]}",
            fix="turn text into numbers or dates with try_cast(x as type)",
        )
    return SourceError(
        "A file cannot be read as mapped.",
        found=f"{planned.label}: {type(error).__name__}",
        fix="check delimiter, quote, encoding and the expressions of this mapping",
    )


def _is_running(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
