"""How the values of a column are written: dates, times, numbers, and cells that mean "not there".

Formats are tried on all values, not on a sample, and by the reader that will read them later.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from countersign.core.warehouse import quote_text
from countersign.sources.files.cells import OFFSET, day_sql, trimmed_sql
from countersign.sources.files.drafting.value_words import MISSING_TOKENS, PERHAPS_MISSING
from countersign.sources.files.reading import OpenFile, forget_rejects
from countersign.sources.personal.text_sql import masked_sql

_DAYS = (
    "%d.%m.%Y", "%d.%m.%y", "%Y%m%d", "%Y.%m.%d", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%Y",
    "%m-%d-%Y", "%d-%m-%y", "%m-%d-%y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", "T%H:%M:%S")
_EPOCHS = {"epoch_s": "[0-9]{10}", "epoch_ms": "[0-9]{13}"}
_YEARS = "between 1990 and 2100"
_TRIED_FIRST = 200
# A format is taken when it reads nearly all values; the rest is said.
_NEARLY_ALL = 0.9

_PLAIN = r"[+-]?[0-9]+([.][0-9]+)?"
_COMMA = r"[+-]?([1-9][0-9]{0,2}([.][0-9]{3})+|[0-9]+)(,[0-9]+)?"
_POINT = r"[+-]?([1-9][0-9]{0,2}(,[0-9]{3})+|[0-9]+)([.][0-9]+)?"
# Three digits after one mark: a thousand in one country, a fraction in another.
_UNCLEAR = r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}"


@dataclass(frozen=True)
class DateShape:
    """Formats that read the values (empty: ISO 8601 does), of which several mean that it is unclear."""

    formats: tuple[str, ...]
    unread: int = 0
    is_found: bool = True

    @property
    def is_ambiguous(self) -> bool:
        """Whether day and month could be the other way round."""
        return len(self.formats) > 1


@dataclass(frozen=True)
class NumberShape:
    """Keys of a mapping that read the numbers; `is_unclear` when 1.234 could be two numbers."""

    keys: dict[str, str]
    unread: int = 0
    is_unclear: bool = False


class Shapes:
    """All cells of some columns of one file, trimmed, for questions."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, file: OpenFile, columns: Sequence[str]) -> None:
        self._connection = connection
        self._places = {name: f"c{at}" for at, name in enumerate(columns)}
        forget_rejects(connection)
        cells = ", ".join(f"nullif({trimmed_sql(place)}, '') as {place}" for place in self._places.values())
        connection.execute(
            f"create or replace temp table cells as select {cells or '1 as nothing'}"
            f" from ({file.rows_sql(list(columns), keep_rejects=file.format in ('csv', 'tsv'))})"
        )

    def count(self, column: str, condition: str = "true") -> int:
        """How many cells that are there meet a condition on `v`."""
        row = self._connection.execute(
            f"select count(*) from ({self._present(column)}) where {condition}"
        ).fetchone()
        return int(row[0]) if row else 0

    def distinct(self, column: str, *, limit: int) -> list[str]:
        """The values of a column, the most frequent first; at most `limit` and one more."""
        found = self._connection.execute(
            f"select v from ({self._present(column)}) group by v order by count(*) desc, v limit {limit + 1}"
        ).fetchall()
        return [row[0] for row in found]

    def is_telling_of_people(self, column: str) -> bool:
        """Whether a cell holds an e-mail address or a phone number, so that none of it may be shown."""
        return self.count(column, f"{masked_sql('v')} <> v") > 0

    def repeats(self, columns: Sequence[str]) -> int:
        """How many combinations of these columns occur in more than one row."""
        key = ", ".join(self._places[column] for column in columns)
        row = self._connection.execute(
            f"select count(*) from (select 1 from cells group by {key} having count(*) > 1)"
        ).fetchone()
        return int(row[0]) if row else 0

    def missing_tokens(self) -> list[str]:
        """The cells that mean "not there" wherever they are written."""
        return [token for token in MISSING_TOKENS if any(self._tokens(token))]

    def perhaps_missing(self, column: str) -> list[tuple[str, int]]:
        """Cells that may mean it here, with how many there are."""
        counts = [(token, self.count(column, f"v = {quote_text(token)}")) for token in PERHAPS_MISSING]
        return [(token, rows) for token, rows in counts if rows]

    def date_shape(self, column: str) -> DateShape:
        """The formats that read a column of dates or times."""
        total = self.count(column)
        if self.count(column, f"{day_sql('v', ())} is not null") >= total * _NEARLY_ALL:
            return DateShape((), total - self.count(column, f"{day_sql('v', ())} is not null"))
        for epoch, pattern in _EPOCHS.items():
            if self.count(column, f"regexp_full_match(v, '{pattern}')") == total:
                return DateShape((epoch,))
        some = self._some(column)
        tried = [f"{day}{time}" for day in _DAYS for time in _TIMES]
        likely = [one for one in tried if self._reads(some, one) >= _NEARLY_ALL * len(some)]
        read = {one: self.count(column, _reading(one)) for one in likely}
        most = max(read.values(), default=0)
        if not most or most < total * _NEARLY_ALL:
            return DateShape((), total, is_found=False)
        return DateShape(tuple(one for one in read if read[one] == most), total - most)

    def number_shape(self, column: str, *, is_whole: bool) -> NumberShape:
        """The separators and signs that a column of numbers is written with; counts are whole."""
        total = self.count(column)
        unclear = self.count(column, f"regexp_full_match(v, '{_UNCLEAR}')")
        fits = {
            name: self.count(column, f"regexp_full_match(v, '{pattern}')")
            for name, pattern in (("plain", _PLAIN), ("comma", _COMMA), ("point", _POINT))
        }
        most = max(fits.values())
        if total and most < total * _NEARLY_ALL:
            return self._amount_shape(column, total)
        decided = [name for name in ("plain", "comma", "point") if fits[name] == most]
        # 1.234 or 1,234 and whole numbers only: it fits both ways, and nothing else in the column decides.
        if not unclear or not {"comma", "point"} <= set(decided):
            return NumberShape(_number_keys(decided[0]), total - most)
        if is_whole and self.count(column, f"regexp_full_match(v, '{_UNCLEAR}') and v not like '%000'"):
            # No count ends in a fraction, so the mark is that of thousands.
            return NumberShape(_number_keys("comma" if "plain" in decided else "point"), total - most)
        return NumberShape({}, total - most, is_unclear=True)

    def has_offset(self, column: str) -> bool:
        """Whether every time says its own distance from UTC."""
        total = self.count(column)
        return total > 0 and self.count(column, f"regexp_full_match(v, {quote_text(OFFSET)})") == total

    def _amount_shape(self, column: str, total: int) -> NumberShape:
        signed = self.count(column, "regexp_matches(v, '[$€£¥]|[A-Z]{3}|[0-9][kKmM]$|^[(].*[)]$')")
        if signed < total / 2:
            return NumberShape({}, total)
        comma = self.count(column, "regexp_matches(v, ',[0-9]{1,2}([^0-9]|$)')")
        return NumberShape({"number": "amount", **({"decimal": ",", "thousands": "."} if comma else {})})

    def _present(self, column: str) -> str:
        tokens = ", ".join(quote_text(token) for token in MISSING_TOKENS)
        place = self._places[column]
        return f"select {place} as v from cells where {place} is not null and {place} not in ({tokens})"

    def _tokens(self, token: str) -> list[int]:
        counts = ", ".join(
            f"count(*) filter (where {place} = {quote_text(token)})" for place in self._places.values()
        )
        row = self._connection.execute(f"select {counts} from cells").fetchone() if counts else None
        return list(row or ())

    def _some(self, column: str) -> list[str]:
        found = self._connection.execute(
            f"select distinct v from ({self._present(column)}) order by hash(v) limit {_TRIED_FIRST}"
        ).fetchall()
        return [row[0] for row in found]

    def _reads(self, some: Sequence[str], one: str) -> int:
        row = self._connection.execute(
            f"select count(*) from (select unnest(?::varchar[]) as v) where {_reading(one)}", [list(some)]
        ).fetchone()
        return int(row[0]) if row else 0


def described(formats: Sequence[str]) -> str:
    """Formats as people say them.

    >>> described(["%d/%m/%Y", "%m/%d/%Y"])
    'day first (%d/%m/%Y) or month first (%m/%d/%Y)'
    """
    said = [
        f"{'month' if re.match('%[mbB]', one) else 'year' if one[:2] == '%Y' else 'day'} first ({one})"
        for one in formats
    ]
    return " or ".join(said)


def _reading(one: str) -> str:
    read = f"try_strptime(v, {quote_text(one)})"
    # A two-digit year would be read as the year 26 by %Y.
    return f"year({read}) {_YEARS}"


def _number_keys(style: str) -> dict[str, str]:
    if style == "comma":
        return {"decimal": ",", "thousands": "."}
    return {"thousands": ","} if style == "point" else {}
