"""Look at a file's bytes before DuckDB does: size, encoding, line ends, NULs, header."""

import codecs
import csv
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from countersign.core.errors import SourceError
from countersign.core.hashing import file_sha256
from countersign.sources.files.mapping import FileOptions, Format

PIECE = 1 << 20
MAX_LINE_BYTES = 1 << 20
MAX_EXPANSION = 200
MAX_BYTES = 50 << 30
# Small files may expand a lot without harm; the ratio counts only above this.
EXPANSION_COUNTS_FROM = 64 << 20
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = {";": "';'", "\t": "a tab", "|": "'|'", ",": "','"}


@dataclass(frozen=True)
class Inspected:
    """A text file that may be read: `path` is UTF-8 with one kind of line end, perhaps gzipped.

    `columns` is the header of a CSV or TSV, empty for JSONL; `has_rows` is false when only a header
    is there.
    """

    label: str
    path: Path
    format: Format
    sha256: str
    columns: tuple[str, ...]
    has_rows: bool
    is_gzip: bool


@dataclass
class _Scan:
    """What one pass over the bytes learnt; line lengths are bytes."""

    label: str
    encoding: str
    total: int = 0
    head: bytearray = field(default_factory=bytearray)
    line: int = 0
    lf: int = 0
    cr: int = 0
    crlf: int = 0
    last: bytes = b""

    def feed(self, piece: bytes) -> None:
        """Count line ends and refuse NULs and endless lines in the next piece of UTF-8."""
        at = piece.find(b"\0")
        if at >= 0:
            raise SourceError(
                "A file holds NUL bytes, so it is not text.",
                found=f"{self.label}: NUL at byte {self.total + at}",
                fix="export the file again; if it is UTF-16 without a byte-order mark, set "
                "`encoding: utf-16-le`",
            )
        self._measure_line(piece)
        self.lf += piece.count(b"\n")
        self.cr += piece.count(b"\r")
        self.crlf += piece.count(b"\r\n") + (self.last == b"\r" and piece[:1] == b"\n")
        self.last = piece[-1:]
        if len(self.head) < MAX_LINE_BYTES * 2:
            self.head += piece
        self.total += len(piece)

    @property
    def is_mixed(self) -> bool:
        """Whether the file mixes kinds of line end, which DuckDB's reader refuses."""
        return not (self.cr == 0 or self.lf == 0 or self.crlf == self.lf == self.cr)

    def _measure_line(self, piece: bytes) -> None:
        firsts = [at for at in (piece.find(b"\n"), piece.find(b"\r")) if at >= 0]
        first = min(firsts, default=len(piece))
        if self.line + first > MAX_LINE_BYTES:
            raise SourceError(
                "A line is longer than the cap.",
                found=f"{self.label}: over {MAX_LINE_BYTES} bytes, near line {max(self.lf, self.cr) + 1}",
                fix="check that the file has line ends and that quotes are closed; split very long cells",
            )
        last = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        self.line = self.line + len(piece) if last < 0 else len(piece) - last - 1


def inspect_text(path: Path, options: FileOptions, *, label: str, kind: Format, scratch: Path) -> Inspected:
    """Check a CSV, TSV or JSONL file and make it readable.

    Args:
        path: the file.
        options: what the mapping says of its bytes.
        label: the path as people know it, for errors.
        kind: csv, tsv or jsonl.
        scratch: directory for a UTF-8 copy, made only for other encodings and mixed line ends.

    Raises:
        SourceError: empty, truncated, expanding too far, undecodable, NUL bytes, a line over the
            cap, or a header with duplicates.
    """
    before = path.stat()
    if before.st_size == 0:
        raise SourceError(
            "A mapped file is empty.", found=f"{label}: 0 bytes", fix="export it again, or remove it"
        )
    is_gzip = _is_gzip(path)
    scan = _scan_text(path, options, label=label, is_gzip=is_gzip)
    readable = path
    if scan.encoding not in ("utf-8", "utf-8-sig") or scan.is_mixed:
        readable = scratch / f"text-{file_sha256(path)[:16]}"
        _write_utf8(path, readable, scan=scan, is_gzip=is_gzip)
        is_gzip = False
    head = bytes(scan.head).decode("utf-8", "ignore").removeprefix("\ufeff")
    columns, has_rows = _read_head(head, options, label=label, kind=kind)
    content = file_sha256(path)
    after = path.stat()
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise SourceError(
            "A file changed while it was being read.",
            found=label,
            fix="wait until it is written whole; write to another name and rename it when done",
        )
    return Inspected(label, readable, kind, content, columns, has_rows, is_gzip)


def delimiter_of(options: FileOptions, kind: Format) -> str:
    """The delimiter that the mapping gives, or the one of the format."""
    return options.delimiter or ("\t" if kind == "tsv" else ",")


