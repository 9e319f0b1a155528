"""Where another loader's tables lie: what every kind of place can tell and give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import duckdb


@dataclass(frozen=True)
class StoredTable:
    """A table or view of a store: its columns with their types, in order."""

    schema: str
    name: str
    columns: Mapping[str, str]

    @property
    def label(self) -> str:
        """The table as people name it."""
        return f"{self.schema}.{self.name}" if self.schema else self.name


class Store(Protocol):
    """A place with tables, opened for reading only.

    `connection` is a private DuckDB in which `staged` relations can be read.
    """

    connection: duckdb.DuckDBPyConnection

    def tables(self) -> list[StoredTable]:
        """Every table that may be read."""
        ...

    def fingerprint(self, table: StoredTable, synced: str | None) -> str | None:
        """What changes whenever the rows may have changed; None when nothing tells."""
        ...

    def staged(self, table: StoredTable, columns: Sequence[str]) -> tuple[str, Mapping[str, str]]:
        """A relation of `connection` with those columns, and their types there."""
        ...

    def close(self) -> None:
        """Let go of the place and of all that was staged."""
        ...
