"""Write rows as a connector lands them, so that the gate meets planted defects as it meets real ones."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from countersign.core.contracts import Batch
from countersign.core.hashing import canonical_json, short_id
from countersign.core.landed import BOOKKEEPING, LandedColumn, landed_table
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Workspace
from expectations.seeded.good_rows import Row


def land_rows(
    workspace: Workspace,
    table: str,
    rows: Sequence[Row],
    *,
    landed_at: datetime,
    file: str = "data/export.csv",
    source: str = "crm",
) -> Batch:
    """A landed batch of rows, with its rows.parquet and batch.json; what a row does not name is null."""
    batch_id = short_id("b", [source, table, file, rows, landed_at.isoformat()])
    folder = workspace.landing / source / table / batch_id
    folder.mkdir(parents=True, exist_ok=True)
    own = {"_batch_id": batch_id, "_source": source, "_file": file}
    filled = [{**row, **own, "_row": number} for number, row in enumerate(rows, start=1)]
    _write_parquet(folder / "rows.parquet", (*landed_table(table).columns, *BOOKKEEPING), filled)
    batch = Batch(
        id=batch_id,
        source=source,
        table=table,
        file=file,
        content_hash=short_id("", rows),
        mapping_hash="m",
        landed_at=landed_at,
        rows_landed=len(rows),
    )
    (folder / "batch.json").write_bytes(canonical_json(batch))
    return batch


def _write_parquet(path: Path, columns: Sequence[LandedColumn], rows: Sequence[Row]) -> None:
    connection = duckdb.connect()
    connection.execute(f"create table t ({', '.join(f'{c.name} {c.type}' for c in columns)})")
    if rows:
        marks = ", ".join("?" for _ in columns)
        connection.executemany(
            f"insert into t values ({marks})", [[row.get(c.name) for c in columns] for row in rows]
        )
    connection.execute(f"copy t to {quote_text(str(path))} (format parquet)")
    connection.close()
