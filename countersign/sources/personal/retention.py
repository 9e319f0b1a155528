"""What is kept no longer than config/privacy.yaml allows: raw values, names, raw pages, landed files."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from countersign.core.contracts import Batch
from countersign.core.log import EventLog
from countersign.core.workspace import Workspace
from countersign.sources.personal.privacy_config import read_privacy
from countersign.sources.personal.restricted_store import open_store, store_path

log = EventLog(__name__)


@dataclass(frozen=True)
class Purged:
    """How much was deleted, and the days after which it is."""

    raw_values: int
    landed_files: int
    fetched_files: int
    raw_values_days: int
    landed_days: int
    fetched_days: int

    def as_json(self) -> dict[str, int]:
        """The counts as plain values."""
        return asdict(self)


def purge_overdue(workspace: Workspace, *, at: datetime) -> Purged:
    """Delete what is too old: raw values that no source showed for long, raw pages, promoted landed rows.

    A landed batch keeps its batch.json, so that the same file is still known and nothing lands twice.

    Args:
        workspace: the company's directory.
        at: the instant from which the days are counted back.

    Raises:
        SettingsError: config/privacy.yaml does not fit.
    """
    retention = read_privacy(workspace).retention
    values = 0
    if store_path(workspace).is_file():
        with open_store(workspace) as store:
            values = store.purge(before=at - timedelta(days=retention.raw_values_days))
    files = _purge_landed(workspace, before=at - timedelta(days=retention.landed_days))
    pages = _purge_fetched(workspace, before=at - timedelta(days=retention.fetched_days))
    if values or files or pages:
        log.info("personal_data_purged", raw_values=values, landed_files=files, fetched_files=pages)
    return Purged(
        values, files, pages, retention.raw_values_days, retention.landed_days, retention.fetched_days
    )


def _purge_fetched(workspace: Workspace, *, before: datetime) -> int:
    purged = 0
    for path in (workspace.restricted / "fetched").glob("*/*/*"):
        # A page is as old as its file: it is written anew whenever its week is read again.
        if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            path.unlink()
            purged += 1
    return purged


def _purge_landed(workspace: Workspace, *, before: datetime) -> int:
    purged = 0
    for path in workspace.landing.glob("*/*/*/rows.parquet"):
        record = path.with_name("batch.json")
        if not record.is_file():
            continue
        batch = Batch.model_validate_json(record.read_bytes())
        if batch.state != "landed" and batch.landed_at < before:
            path.unlink()
            path.with_name("set_aside.parquet").unlink(missing_ok=True)
            purged += 1
    return purged
