"""Tables of paths for the attribution models."""

from collections.abc import Callable, Sequence

import duckdb
import pytest

Row = tuple[str | None, float, float, float]
PathsTable = Callable[[Sequence[Row]], duckdb.DuckDBPyConnection]


@pytest.fixture(scope="session")
def paths_table() -> PathsTable:
    """Fill the table `paths` of one connection with rows of path, conversions, value, nulls."""
    connection = duckdb.connect()

    def fill(rows: Sequence[Row]) -> duckdb.DuckDBPyConnection:
        connection.execute(
            "create or replace table paths (path varchar, conversions double, value double, nulls double)"
        )
        if rows:
            connection.executemany("insert into paths values (?, ?, ?, ?)", rows)
        return connection

    return fill
