"""DuckDB files and folders of Parquet as stores of tables."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from countersign.core.errors import SourceError
from countersign.core.hashing import digest_of
from countersign.core.warehouse import quote_name, quote_text
from countersign.sources.adopted.stores import StoredTable
from countersign.sources.files.reading import connect

_OWN = "adopted"
# Names that writers give to the parts of one table: 0001.parquet, part-0.parquet, 1699.8f2c.parquet.
_PART = re.compile(r"(part|data|file)?[-_.]?[0-9a-f]*[0-9][0-9a-z._-]*", re.IGNORECASE)


class DuckDBStore:
    """A DuckDB file, attached for reading only."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self.connection = connect(scratch)
        try:
            self.connection.execute(f"attach {quote_text(str(path))} as {_OWN} (read_only)")
        except duckdb.Error as error:
            self.connection.close()
            raise SourceError(
                "A DuckDB file cannot be opened.",
                found=f"{path.name}: {type(error).__name__}",
                fix="let the program that writes it end first; it must be written by DuckDB 1.5 or older",
            ) from None

    def tables(self) -> list[StoredTable]:
        """Every table and view of every schema."""
        rows = self.connection.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns()"
            " where database_name = ? and not internal order by schema_name, table_name, column_index",
            [_OWN],
        ).fetchall()
        return _grouped(rows)

    def fingerprint(self, table: StoredTable, synced: str | None) -> str | None:
        """Count and newest sync; None for a table without a sync time."""
        return _counted(self.connection, _in_own(table), synced)

    def staged(self, table: StoredTable, columns: Sequence[str]) -> tuple[str, Mapping[str, str]]:
        """The table itself."""
        return _in_own(table), table.columns

    def close(self) -> None:
        """Detach the file."""
        self.connection.close()


class ParquetStore:
    """A folder of Parquet: one file a table (`schema/table.parquet`) or many (`schema/table/part-0.parquet`).

    The schema may be left out.
    """

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.connection = connect(scratch)
        self._files = _by_table(folder)

    def tables(self) -> list[StoredTable]:
        """Every table, with the columns of all its files."""
        return [
            StoredTable(schema, name, self._columns(schema, name)) for schema, name in sorted(self._files)
        ]

    def fingerprint(self, table: StoredTable, synced: str | None) -> str | None:
        """Names, sizes and times of the table's files."""
        files = self._files[table.schema, table.name]
        return digest_of([[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in files])

    def staged(self, table: StoredTable, columns: Sequence[str]) -> tuple[str, Mapping[str, str]]:
        """All files of the table as one."""
        return self._relation(table.schema, table.name), table.columns

    def close(self) -> None:
        """Let go of the files."""
        self.connection.close()

    def _relation(self, schema: str, name: str) -> str:
        files = ", ".join(quote_text(str(path)) for path in self._files[schema, name])
        return f"read_parquet([{files}], union_by_name = true, hive_partitioning = false)"

    def _columns(self, schema: str, name: str) -> dict[str, str]:
        try:
            rows = self.connection.execute(
                f"describe select * from {self._relation(schema, name)}"
            ).fetchall()
        except duckdb.Error as error:
            raise SourceError(
                "A Parquet file cannot be read.",
                found=f"{schema}/{name}: {type(error).__name__}",
                fix="let the loader write it again, or take it out of the folder",
            ) from None
        return {row[0]: row[1] for row in rows}


def _by_table(folder: Path) -> dict[tuple[str, str], list[Path]]:
    found: dict[tuple[str, str], list[Path]] = {}
    for path in sorted(folder.rglob("*.parquet")):
        parents = path.relative_to(folder).parts[:-1]
        # DuckDB would expand marks in names as a pattern.
        if any(part.startswith((".", "_dlt_")) for part in parents) or re.search(r"[*?\[\]]", str(path)):
            continue
        found.setdefault(_table_of(parents, path.stem), []).append(path)
    return found


def _table_of(parents: tuple[str, ...], stem: str) -> tuple[str, str]:
    if not parents:
        return "", stem
    if len(parents) > 1 or _PART.fullmatch(stem):
        return (parents[-2] if len(parents) > 1 else ""), parents[-1]
    return parents[-1], stem


def _counted(connection: duckdb.DuckDBPyConnection, relation: str, synced: str | None) -> str | None:
    if synced is None:
        return None
    row = connection.execute(
        f"select count(*), max({quote_name(synced)})::varchar from {relation}"
    ).fetchone()
    return digest_of([list(row)]) if row else None


def _in_own(table: StoredTable) -> str:
    return ".".join(quote_name(part) for part in (_OWN, table.schema, table.name))


def _grouped(rows: list[tuple[str, str, str, str]]) -> list[StoredTable]:
    columns: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in rows:
        columns.setdefault((schema, table), {})[column] = kind
    return [StoredTable(schema, name, given) for (schema, name), given in columns.items()]
