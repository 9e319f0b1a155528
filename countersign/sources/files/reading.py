"""Files as DuckDB relations of text: columns c0, c1, ... by position, one row per record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import duckdb

from countersign.core.errors import SourceError
from countersign.core.hashing import file_sha256
from countersign.core.warehouse import quote_name, quote_text
from countersign.core.workspace import Workspace
from countersign.sources.files.finding import format_of, label_of
from countersign.sources.files.inspection import (
    MAX_BYTES,
    MAX_EXPANSION,
    Inspected,
    delimiter_of,
    hint_delimiter,
    inspect_text,
)
from countersign.sources.files.mapping import FileOptions, Format

REJECTS = "rejected_lines"
SCANS = "rejected_scans"
STAGED = "staged_cells"
_LISTED = 12
# Rows of a ragged line may be kept one by one; any other complaint may hide more than one line.
_RAGGED = ("MISSING COLUMNS", "TOO MANY COLUMNS")
_KEYS_FROM_LINES = 10_000
# JSON holds no raw control characters, nor does sane CSV: as delimiter, one gives whole lines.
LINE = "\x01"


@dataclass(frozen=True)
class OpenFile:
    """A checked file, ready to be read under a link whose name needs no quoting or globbing.

    `columns` is the header; for JSONL the keys of its objects, sorted. With `absent_is_null` a JSON key
    that no object has is empty everywhere.
    """

    label: str
    link: Path
    format: Format
    sha256: str
    columns: tuple[str, ...]
    has_rows: bool
    options: FileOptions
    absent_is_null: bool = False

    def rows_sql(self, needed: Sequence[str], *, keep_rejects: bool) -> str:
        """SELECT of `_row`, `_line_bad` and c0.. for the needed columns, in their order, as text.

        Args:
            needed: source columns; for JSONL also paths such as `$.a.b`.
            keep_rejects: whether ragged lines go to the rejects table instead of stopping the read.
        """
        if self.format == "jsonl":
            return self._json_sql(needed)
        if self.format == "parquet":
            read = (
                f"read_parquet({quote_text(str(self.link))}, hive_partitioning = false,"
                " file_row_number = true)"
            )
            picked = [f"cast({quote_name(name)} as varchar) as c{at}" for at, name in enumerate(needed)]
            number = "file_row_number + 1"
        else:
            read = self._csv_sql(keep_rejects=keep_rejects)
            picked = [f"p{self.columns.index(name)} as c{at}" for at, name in enumerate(needed)]
            number = "row_number() over ()"
        numbered = [f"{number} as _row", "cast(null as varchar) as _line_bad", *picked]
        return f"select {', '.join(numbered)} from {read}"

    def staged_sql(self, connection: duckdb.DuckDBPyConnection, needed: Sequence[str]) -> str:
        """As `rows_sql`, but text is first parsed into a temp table, so that all threads work on its rows.

        Numbering rows while they are parsed would keep everything after it on one thread.
        """
        if self.format == "parquet":
            return self.rows_sql(needed, keep_rejects=True)
        if self.format == "jsonl":
            cells = self._json_sql(needed, numbered=False)
        else:
            picked = [f"p{self.columns.index(name)} as c{at}" for at, name in enumerate(needed)]
            cells = ", ".join(["cast(null as varchar) as _line_bad", *picked])
            cells = f"select {cells} from {self._csv_sql(keep_rejects=True)}"
        connection.execute(f"create or replace temp table {STAGED} as {cells}")
        return f"select rowid + 1 as _row, * from {STAGED}"

    def _csv_sql(self, *, keep_rejects: bool) -> str:
        columns = ", ".join(f"'p{at}': 'varchar'" for at in range(len(self.columns)))
        has_header = "true" if self.options.header is None else "false"
        rejects = (
            f", store_rejects = true, rejects_table = '{REJECTS}', rejects_scan = '{SCANS}'"
            if keep_rejects
            else ""
        )
        return (
            f"read_csv({quote_text(str(self.link))}, auto_detect = false, header = {has_header},"
            f" delim = {quote_text(delimiter_of(self.options, self.format))},"
            f" quote = {quote_text(self.options.quote)}, escape = {quote_text(self.options.quote)},"
            f" columns = {{{columns}}}{rejects})"
        )

    def _json_sql(self, needed: Sequence[str], *, numbered: bool = True) -> str:
        paths = ", ".join(quote_text(_json_path(name)) for name in needed)
        picked = "".join(f", cells[{at + 1}] as c{at}" for at in range(len(needed)))
        cells = f"json_extract_string(document, [{paths}])" if needed else "[]"
        documents = (
            f"select {_document_sql()} as document from {_lines_sql(self.link)} where line is not null"
        )
        outer, inner = ("_row, ", "row_number() over () as _row, ") if numbered else ("", "")
        return f"""
            select {outer}case when document is null then 'not a JSON object' end as _line_bad{picked}
            from (select {inner}document, {cells} as cells from ({documents}))
        """


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB for one file: UTC, a memory cap, and spills into the scratch directory."""
    connection = duckdb.connect(":memory:")
    connection.execute("set timezone = 'UTC'")
    connection.execute("set memory_limit = '1GB'")
    connection.execute(f"set temp_directory = {quote_text(str(scratch / 'spill'))}")
    connection.execute("set enable_progress_bar = false")
    return connection


