"""How the bytes of a text file are to be read: encoding, delimiter, lines that are quoted as a whole."""

import codecs
import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from countersign.sources.files.finding import format_of
from countersign.sources.files.inspection import BOMS
from countersign.sources.files.mapping import FileOptions

_MARKS = (",", ";", "\t", "|")
_SAMPLE_LINES = 50
_LINES_LOOKED_AT = 200_000
_PIECE = 1 << 20


def sniff_options(path: Path) -> dict[str, object]:
    """The keys of a mapping that say how to read the file: those that differ from what is assumed anyway."""
    kind = format_of(path, FileOptions(files=path.name))
    if kind == "parquet":
        return {}
    found: dict[str, object] = {}
    encoding = _encoding(path)
    if encoding != "utf-8" and not _has_mark(path):
        found["encoding"] = encoding
    if kind == "jsonl":
        return found
    delimiter, width = _delimiter(list(islice(_lines(path, encoding), _SAMPLE_LINES)), kind)
    if delimiter != ("\t" if kind == "tsv" else ","):
        found["delimiter"] = delimiter
    if any(_is_wrapped(line, delimiter, width) for line in islice(_lines(path, encoding), _LINES_LOOKED_AT)):
        found["unwrap_lines"] = True
    return found


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path)) if is_gzip else path.open("rb")


def _has_mark(path: Path) -> bool:
    with _open(path) as file:
        return file.read(4).startswith(tuple(mark for mark, _ in BOMS))


def _encoding(path: Path) -> str:
    with _open(path) as file:
        first = file.read(4)
        marked = next((name for mark, name in BOMS if first.startswith(mark)), None)
        if marked:
            return marked
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _lines(path: Path, encoding: str) -> Iterator[str]:
    with _open(path) as file:
        yield from codecs.getreader(encoding)(file, "replace")


def _delimiter(lines: list[str], kind: str) -> tuple[str, int]:
    """The mark that cuts most lines into most fields alike, and how many fields."""
    if kind == "tsv":
        return "\t", _usual_width(lines, "\t")[0]
    widths = {mark: _usual_width(lines, mark) for mark in _MARKS}
    # The same width in more lines first: a comma inside amounts cuts some lines and not others.
    best = max(_MARKS, key=lambda mark: (widths[mark][0] > 1, widths[mark][1], widths[mark][0]))
    return (best, widths[best][0]) if widths[best][0] > 1 else (",", 1)


def _usual_width(lines: list[str], mark: str) -> tuple[int, int]:
    try:
        header = len(next(csv.reader(lines[:1], delimiter=mark), []))
        counts = Counter(len(fields) for fields in csv.reader(lines, delimiter=mark) if fields)
    except csv.Error:
        return 0, 0
    return header, counts[header]


def _is_wrapped(line: str, mark: str, width: int) -> bool:
    bare = line.rstrip("\r\n")
    if width < 2 or len(bare) < 3 or not (bare.startswith('"') and bare.endswith('"')):
        return False
    try:
        fields = next(csv.reader([bare], delimiter=mark))
        inside = next(csv.reader(fields, delimiter=mark)) if len(fields) == 1 else []
    except csv.Error:
        return False
    return len(inside) == width
