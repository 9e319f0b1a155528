"""A workspace with files and mappings, landed and read back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import yaml

from countersign.core.workspace import Workspace
from countersign.sources.files import batch_directory, check_source, land_source

LANDED_AT = datetime(2026, 3, 1, 6, tzinfo=UTC)
MAPPINGS = Path(__file__).parent / "mappings"


@dataclass
class Drop:
    """One workspace with one source called `drop`."""

    workspace: Workspace

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.workspace.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def map(self, *tables: dict, name: str = "drop") -> None:
        content = {"sources": {name: {"description": "Test files.", "tables": list(tables)}}}
        self.write_config(content)

    def write_config(self, content: object) -> None:
        path = self.workspace.config / "sources.yaml"
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")

    def land(self, name: str = "drop", *, landed_at=LANDED_AT):
        return land_source(self.workspace, self.workspace.company(), name, landed_at=landed_at)

    def check(self, name: str = "drop"):
        return check_source(self.workspace, self.workspace.company(), name)

    def rows(self, batch, columns: str = "*", *, order: str = "_row") -> list[tuple]:
        path = batch_directory(self.workspace, batch) / "rows.parquet"
        return duckdb.sql(f"select {columns} from read_parquet('{path}') order by {order}").fetchall()

    def land_rows(self, columns: str, *, order: str = "_row") -> list[tuple]:
        (batch,) = self.land()
        return self.rows(batch, columns, order=order)


@pytest.fixture
def drop(workspace) -> Drop:
    workspace.data.mkdir()
    return Drop(workspace)
