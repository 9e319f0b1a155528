"""Lines of a report as records: the column names wherever they stand, no title above, no footer below."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from countersign.core.errors import SourceError

_FOOTER = "©"


def read_rows(lines: Iterable[str], columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a report, each with all its columns; an empty cell is an empty text.

    A title block above the names and the copyright line below the rows are passed over, whether or not
    they were asked for. A quoted cell may hold commas, quotes and line ends.

    Raises:
        SourceError: an asked column is missing, or a row is cut short: rows could be lost.
    """
    reader = csv.reader(lines, strict=True)
    try:
        names = _find_names(reader, columns)
        for cells in reader:
            if len(cells) == len(names):
                yield dict(zip(names, cells, strict=True))
            elif cells and not cells[0].startswith(_FOOTER):
                raise _unreadable(f"line {reader.line_num}: {len(cells)} cells, {len(names)} expected")
    except csv.Error as error:
        raise _unreadable(f"line {reader.line_num}: {error}") from None


def _find_names(reader: Iterator[list[str]], columns: Sequence[str]) -> list[str]:
    for cells in reader:
        if columns[0] in cells and len(cells) > 1:
            absent = [name for name in columns if name not in cells]
            if absent:
                raise _unreadable(f"no column {', '.join(absent)}")
            return cells
    raise _unreadable("no line of column names")


def _unreadable(found: str) -> SourceError:
    return SourceError(
        "A report of Microsoft Advertising is not as it was asked for.",
        found=found,
        fix="nothing of it was landed; run this again, and if it stays, compare the columns with"
        " Microsoft's documentation of this report",
    )
