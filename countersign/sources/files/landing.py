"""Land a source: one immutable batch per file and table, whole or not at all."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from pydantic import SecretStr

from countersign.core.contracts import Batch, Window
from countersign.core.errors import SourceError
from countersign.core.hashing import short_id
from countersign.core.landed import landed_table
from countersign.core.log import EventLog
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Company, Workspace
from countersign.sources.files.mapping import TableMapping
from countersign.sources.files.planning import Planned, plan_tables, scratch_directory, write_rows
from countersign.sources.files.remembering import remember_people
from countersign.sources.files.sources_file import find_source, read_sources
from countersign.sources.personal.protection import read_protection

log = EventLog(__name__)


def land_source(
    workspace: Workspace,
    company: Company,
    source_name: str,
    *,
    landed_at: datetime,
    pseudonym_key: SecretStr | None = None,
) -> list[Batch]:
    """Land every file of a source that is not landed yet.

    Args:
        workspace: where config/sources.yaml, the files and state/landing are.
        company: its reporting zone cuts the batches' windows.
        source_name: a name in config/sources.yaml.
        landed_at: the instant to record; has a time zone.
        pseudonym_key: `settings.pseudonym_key`; a random key in state/restricted/ when None.

    Returns:
        One batch per file and table, in the order of the mapping and of file names. A batch that
        was landed before is returned as its batch.json says and nothing is written.

    Raises:
        SourceError: a file is missing, not usable, or the disk is full; no half batch is left.
        SettingsError: the source or its mapping is not usable.
    """
    if landed_at.tzinfo is None:
        raise ValueError("landed_at needs a time zone")
    source = find_source(read_sources(workspace), source_name)
    return land_tables(
        workspace,
        company,
        source_name,
        source.tables,
        files=workspace,
        landed_at=landed_at,
        pseudonym_key=pseudonym_key,
    )


def land_tables(
    workspace: Workspace,
    company: Company,
    source_name: str,
    tables: Sequence[TableMapping],
    *,
    files: Workspace,
    landed_at: datetime,
    pseudonym_key: SecretStr | None = None,
    absent_is_null: bool = False,
    may_be_empty: bool = False,
) -> list[Batch]:
    """Land the files that some mappings name below `files`; see `land_source`, `plan_tables` and `Batch`.

    Raises:
        SourceError: a file is missing, not usable, or the disk is full; no half batch is left.
    """
    protection = read_protection(workspace, pseudonym_key)
    with scratch_directory(workspace) as scratch:
        planned = plan_tables(
            files, source_name, tables, protection=protection, scratch=scratch, absent_is_null=absent_is_null
        )
        try:
            remember_people(workspace, planned, at=landed_at)
            return [
                _land(
                    workspace, company, one, landed_at=landed_at, scratch=scratch, may_be_empty=may_be_empty
                )
                for one in planned
            ]
        except OSError as error:
            raise SourceError(
                "A landed batch could not be written.",
                found=f"{source_name}: {error.strerror or type(error).__name__}",
                fix="free disk space, check the rights on state/landing, then run this again",
            ) from error
        finally:
            for one in planned:
                one.connection.close()


def batch_directory(workspace: Workspace, batch: Batch) -> Path:
    """Where a batch's rows.parquet and batch.json are."""
    return workspace.landing / batch.source / batch.table / batch.id


def _land(
    workspace: Workspace,
    company: Company,
    planned: Planned,
    *,
    landed_at: datetime,
    scratch: Path,
    may_be_empty: bool,
) -> Batch:
    place = workspace.landing / planned.source / planned.mapping.table
    if (place / planned.batch_id).exists():
        # Only bytes that landed before can be a restatement taken back.
        planned = replace(planned, batch_id=_id_after(planned.batch_id, versions(place, planned.label)))
    target = place / planned.batch_id
    if (target / "batch.json").is_file():
        return Batch.model_validate_json((target / "batch.json").read_bytes())
    draft = scratch / planned.batch_id
    draft.mkdir(exist_ok=True)
    rows = write_rows(planned, draft / "rows.parquet")
    batch = Batch(
        id=planned.batch_id,
        source=planned.source,
        table=planned.mapping.table,
        file=planned.label,
        content_hash=planned.file.sha256,
        mapping_hash=planned.mapping_hash,
        landed_at=landed_at,
        rows_landed=rows,
        window=_window(planned.connection, draft / "rows.parquet", company, table=planned.mapping.table),
        may_be_empty=may_be_empty,
    )
    (draft / "batch.json").write_text(batch.model_dump_json(indent=2) + "\n", encoding="utf-8")
    _keep(draft, target)
    log.info("batch_landed", batch=batch.id, source=batch.source, table=batch.table, rows=rows)
    return batch


def versions(place: Path, file: str) -> list[Batch]:
    """Every batch that a file gave so far, oldest first."""
    batches = [Batch.model_validate_json(path.read_bytes()) for path in place.glob("*/batch.json")]
    return sorted((batch for batch in batches if batch.file == file), key=lambda batch: batch.landed_at)


def _id_after(batch_id: str, versions: Sequence[Batch]) -> str:
    """The id of a file's batch; a file that says again what it said before a change is a new batch.

    Otherwise a restatement that is taken back would be mistaken for the batch it restores.
    """
    if batch_id not in {version.id for version in versions} or versions[-1].id == batch_id:
        return batch_id
    taken_back = {short_id("b", [batch_id, version.id]) for version in versions[:-1]}
    latest = versions[-1].id
    return latest if latest in taken_back else short_id("b", [batch_id, latest])


def _window(
    connection: duckdb.DuckDBPyConnection, rows: Path, company: Company, *, table: str
) -> Window | None:
    landed = landed_table(table)
    day = landed.day
    if landed.column(day).type == "timestamp":
        day = f"timezone({quote_text(company.time_zone)}, timezone('UTC', {day}))"
    days = f"select cast({day} as date) as day from read_parquet({quote_text(str(rows))})"
    found = connection.execute(f"select min(day), max(day) from ({days})").fetchone()
    if not found or found[0] is None:
        return None
    return Window(start=found[0], end=found[1] + timedelta(days=1))


def _keep(draft: Path, target: Path) -> None:
    # Bytes first, then the name: after a crash the batch is there whole or not at all.
    for path in (draft / "rows.parquet", draft / "batch.json", draft):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft.rename(target)