def hint_delimiter(columns: tuple[str, ...]) -> str:
    """What to try when one column came out of a header that holds other delimiters, or ''."""
    if len(columns) != 1:
        return ""
    counts = {mark: columns[0].count(mark) for mark in DELIMITERS}
    mark = max(counts, key=lambda each: counts[each])
    return f"it looks {DELIMITERS[mark]} separated: set `delimiter: {mark!r}`" if counts[mark] else ""


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _pieces(path: Path, *, label: str, is_gzip: bool) -> Iterator[bytes]:
    size = path.stat().st_size
    total = 0
    with gzip.open(path) if is_gzip else path.open("rb") as file:
        while True:
            try:
                piece = file.read(PIECE)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise SourceError(
                    "A gzip file is cut off or damaged.",
                    found=f"{label}: after {total} decompressed bytes",
                    fix="copy or export the file again",
                ) from error
            if not piece:
                return
            total += len(piece)
            if total > MAX_BYTES or (total > EXPANSION_COUNTS_FROM and total > size * MAX_EXPANSION):
                raise SourceError(
                    "A compressed file expands too far.",
                    found=f"{label}: {size} bytes grow beyond {total}",
                    fix="check where the file is from; land it uncompressed if it is really that repetitive",
                )
            yield piece


def _scan_text(path: Path, options: FileOptions, *, label: str, is_gzip: bool) -> _Scan:
    pieces = _pieces(path, label=label, is_gzip=is_gzip)
    first = next(pieces, b"")
    if not first:
        raise SourceError(
            "A mapped file is empty.", found=f"{label}: nothing inside", fix="export it again, or remove it"
        )
    encoding = _encoding(first, options, label=label)
    scan = _Scan(label, encoding)
    is_utf8 = encoding in ("utf-8", "utf-8-sig")
    for piece, text in _decoded(first, pieces, encoding=encoding, label=label):
        scan.feed(piece if is_utf8 else text.encode())
    return scan


def _encoding(first: bytes, options: FileOptions, *, label: str) -> str:
    found = next((name for mark, name in BOMS if first.startswith(mark)), None)
    if found:
        return found
    try:
        return codecs.lookup(options.encoding or "utf-8").name
    except LookupError:
        raise SourceError(
            "A mapping names an encoding that does not exist.",
            found=f"{label}: {options.encoding}",
            fix="use a name such as utf-8, cp1252, latin-1 or utf-16-le",
        ) from None


def _decoded(
    first: bytes, pieces: Iterator[bytes], *, encoding: str, label: str
) -> Iterator[tuple[bytes, str]]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    position = 0
    piece = first
    while True:
        pending = decoder.getstate()[0]
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise SourceError(
                f"A file is not {encoding}.",
                found=f"{label}: undecodable at byte {position - len(pending) + error.start}",
                fix="set `encoding:` in the mapping (cp1252 for Windows exports), or save as UTF-8",
            ) from error
        yield piece, text
        if not piece:
            return
        position += len(piece)
        piece = next(pieces, b"")


def _write_utf8(path: Path, target: Path, *, scan: _Scan, is_gzip: bool) -> None:
    # The copy holds raw cells: private, and removed with its scratch directory.
    pieces = _pieces(path, label=scan.label, is_gzip=is_gzip)
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        for _, text in _decoded(next(pieces, b""), pieces, encoding=scan.encoding, label=scan.label):
            file.write(newlines.decode(text))
        file.write(newlines.decode("", final=True))


def _read_head(head: str, options: FileOptions, *, label: str, kind: Format) -> tuple[tuple[str, ...], bool]:
    if kind == "jsonl":
        return (), bool(head.strip())
    reader = csv.reader(
        io.StringIO(head, newline=""), delimiter=delimiter_of(options, kind), quotechar=options.quote
    )
    try:
        first = tuple(name.strip() for name in next(reader, []))
        has_more = any(any(cell.strip() for cell in line) for line in reader)
    except csv.Error as error:
        raise SourceError(
            "The first lines of a file cannot be read as CSV.",
            found=f"{label}: {error}",
            fix="check `delimiter` and `quote` in the mapping",
        ) from error
    if options.header is not None:
        return _given_header(options.header, width=len(first), label=label), True
    if not any(first):
        raise SourceError(
            "A file has no header.", found=f"{label}: the first line is empty", fix="put the names there"
        )
    twice = sorted({name for name in first if name and first.count(name) > 1})
    if twice:
        raise SourceError(
            "A header names a column twice.",
            found=f"{label}: {', '.join(twice)}",
            fix="rename one of them in the file, or give all names as `header:`",
        )
    return first, has_more


def _given_header(header: tuple[str, ...], *, width: int, label: str) -> tuple[str, ...]:
    if len(header) != width:
        raise SourceError(
            "`header` does not fit the file.",
            found=f"{label}: {len(header)} names for {width} fields",
            fix="give one name for each field, in order",
        )
    return header
