"""Read one chunk of a stream into files of JSON lines: no record twice, in an order of its own.

The files hold raw records with personal data; they lie in state/restricted/ and nowhere else.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import duckdb

from countersign.core.errors import SourceError
from countersign.core.log import EventLog
from countersign.core.warehouse import quote_text
from countersign.sources.connecting.api import Api, ExpiredCursorError
from countersign.sources.connecting.connector import Chunk, Connector, Page, Part, Stream
from countersign.sources.connecting.drift import FieldCounts

# A cursor that expires once is a long pause; one that always does is a fault of ours or theirs.
_RESTARTS = 3
# One spelling, so that an unchanged answer gives an unchanged file.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

log = EventLog(__name__)


@dataclass(frozen=True)
class FetchedPart:
    """The records of one part: a file of JSON lines, how many, and their fields."""

    path: Path
    records: int
    doubled: int
    counts: FieldCounts


def fetch_chunk(
    connector: Connector,
    stream: Stream,
    api: Api,
    options: object,
    *,
    chunk: Chunk,
    into: Path,
    after_page: Callable[[], None] = lambda: None,
) -> dict[str, FetchedPart]:
    """Read a chunk and write one file a part: INTO/PART/LABEL.jsonl, only when it holds records.

    A record that came twice (a page served again, a record that moved while we paged) is kept once, in
    its newest version. A cursor that expired starts the chunk again.

    Args:
        connector: the vendor.
        stream: what is read.
        api: requests to the vendor.
        options: the source's options.
        chunk: which time.
        into: a private directory.
        after_page: called after each page; tests interrupt the reading with it.

    Raises:
        SourceError: the vendor refuses, cannot be reached, or gives something that is no record.
    """
    for attempt in range(1, _RESTARTS + 1):
        try:
            return _fetch(stream, api, options, chunk=chunk, into=into, after_page=after_page)
        except ExpiredCursorError:
            log.warning("cursor_expired", vendor=connector.name, stream=stream.name, attempt=attempt)
            if attempt == _RESTARTS:
                raise
    raise AssertionError("unreachable")


def _fetch(
    stream: Stream,
    api: Api,
    options: object,
    *,
    chunk: Chunk,
    into: Path,
    after_page: Callable[[], None],
) -> dict[str, FetchedPart]:
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    drafts = {part: into / f".{stream.name}-{part}.jsonl" for part in stream.parts}
    files = {part: path.open("w", encoding="utf-8") for part, path in drafts.items()}
    counts = {part: FieldCounts() for part in stream.parts}
    try:
        for page in stream.fetch(api, options, chunk):
            _write_page(page, files=files, counts=counts, vendor=api.vendor)
            after_page()
    finally:
        for file in files.values():
            file.close()
    found = {}
    for part, draft in drafts.items():
        if counts[part].records:
            target = into / part / f"{chunk.label}.jsonl"
            target.parent.mkdir(exist_ok=True)
            kept = _write_once(draft, target, part=stream.parts[part])
            found[part] = FetchedPart(target, kept, counts[part].records - kept, counts[part])
        draft.unlink()
    return found


def _write_page(
    page: Page, *, files: Mapping[str, TextIOWrapper], counts: Mapping[str, FieldCounts], vendor: str
) -> None:
    for part, records in page.items():
        for record in records:
            if not isinstance(record, dict):
                raise SourceError(
                    f"{vendor} sent something that is no record.",
                    found=f"{part}: {type(record).__name__} instead of an object",
                    fix="check the API version in docs/sources; nothing of this chunk was landed",
                )
            counts[part].add(record)
            files[part].write(_line(record))


def _line(record: Mapping[str, Any]) -> str:
    line: str = _ENCODER.encode(record) + "\n"
    if line.isascii():
        return line
    # Some vendors cut texts in the middle of an emoji; half of one cannot be written.
    return line.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _write_once(draft: Path, target: Path, *, part: Part) -> int:
    """Write each record once, newest version, ordered by key; returns how many."""
    newest = f"json_extract_string(line, {quote_text(part.newest_by)})" if part.newest_by else "null"
    keys = ", ".join(f"coalesce(json_extract_string(line, {quote_text(path)}), '')" for path in part.key)
    read = (
        f"read_csv({quote_text(str(draft))}, header = false, auto_detect = false, delim = '\\1', quote = '',"
        " escape = '', columns = {'line': 'varchar'}, max_line_size = 16777216, strict_mode = false)"
    )
    with duckdb.connect(":memory:") as connection:
        connection.execute("set memory_limit = '512MB'")
        connection.execute(f"set temp_directory = {quote_text(str(draft.parent / 'spill'))}")
        row = connection.execute(
            f"""
            copy (
                select line from (select line, row_number() over () as number from {read})
                qualify row_number() over (
                    partition by {keys} order by {newest} desc nulls last, number desc
                ) = 1
                order by {keys}
            ) to {quote_text(str(target))} (format csv, header false, quote '', escape '', delimiter '\\1')
            """
        ).fetchone()
    return int(row[0]) if row else 0
