"""Joined files as temp tables that give at most one row per key, so that a join never multiplies rows."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from countersign.core.errors import SourceError
from countersign.core.workspace import Workspace
from countersign.sources.files.cells import NAIVE, OFFSET, present_sql, trimmed_sql
from countersign.sources.files.expressions import compile_expression
from countersign.sources.files.finding import find_files
from countersign.sources.files.mapping import JoinMapping
from countersign.sources.files.reading import OpenFile, has_json_key, missing_column, open_file

_TO = "timestamp 'infinity'"
_FROM = "timestamp '-infinity'"


class JoinedFiles:
    """One `join:` entry: its files, and the columns that the mapping turned out to need."""

    def __init__(self, join: JoinMapping, files: Sequence[OpenFile]) -> None:
        self.join = join
        self.files = files
        self.needed: list[str] = []
        self._created: tuple[str, ...] | None = None

    @property
    def sha256s(self) -> list[str]:
        """Content hashes of the joined files, sorted."""
        return sorted(file.sha256 for file in self.files)

    def column(self, connection: duckdb.DuckDBPyConnection, name: str) -> str:
        """The temp table's column for a column of the joined files; asks for it from now on.

        Raises:
            SourceError: one of the files does not have it.
        """
        if name not in self.needed:
            for file in self.files:
                if name not in file.columns and not (
                    file.format == "jsonl" and has_json_key(connection, file, name)
                ):
                    raise missing_column(file, name)
            self.needed.append(name)
        return f"k{self.needed.index(name)}"

    def create(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Fill the temp table with the needed columns and return its name.

        Raises:
            SourceError: a time, a number or a line cannot be read, or a key has several rows.
        """
        keys = [self.column(connection, theirs) for theirs in self.join.match]
        since = self.column(connection, self.join.latest_by) if self.join.latest_by else None
        added = [self.column(connection, name) for name in self.join.sum]
        where = self._where_sql(connection)
        table = f"joined_{self.join.alias}"
        if self._created == tuple(self.needed):
            return table
        cleaned = " union all ".join(self._cleaned_sql(file) for file in self.files)
        present = " and ".join(f"{key} is not null" for key in keys)
        kept = f"select * from ({cleaned}) where {present} and {where}"
        if since:
            self._check_readable(connection, kept, f"{_time_sql(since)} is null", self.join.latest_by or "")
            kept = self._history_sql(kept, keys=keys, since=since)
        elif added:
            for name, column in zip(self.join.sum, added, strict=True):
                unreadable = f"{column} is not null and try_cast({column} as decimal(28,6)) is null"
                self._check_readable(connection, kept, unreadable, name)
            sums = ", ".join(f"cast(sum(try_cast({c} as decimal(28,6))) as varchar) as {c}" for c in added)
            kept = f"select {', '.join(keys)}, {sums} from ({kept}) group by {', '.join(keys)}"
        else:
            kept = f"select distinct * from ({kept})"
        connection.execute(f"create or replace temp table {table} as {kept}")
        if not since:
            self._check_unique(connection, table, keys)
        self._created = tuple(self.needed)
        return table

    def condition(self, ours: Sequence[str], *, at_day: str | None) -> str:
        """ON condition against the row's columns; `at_day` is SQL of the row's day, for histories."""
        keys = [f"k{self.needed.index(theirs)}" for theirs in self.join.match]
        table = f"joined_{self.join.alias}"
        parts = [f"{table}.{key} = {our}" for key, our in zip(keys, ours, strict=True)]
        if self.join.latest_by:
            # The row in force at the end of the day; without a day, the newest.
            end = f"coalesce(cast({at_day} as timestamp) + interval 1 day, {_TO})" if at_day else _TO
            parts += [f"{table}._from < {end}", f"{table}._to >= {end}"]
        return " and ".join(parts)

    def _cleaned_sql(self, file: OpenFile) -> str:
        count = range(len(self.needed))
        trimmed = ", ".join(f"{trimmed_sql(f'c{at}')} as t{at}" for at in count)
        cells = ", ".join(f"{present_sql(f't{at}', self.join.missing)} as k{at}" for at in count)
        inner = file.rows_sql(self.needed, keep_rejects=False)
        return f"select {cells} from (select {trimmed} from ({inner}))"

    def _where_sql(self, connection: duckdb.DuckDBPyConnection) -> str:
        if not self.join.where:
            return "true"
        return compile_expression(self.join.where, lambda name: self.column(connection, name))

    def _history_sql(self, kept: str, *, keys: Sequence[str], since: str) -> str:
        everything = ", ".join(f"k{at}" for at in range(len(self.needed)))
        by = ", ".join(keys)
        # Rows of one instant: the last in order of all their cells, so that file order does not matter.
        return f"""
            with stamped as (select *, {_time_sql(since)} as _since from ({kept})),
            distinct_times as (
                select * from stamped
                qualify row_number() over (partition by {by}, _since order by {everything} desc) = 1
            )
            select *,
                case when row_number() over history = 1 then {_FROM} else _since end as _from,
                coalesce(lead(_since) over history, {_TO}) as _to
            from distinct_times
            window history as (partition by {by} order by _since)
        """

    def _check_readable(
        self, connection: duckdb.DuckDBPyConnection, kept: str, condition: str, name: str
    ) -> None:
        row = connection.execute(f"select count(*) from ({kept}) where {condition}").fetchone()
        if row and row[0]:
            raise SourceError(
                f"Column {name!r} of a joined file cannot be read.",
                found=f"{self.join.files}: {row[0]} rows",
                fix="correct the file, or leave those rows out with `where`",
            )

    def _check_unique(self, connection: duckdb.DuckDBPyConnection, table: str, keys: Sequence[str]) -> None:
        row = connection.execute(
            f"select count(*) from (select 1 from {table} group by {', '.join(keys)} having count(*) > 1)"
        ).fetchone()
        if row and row[0]:
            raise SourceError(
                "A joined file has several rows for one key, so rows would multiply.",
                found=f"{self.join.files}: {row[0]} keys of {', '.join(self.join.match)} repeat",
                fix="add `latest_by` for a history, `sum` for amounts, or a column to `match`",
            )


def open_joins(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    joins: Sequence[JoinMapping],
    *,
    scratch: Path,
) -> dict[str, JoinedFiles]:
    """The joined files by alias, checked and in the order of the mapping.

    Raises:
        SourceError: a file is missing or its bytes are not usable.
    """
    return {
        join.alias: JoinedFiles(
            join,
            [
                open_file(connection, workspace, path, options=join, scratch=scratch)
                for path in find_files(workspace, join)
            ],
        )
        for join in joins
    }


def _time_sql(column: str) -> str:
    naive = f"case when regexp_full_match({column}, '{NAIVE}') then try_cast({column} as timestamp) end"
    exact = (
        f"case when regexp_full_match({column}, '{OFFSET}')"
        f" then timezone('UTC', try_cast({column} as timestamptz)) end"
    )
    return f"coalesce({naive}, {exact})"
