"""From a vendor's API into landing: chunk by chunk, each one whole or not at all.

For each chunk: fetch -> drift -> land -> keep the raw pages -> remember. A load that is killed anywhere is
repaired by the next one: a chunk that was not remembered is read again, and lands as the same batch.
"""

import gzip
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from pydantic import SecretStr, ValidationError

from countersign.core.contracts import Batch
from countersign.core.errors import SettingsError
from countersign.core.log import EventLog
from countersign.core.workspace import Company, Workspace, first_problem
from countersign.sources.connecting.api import Api
from countersign.sources.connecting.chunks import plan_chunks
from countersign.sources.connecting.connector import Chunk, Connector, Options, Stream
from countersign.sources.connecting.drift import FieldCounts, find_drift, merged_fields, refuse_drift
from countersign.sources.connecting.fetching import FetchedPart, fetch_chunk
from countersign.sources.connecting.progress import (
    ChunkRead,
    Progress,
    StreamProgress,
    read_progress,
    write_progress,
)
from countersign.sources.connecting.registry import find_connector
from countersign.sources.connecting.secrets import Secrets, secrets_of
from countersign.sources.files.landing import land_tables, versions
from countersign.sources.files.mapping import TableMapping
from countersign.sources.files.planning import scratch_directory
from countersign.sources.files.sources_file import Source

# What a test interrupts: called with the name of the step that has just ended.
STEPS = ("page_fetched", "chunk_fetched", "chunk_landed", "pages_kept", "progress_kept")

log = EventLog(__name__)


def _pass_by(step: str) -> None:
    """Do nothing between two steps."""


@dataclass(frozen=True)
class Load:
    """One load of one source: what is needed at every step of it.

    `until` is the exclusive instant up to which the vendor is asked. `since` and `through` are days of
    a backfill. `base_url` and `secrets` of a sandbox replace the vendor's.
    """

    workspace: Workspace
    company: Company
    name: str
    source: Source
    landed_at: datetime
    until: datetime
    secrets: Secrets
    pseudonym_key: SecretStr | None = None
    since: date | None = None
    through: date | None = None
    accept_drift: bool = False
    base_url: str | None = None
    after_step: Callable[[str], None] = _pass_by


def land_connector(load: Load) -> list[Batch]:
    """Read what is new or may have been restated at the vendor, and land it.

    Returns:
        The batches that this load landed, or found landed already, in order.

    Raises:
        SourceError: the vendor refuses or cannot be reached, or changed its records. What landed before
            that stays; the next load goes on from there.
        SettingsError: options or secrets are missing or do not fit.
    """
    connector = find_connector(load.source.connector or "")
    options = read_options(connector, load)
    api = open_api(connector, options, load)
    batches: list[Batch] = []
    for stream in connector.streams:
        tables = tables_of(load.source.tables, stream)
        if not tables:
            continue
        for chunk in chunks_of(load, stream):
            batches += _land_chunk(load, connector, stream, api, options, chunk=chunk, tables=tables)
    return batches


def chunks_of(load: Load, stream: Stream) -> list[Chunk]:
    """What a load would ask a stream for."""
    asked = load.source.options.get("restated_days")
    if isinstance(asked, int):
        stream = replace(stream, restated_days=asked)
    progress = read_progress(load.workspace, load.name).stream(stream.name)
    return plan_chunks(
        stream,
        progress,
        start=load.source.since or load.until.date(),
        # What is captured is dated by the clock, whatever instant the load is made for.
        until=load.landed_at if stream.kind == "captures" else load.until,
        since=load.since,
        through=load.through,
    )


def read_options(connector: Connector, load: Load) -> Options:
    """The source's options as the connector's model has them.

    Raises:
        SettingsError: one is missing or does not fit.
    """
    try:
        return connector.options.model_validate(load.source.options)
    except ValidationError as error:
        raise SettingsError(
            f"The options of {load.name} do not fit {connector.title}.",
            found=first_problem(error),
            fix=f"correct `options` of {load.name}; docs/sources/{connector.name}.md lists them",
        ) from error


def open_api(connector: Connector, options: Options, load: Load) -> Api:
    """Requests to the vendor, signed with the source's secrets.

    Raises:
        SettingsError: a secret is not set.
    """
    secrets = secrets_of(connector, load.name, load.secrets)
    if connector.open:
        return _open_own(connector.open, options, load)
    own = None
    base_url = load.base_url or load.source.base_url
    if base_url is None:
        base_url = own = connector.address(secrets, options) if connector.address else connector.base_url
    is_local = base_url.startswith("http://")
    return Api(
        connector.title,
        base_url,
        auth=connector.authorise(secrets, options, base_url),
        headers=connector.headers,
        secrets=tuple(secrets.values()),
        requests_per_second=0.0 if is_local else connector.requests_per_second,
        backoff_s=0.05 if is_local else 1.0,
        timeout_s=10.0 if is_local else 60.0,
        reading=connector.reading,
        hosts=connector.hosts if base_url == own else (),
    )


def _open_own(opening: Callable[[Options], Any], options: Options, load: Load) -> Api:
    if load.base_url or load.source.base_url:
        raise SettingsError(
            "This connector has no address of its own that could be replaced.",
            found=f"{load.name}: base_url or sandbox",
            fix=f"leave `base_url` and `sandbox` out of {load.name}; its options say what is read",
        )
    return cast(Api, opening(options))


