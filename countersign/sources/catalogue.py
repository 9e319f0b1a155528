"""The source catalogue: what each source is, who answers for it, how fresh it is, when it is reviewed next.

Everything is read from config/sources.yaml and the batch.json files of landing, which promotion keeps up to
date; the warehouse is not opened, so that a running pipeline is never in the way.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from countersign.core.contracts import Batch, Record
from countersign.core.workspace import Company, Workspace
from countersign.sources.files.mapping import TableMapping
from countersign.sources.files.planning import mapping_hash_of
from countersign.sources.files.sources_file import Source, read_sources

Status = Literal["never loaded", "fresh", "late", "failed"]
Kind = Literal["files", "connector", "adopted"]
# What the catalogue says of a source as it was written.
_SAID = frozenset({
    "description", "origin", "owner", "steward", "reliability", "reliability_note", "licence",
    "confidentiality", "allow_outside_models", "refresh_promise_days", "review_every_days",
    "last_reviewed", "connector",
})  # fmt: skip


class LastBatch(Record):
    """The batch of a source that landed last, and the version of the mapping that read it."""

    id: str
    table: str
    file: str
    landed_at: datetime
    state: Literal["landed", "promoted", "quarantined"]
    rows_landed: int
    rows_promoted: int
    rows_quarantined: int
    mapping_hash: str


class TableEntry(Record):
    """One table of a source: `mapping_hash` is the mapping's version now, `is_remapped` whether it changed
    since the last batch of the table."""

    table: str
    files: str
    data_through: date | None
    mapping_hash: str
    is_remapped: bool


class CatalogueEntry(Record):
    """One source. Rows are summed over the latest version of each file.

    `kind` says where rows come from: dropped files, a connector, or tables of another loader. `proof`
    is how far the connector has been proved, as its page in docs/sources explains.

    `days_behind` counts the days from the last one with data to the last one before `as_of`; for a source
    without dates, from the day on which it last landed. `failed_files` were set aside whole.
    """

    name: str
    shown_name: str | None
    description: str
    origin: str | None
    owner: str | None
    steward: str | None
    reliability: str | None
    reliability_note: str | None
    licence: str | None
    confidentiality: str
    allow_outside_models: bool
    kind: Kind
    connector: str | None
    proof: str | None
    status: Status
    data_through: date | None
    days_behind: int | None
    refresh_promise_days: int | None
    last_batch: LastBatch | None
    rows_landed: int
    rows_promoted: int
    rows_quarantined: int
    failed_files: tuple[str, ...]
    review_every_days: int | None
    last_reviewed: date | None
    next_review: date | None
    is_review_overdue: bool
    tables: tuple[TableEntry, ...]


def read_catalogue(workspace: Workspace, company: Company, *, as_of: datetime) -> list[CatalogueEntry]:
    """Every source of config/sources.yaml with its state at an instant, in the file's order.

    Args:
        workspace: where config/sources.yaml and state/landing are.
        company: its reporting zone cuts days.
        as_of: exclusive instant with a time zone; the last day is the one that holds the instant before.

    Raises:
        SettingsError: config/sources.yaml is missing or does not fit.
    """
    day = (as_of - timedelta(microseconds=1)).astimezone(company.zone).date()
    return [
        _entry(name, source, _read_batches(workspace, name), day=day, company=company)
        for name, source in read_sources(workspace).items()
    ]


def find_unlisted(workspace: Workspace) -> list[str]:
    """Sources that have landed batches and are not in config/sources.yaml (any more)."""
    listed = read_sources(workspace)
    landed = {path.parents[2].name for path in workspace.landing.glob("*/*/*/batch.json")}
    return sorted(landed - set(listed))


def _read_batches(workspace: Workspace, source: str) -> list[Batch]:
    """The batches of a source, oldest first."""
    found = [
        Batch.model_validate_json(path.read_bytes())
        for path in (workspace.landing / source).glob("*/*/batch.json")
    ]
    return sorted(found, key=lambda batch: (batch.landed_at, batch.table, batch.file, batch.id))


def _entry(
    name: str, source: Source, batches: Sequence[Batch], *, day: date, company: Company
) -> CatalogueEntry:
    latest = list({(batch.table, batch.file): batch for batch in batches}.values())
    failed = tuple(batch.file for batch in latest if batch.state == "quarantined")
    through = _data_through(batches, day)
    behind = _days_behind(batches, through, day=day, company=company)
    next_review = _next_review(source)
    return CatalogueEntry(
        name=name,
        shown_name=source.name,
        **source.model_dump(include=set(_SAID)),
        kind=_kind(source),
        proof=_proof(source),
        status=_status(batches, failed, behind=behind, promise=source.refresh_promise_days),
        data_through=through,
        days_behind=behind,
        last_batch=_last(batches[-1]) if batches else None,
        rows_landed=sum(batch.rows_landed for batch in latest),
        rows_promoted=sum(batch.rows_promoted for batch in latest),
        rows_quarantined=sum(batch.rows_quarantined for batch in latest),
        failed_files=failed,
        next_review=next_review,
        is_review_overdue=_is_overdue(source, next_review, day),
        tables=tuple(_table(source, mapping, batches, day) for mapping in source.tables),
    )


def _kind(source: Source) -> Kind:
    if source.connector:
        return "connector"
    return "adopted" if source.adopted else "files"


def _proof(source: Source) -> str | None:
    if not source.connector:
        return None
    # Imported here: connectors bring an HTTP stack that a workspace of files never needs.
    from countersign.sources.connecting.registry import find_connector

    return find_connector(source.connector).proof


def _last(batch: Batch) -> LastBatch:
    return LastBatch(**batch.model_dump(include=set(LastBatch.model_fields)))


def _table(source: Source, mapping: TableMapping, batches: Sequence[Batch], day: date) -> TableEntry:
    own = [batch for batch in batches if batch.table == mapping.table and _is_of(source, mapping, batch)]
    current = mapping_hash_of(mapping)
    # Two mappings of one source may fill one table: theirs are remapped when no batch knows them.
    newest = {batch.mapping_hash for batch in {batch.file: batch for batch in own}.values()}
    return TableEntry(
        table=mapping.table,
        files=mapping.files,
        data_through=_data_through(own, day),
        mapping_hash=current,
        is_remapped=bool(own) and current not in newest,
    )


def _is_of(source: Source, mapping: TableMapping, batch: Batch) -> bool:
    # What a connector reads lands as PART/CHUNK; labels of dropped files may be masked: none is told apart.
    return not source.connector or batch.file.partition("/")[0] == mapping.files.partition("/")[0]


def _data_through(batches: Sequence[Batch], day: date) -> date | None:
    # As the mart data_trust has it: all data ever promoted, and nothing later than the last day.
    windows = [batch.window for batch in batches if batch.rows_promoted and batch.window]
    return min(day, max(window.end for window in windows) - timedelta(days=1)) if windows else None


def _days_behind(
    batches: Sequence[Batch], through: date | None, *, day: date, company: Company
) -> int | None:
    landed = [batch.landed_at for batch in batches if batch.rows_promoted]
    newest = through or (max(landed).astimezone(company.zone).date() if landed else None)
    return max(0, (day - newest).days) if newest else None


def _status(
    batches: Sequence[Batch], failed: Sequence[str], *, behind: int | None, promise: int | None
) -> Status:
    if failed:
        return "failed"
    if behind is None or not any(batch.state == "promoted" for batch in batches):
        return "never loaded"
    return "late" if promise is not None and behind > promise else "fresh"


def _next_review(source: Source) -> date | None:
    if source.review_every_days is None or source.last_reviewed is None:
        return None
    return source.last_reviewed + timedelta(days=source.review_every_days)


def _is_overdue(source: Source, next_review: date | None, day: date) -> bool:
    if source.review_every_days is None:
        return False
    # A review that was promised and never recorded is overdue from the first day.
    return next_review is None or next_review < day
