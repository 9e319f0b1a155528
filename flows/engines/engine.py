"""What an engine must be able to do, and the tables that travel to it."""

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb

from countersign.core.errors import SettingsError
from countersign.core.warehouse import quote_name, quote_text
from countersign.core.workspace import Workspace
from flows.dbt_build import project_dir

# What the engines' marts and DuckDB's are compared by; everything else is a step on the way.
COMPARED_SCHEMAS = ("facts", "marts")

_SOURCE = re.compile(r"source\('(\w+)', '(\w+)'\)")


@dataclass(frozen=True)
class Table:
    """A table of the warehouse: `columns` are its names and DuckDB types, in order."""

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def quoted(self) -> str:
        """The name for SQL, schema first."""
        return f"{quote_name(self.schema)}.{quote_name(self.name)}"


class Engine(Protocol):
    """A database that dbt can build on."""

    def load(self, warehouse: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> None:
        """Replace the engine's copies of these tables."""

    def tables(self, schemas: Sequence[str]) -> set[tuple[str, str]]:
        """Schema and name of every table and view in these schemas."""

    def columns(self, table: Table) -> list[str]:
        """Names of the columns of the table of this name, in order."""

    def fetch(self, table: Table) -> str:
        """What DuckDB can select this table's rows from, for as long as the engine is open."""


def open_engine(credentials: Any, folder: Path) -> AbstractContextManager[Engine]:
    """The engine that a dbt profile names; `folder` is a scratch folder for rows on their way.

    Raises:
        SettingsError: the profile names an engine that rows cannot be copied to from here.
    """
    if credentials.type == "postgres":
        from flows.engines.postgres import open_postgres

        return open_postgres(credentials, folder)
    if credentials.type == "spark" and credentials.method == "session":
        from flows.engines.spark import open_spark

        return open_spark(credentials, folder)
    raise SettingsError(
        "Rows can be copied from here to Postgres and to a Spark session only.",
        found=f"a profile of type {credentials.type}",
        fix="load the tables with the engine's own loader and build with `dbt build`; see docs/scale.md",
    )


def copied_tables(warehouse: duckdb.DuckDBPyConnection) -> list[Table]:
    """The tables that some model or test reads. What no figure needs stays where it is."""
    return [_described(warehouse, schema, name) for schema, name in _read_sources()]


def compared_tables(warehouse: duckdb.DuckDBPyConnection) -> list[Table]:
    """Every fact and mart that DuckDB has built, as a table or as a view."""
    marks = ", ".join(quote_text(schema) for schema in COMPARED_SCHEMAS)
    found = warehouse.execute(
        f"select table_schema, table_name from information_schema.tables where table_schema in ({marks})"
        " order by all"
    ).fetchall()
    return [_described(warehouse, schema, name) for schema, name in found]


def export_folder(workspace: Workspace) -> Path:
    """Where rows rest on their way between two engines."""
    return workspace.state / "engines"


def _read_sources() -> list[tuple[str, str]]:
    found = set()
    for path in project_dir().rglob("*.sql"):
        found |= set(_SOURCE.findall(path.read_text(encoding="utf-8")))
    return sorted(found)


def _described(warehouse: duckdb.DuckDBPyConnection, schema: str, name: str) -> Table:
    columns = warehouse.execute(
        "select column_name, data_type from duckdb_columns() where schema_name = ? and table_name = ?"
        " order by column_index",
        [schema, name],
    ).fetchall()
    return Table(schema, name, tuple((column, kind) for column, kind in columns))
