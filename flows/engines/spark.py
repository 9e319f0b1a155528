"""Rows to and from a Spark session of this process, as Parquet files."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from countersign.core.warehouse import quote_name, quote_text
from flows.engines.engine import Table

# A session that reaches nothing but this machine and keeps its tables' names in memory. A profile's
# server_side_parameters come on top, e.g. a catalog that lasts.
_LOCAL = {
    "spark.master": "local[2]",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.ansi.enabled": "false",
}


class Spark:
    """An open Spark session.

    Args:
        session: pyspark's.
        folder: scratch folder for Parquet files; raw tables live in it as long as the session does.
    """

    def __init__(self, session: Any, folder: Path) -> None:
        self._session = session
        self._folder = folder

    def load(self, warehouse: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> None:
        """Replace these tables by tables over Parquet files that DuckDB writes."""
        for table in tables:
            path = self._folder / f"{table.schema}.{table.name}.parquet"
            columns = ", ".join(_exported(name, kind) for name, kind in table.columns)
            warehouse.execute(
                f"copy (select {columns} from {table.quoted}) to {quote_text(str(path))} (format parquet)"
            )
            self._session.sql(f"create schema if not exists {table.schema}")
            self._session.sql(f"drop table if exists {table.schema}.{table.name}")
            self._session.sql(
                f"create table {table.schema}.{table.name} using parquet location {quote_text(path.as_uri())}"
            )

    def tables(self, schemas: Sequence[str]) -> set[tuple[str, str]]:
        """Schema and name of every table and view in these schemas."""
        known = {row.namespace for row in self._session.sql("show schemas").collect()}
        return {
            (schema, row.tableName)
            for schema in schemas
            if schema in known
            for row in self._session.sql(f"show tables in {schema}").collect()
        }

    def columns(self, table: Table) -> list[str]:
        """Names of the columns of the table of this name, in order."""
        return list(self._session.table(f"{table.schema}.{table.name}").columns)

    def fetch(self, table: Table) -> str:
        """The table's rows as Parquet files."""
        path = self._folder / "fetched" / f"{table.schema}.{table.name}"
        self._session.table(f"{table.schema}.{table.name}").write.mode("overwrite").parquet(path.as_uri())
        return f"read_parquet({quote_text(str(path / '*.parquet'))})"


@contextmanager
def open_spark(credentials: Any, folder: Path) -> Iterator[Spark]:
    """Start the session that dbt will find and use, and stop it afterwards."""
    from pyspark.sql import SparkSession

    # Tables whose names were kept in memory have left their files behind.
    shutil.rmtree(folder / "spark-warehouse", ignore_errors=True)
    builder = SparkSession.builder.appName("countersign")
    settings = {
        **_LOCAL,
        "spark.sql.warehouse.dir": str(folder / "spark-warehouse"),
        **credentials.server_side_parameters,
        # Timestamps without a zone are UTC in the warehouse, and stay that here.
        "spark.sql.session.timeZone": "UTC",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield Spark(session, folder)
    finally:
        session.stop()


def _exported(name: str, kind: str) -> str:
    quoted = quote_name(name)
    # An instant that says that it is UTC is Spark's own timestamp; one that does not is another type there.
    return f"cast({quoted} as timestamptz) as {quoted}" if kind == "TIMESTAMP" else quoted