def open_file(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    path: Path,
    *,
    options: FileOptions,
    scratch: Path,
) -> OpenFile:
    """Check a file and learn its columns.

    Raises:
        SourceError: the bytes are not usable; see `inspect_text`.
    """
    kind = format_of(path, options)
    label = label_of(workspace, path)
    if kind == "parquet":
        link = _link(path, scratch, suffix=".parquet")
        columns = _parquet_columns(connection, link, label=label, size=path.stat().st_size)
        return OpenFile(label, link, kind, file_sha256(path), columns, True, options)
    text = inspect_text(path, options, label=label, kind=kind, scratch=scratch)
    if options.unwrap_lines and kind != "jsonl":
        text = _unwrapped(connection, text, scratch)
    link = _link(text.path, scratch, suffix=".gz" if text.is_gzip else ".txt")
    columns = text.columns if kind != "jsonl" else _json_keys(connection, link)
    return OpenFile(label, link, kind, text.sha256, columns, text.has_rows, options)


def missing_column(file: OpenFile, name: str) -> SourceError:
    """The error for a mapped column that a file does not have."""
    shown = ", ".join(column or "(no name)" for column in file.columns[:_LISTED])
    more = f" and {len(file.columns) - _LISTED} more" if len(file.columns) > _LISTED else ""
    hint = hint_delimiter(file.columns) if file.format in ("csv", "tsv") else ""
    return SourceError(
        f"A mapped column is not in the file: {name!r}.",
        found=f"{file.label} has {shown}{more}",
        fix=hint or "correct the name in config/sources.yaml (names are case-sensitive), or the export",
    )


def has_json_key(connection: duckdb.DuckDBPyConnection, file: OpenFile, name: str) -> bool:
    """Whether any object of a JSONL file holds the key or path; reads the file until it is found."""
    found = f"json_extract_string(document, {quote_text(_json_path(name))}) is not null"
    source = f"(select {_document_sql()} as document from {_lines_sql(file.link)})"
    return connection.execute(f"select 1 from {source} where {found} limit 1").fetchone() is not None


def forget_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    """Start a new list of rejected lines, for the next file on this connection."""
    connection.execute(f"drop table if exists {REJECTS}")
    connection.execute(f"drop table if exists {SCANS}")