def _land_chunk(
    load: Load,
    connector: Connector,
    stream: Stream,
    api: Api,
    options: Options,
    *,
    chunk: Chunk,
    tables: Sequence[TableMapping],
) -> list[Batch]:
    api.memory = read_progress(load.workspace, load.name).stream(stream.name).memory
    with private_place(load.workspace) as place:
        parts = fetch_chunk(
            connector,
            stream,
            api,
            options,
            chunk=chunk,
            into=place.root,
            after_page=lambda: load.after_step("page_fetched"),
        )
        load.after_step("chunk_fetched")
        parts |= _emptied(load, place, stream, chunk, tables=tables, given=parts)
        progress = _checked_fields(load, parts, tables=tables)
        batches = _land_parts(load, place, parts, tables=tables)
        load.after_step("chunk_landed")
        _keep_pages(load, parts)
        load.after_step("pages_kept")
    _remember(load, progress, stream, chunk, memory=api.memory)
    load.after_step("progress_kept")
    log.info(
        "chunk_landed",
        source=load.name,
        stream=stream.name,
        chunk=chunk.label,
        records={part: fetched.records for part, fetched in parts.items()},
        doubled={part: fetched.doubled for part, fetched in parts.items() if fetched.doubled},
    )
    return batches


def _emptied(
    load: Load,
    place: Workspace,
    stream: Stream,
    chunk: Chunk,
    *,
    tables: Sequence[TableMapping],
    given: dict[str, FetchedPart],
) -> dict[str, FetchedPart]:
    """Parts of which nothing is left where rows had landed before: an empty file withdraws them."""
    if stream.kind == "changes":
        return {}
    found = {}
    for table in tables:
        part = _part_of(table)
        file = f"{part}/{chunk.label}.jsonl"
        place_of_table = load.workspace.landing / load.name / table.table
        if part in given or not any(batch.rows_landed for batch in versions(place_of_table, file)[-1:]):
            continue
        target = place.root / file
        target.parent.mkdir(exist_ok=True)
        target.write_text("\n", encoding="utf-8")
        found[part] = FetchedPart(target, 0, 0, FieldCounts())
    return found


def _checked_fields(load: Load, parts: dict[str, FetchedPart], *, tables: Sequence[TableMapping]) -> Progress:
    progress = read_progress(load.workspace, load.name)
    fields = dict(progress.fields)
    for part, fetched in parts.items():
        now = fetched.counts.seen()
        mapped = [path for table in tables if _part_of(table) == part for path in _paths_of(table)]
        before = fields.get(part, {})
        drift = find_drift(before, now, mapped=mapped, records=fetched.counts.records)
        if drift.added:
            log.warning("fields_added", source=load.name, part=part, fields=list(drift.added)[:20])
        if not load.accept_drift:
            refuse_drift(drift, source=load.name, part=part)
        fields[part] = merged_fields(before, now, records=fetched.counts.records)
    return progress.model_copy(update={"fields": fields})


def _land_parts(
    load: Load, place: Workspace, parts: dict[str, FetchedPart], *, tables: Sequence[TableMapping]
) -> list[Batch]:
    given = [table for table in tables if _part_of(table) in parts]
    if not given:
        return []
    return land_tables(
        load.workspace,
        load.company,
        load.name,
        given,
        files=place,
        landed_at=load.landed_at,
        pseudonym_key=load.pseudonym_key,
        absent_is_null=True,
        may_be_empty=True,
    )


def _keep_pages(load: Load, parts: dict[str, FetchedPart]) -> None:
    """Keep the raw records, with every field of theirs, until the retention period ends."""
    for part, fetched in parts.items():
        target = load.workspace.restricted / "fetched" / load.name / part / f"{fetched.path.stem}.jsonl.gz"
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.tmp")
        with fetched.path.open("rb") as plain, gzip.GzipFile(draft, "wb", compresslevel=1, mtime=0) as packed:
            shutil.copyfileobj(plain, packed)
        draft.chmod(0o600)
        draft.replace(target)


def _remember(
    load: Load, progress: Progress, stream: Stream, chunk: Chunk, *, memory: dict[str, Any]
) -> None:
    known = progress.stream(stream.name)
    weeks, cursor = dict(known.weeks), known.cursor
    if chunk.last_day is not None:
        weeks[chunk.label] = ChunkRead(last_day=chunk.last_day, read_at=load.landed_at)
    if stream.kind == "changes" and load.since is None:
        cursor = max(cursor, chunk.until) if cursor else chunk.until
    streams = {
        **progress.streams,
        stream.name: StreamProgress(weeks=weeks, cursor=cursor, read_at=load.landed_at, memory=memory),
    }
    write_progress(load.workspace, load.name, progress.model_copy(update={"streams": streams}))


@contextmanager
def private_place(workspace: Workspace) -> Iterator[Workspace]:
    """A private directory that mappings see as their workspace."""
    with scratch_directory(workspace) as scratch:
        yield Workspace(scratch / "fetched")


def tables_of(tables: Sequence[TableMapping], stream: Stream) -> list[TableMapping]:
    """The mappings that read a stream's parts."""
    return [table for table in tables if _part_of(table) in stream.parts]


def _part_of(table: TableMapping) -> str:
    return table.files.partition("/")[0]


def _paths_of(table: TableMapping) -> Iterator[str]:
    for column in table.columns.values():
        if column.column:
            yield column.column if column.column.startswith("$.") else f"$.{column.column}"
