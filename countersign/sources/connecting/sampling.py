"""A dry run of a connector: what a load would ask for, and what the first page of a stream would become."""

from collections.abc import Iterator

from countersign.core.contracts import Record
from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk, Connector, Options, Page, Stream
from countersign.sources.connecting.fetching import fetch_chunk
from countersign.sources.connecting.landing import (
    Load,
    chunks_of,
    open_api,
    private_place,
    read_options,
    tables_of,
)
from countersign.sources.connecting.registry import find_connector
from countersign.sources.files.checking import MappingReport, check_tables


class StreamPlan(Record):
    """What a load would ask one stream for: its chunks, and reports on one page of the newest of them."""

    stream: str
    chunks: tuple[str, ...]
    reports: tuple[MappingReport, ...]


def sample_connector(load: Load) -> list[StreamPlan]:
    """Ask each stream for one page and report on it; nothing is landed or remembered.

    Raises:
        SourceError: the vendor refuses or cannot be reached.
        SettingsError: options or secrets are missing or do not fit.
    """
    connector = find_connector(load.source.connector or "")
    options = read_options(connector, load)
    api = open_api(connector, options, load)
    return [
        _plan(load, connector, stream, api, options)
        for stream in connector.streams
        if tables_of(load.source.tables, stream)
    ]


def _plan(load: Load, connector: Connector, stream: Stream, api: Api, options: Options) -> StreamPlan:
    chunks = chunks_of(load, stream)
    reports: list[MappingReport] = []
    if chunks:
        reports = _reports(load, connector, stream, api, options, chunk=chunks[-1])
    return StreamPlan(stream=stream.name, chunks=tuple(map(_said, chunks)), reports=tuple(reports))


def _reports(
    load: Load, connector: Connector, stream: Stream, api: Api, options: Options, *, chunk: Chunk
) -> list[MappingReport]:
    with private_place(load.workspace) as place:
        parts = fetch_chunk(connector, _first_page_of(stream), api, options, chunk=chunk, into=place.root)
        tables = [
            table for table in tables_of(load.source.tables, stream) if table.files.partition("/")[0] in parts
        ]
        if not tables:
            return []
        return check_tables(
            load.workspace,
            load.company,
            load.name,
            tables,
            files=place,
            pseudonym_key=load.pseudonym_key,
            absent_is_null=True,
        )


def _first_page_of(stream: Stream) -> Stream:
    def fetch(api: Api, options: Options, chunk: Chunk) -> Iterator[Page]:
        for page in stream.fetch(api, options, chunk):
            yield page
            return

    return Stream(stream.name, stream.kind, stream.parts, fetch, stream.restated_days)


def _said(chunk: Chunk) -> str:
    if chunk.first_day is not None:
        return f"{chunk.first_day} to {chunk.last_day}"
    return f"changes since {chunk.since:%Y-%m-%d %H:%M} UTC" if chunk.since else "everything"