def read_rejects(connection: duckdb.DuckDBPyConnection, file: OpenFile) -> list[str]:
    """What is wrong with each ragged line of the CSV just read, in order of lines.

    Raises:
        SourceError: a quote is not closed, or a line cannot be read: rows could be lost.
    """
    known = connection.execute("select 1 from duckdb_tables() where table_name = ?", [REJECTS]).fetchone()
    if not known:
        return []
    # DuckDB says a short line once for each field it lacks; the smallest count is the line's own.
    lines = connection.execute(
        f"""
        with said as (
            select *, try_cast(regexp_extract(error_message, 'Found: ([0-9]+)', 1) as bigint) as fields,
                regexp_extract(error_message, 'Expected Number of Columns: ([0-9]+)', 1) as wanted
            from {REJECTS}
        )
        select min(line) as line, max(error_type) as kind, max(wanted),
            case when max(error_type) = 'TOO MANY COLUMNS' then max(fields) else min(fields) end,
            bool_and(error_type in {_RAGGED}) as is_ragged
        from said group by file_id, line_byte_position order by line
        """
    ).fetchall()
    for line, kind, _, _, is_ragged in lines:
        if not is_ragged:
            what = "a quote is not closed" if kind == "UNQUOTED VALUE" else str(kind).lower()
            raise SourceError(
                "A CSV cannot be read from a certain line on.",
                found=f"{file.label}: line {line}: {what}",
                fix="correct that line, or set `quote` in the mapping if the file uses another",
            )
    return [f"line {line}: {found} fields, {wanted} expected" for line, _, wanted, found, _ in lines]


def _link(path: Path, scratch: Path, *, suffix: str) -> Path:
    # DuckDB expands globs in file names and repeats them in errors; a link has a name of ours.
    link = scratch / f"in-{uuid4().hex}{suffix}"
    link.symlink_to(path)
    return link


def _unwrapped(connection: duckdb.DuckDBPyConnection, text: Inspected, scratch: Path) -> Inspected:
    """A copy in which lines that were quoted whole, as some exports do, are plain lines again."""
    link = _link(text.path, scratch, suffix=".gz" if text.is_gzip else ".txt")
    target = scratch / f"unwrapped-{uuid4().hex}"
    inside = "substr(line, 2, length(line) - 2)"
    # Quoted whole: quotes at both ends, and all between them are doubled.
    is_whole = (
        "length(line) > 2 and starts_with(line, chr(34)) and ends_with(line, chr(34))"
        f" and not contains(replace({inside}, chr(34) || chr(34), ''), chr(34))"
    )
    plain = f"case when {is_whole} then replace({inside}, chr(34) || chr(34), chr(34)) else line end"
    connection.execute(
        f"copy (select {plain} from {_lines_sql(link)}) to {quote_text(str(target))}"
        f" (format csv, header false, quote '', escape '', delimiter {quote_text(LINE)})"
    )
    target.chmod(0o600)
    return replace(text, path=target, is_gzip=False)


def _parquet_columns(
    connection: duckdb.DuckDBPyConnection, link: Path, *, label: str, size: int
) -> tuple[str, ...]:
    name = quote_text(str(link))
    try:
        described = connection.execute(f"describe select * from read_parquet({name})").fetchall()
        row = connection.execute(
            f"select coalesce(sum(total_uncompressed_size), 0) from parquet_metadata({name})"
        ).fetchone()
    except duckdb.Error as error:
        raise SourceError(
            "A Parquet file cannot be read.",
            found=f"{label}: {type(error).__name__}, {size} bytes",
            fix="export it again; if it is another format, say so with `format:`",
        ) from error
    expanded = int(row[0]) if row else 0
    if expanded > MAX_BYTES or expanded > max(size, 1 << 20) * MAX_EXPANSION:
        raise SourceError(
            "A compressed file expands too far.",
            found=f"{label}: {size} bytes grow to {expanded}",
            fix="check where the file is from",
        )
    return tuple(column[0] for column in described)


def _lines_sql(link: Path) -> str:
    return (
        f"read_csv({quote_text(str(link))}, auto_detect = false, header = false, delim = {quote_text(LINE)},"
        " quote = '', escape = '', columns = {'line': 'varchar'})"
    )


def _document_sql() -> str:
    return "case when json_valid(line) then case when json_type(line) = 'OBJECT' then line end end"


def _json_path(name: str) -> str:
    return name if name.startswith("$.") else '$."' + name.replace('"', '\\"') + '"'


def _json_keys(connection: duckdb.DuckDBPyConnection, link: Path) -> tuple[str, ...]:
    keys = connection.execute(
        f"""
        select distinct unnest(json_keys(document)) as key
        from (select {_document_sql()} as document from (
            select line from {_lines_sql(link)} where line is not null limit {_KEYS_FROM_LINES}))
        where document is not null order by key
        """
    ).fetchall()
    return tuple(row[0] for row in keys)
