"""Which landed table a file fills, and which of its headers fills which column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from countersign.core.errors import SourceError
from countersign.core.landed import LANDED_TABLES, landed_table
from countersign.sources.files.drafting.header_words import GENERIC, TELLING, WORDS
from countersign.sources.files.drafting.plain_words import plain_words

# A draft can fill these without a column, or asks for them in its own words.
_FILLED_OTHERWISE = frozenset({
    "platform", "account_id", "campaign_id", "ad_group_id", "currency", "site", "property_id", "page_id",
    "kind", "origin", "captured_at", "record_type", "removal",
})  # fmt: skip
# Part of a key, and '' where a report was not cut by it.
BLANK_WHEN_ABSENT = {
    "ad_performance": ("account_id", "ad_group_id"),
    "single_ad_performance": ("account_id", "ad_group_id"),
    "search_terms": ("page", "country", "device"),
    "web_traffic_days": ("utm_source", "utm_medium", "utm_campaign", "landing_page", "device", "country"),
    "manual_kpis": ("segment",),
}
_LEAST = 3.0
_CLOSE = 0.75
_LISTED = 12


@dataclass(frozen=True)
class TableGuess:
    """The table that fits the headers best, and another that fits nearly as well, or None."""

    table: str
    also: str | None


def match_columns(table: str, headers: Sequence[str]) -> dict[str, str]:
    """Canonical column to header, by the words of both; each header is used once."""
    words = {header: plain_words(header) for header in headers if header}
    found: dict[str, str] = {}
    for column, phrases in WORDS[table].items():
        free = [header for header in words if header not in found.values()]
        best = min(
            (header for header in free if words[header] in phrases),
            key=lambda header: phrases.index(words[header]),
            default=None,
        )
        if best is not None:
            found[column] = best
    return found


def guess_table(headers: Sequence[str]) -> TableGuess:
    """The landed table whose columns the headers name.

    Raises:
        SourceError: no table fits.
    """
    scores = {table: _score(table, match_columns(table, headers)) for table in WORDS}
    first, second = sorted(scores, key=lambda table: -scores[table])[:2]
    if scores[first] < _LEAST:
        shown = ", ".join(headers[:_LISTED]) + (" ..." if len(headers) > _LISTED else "")
        raise SourceError(
            "The headers do not tell which table this file fills.",
            found=shown or "no header",
            fix=f"say so with --table, one of {', '.join(LANDED_TABLES)}",
        )
    return TableGuess(first, second if scores[second] >= _CLOSE * scores[first] else None)


def unfilled(table: str, filled: Iterable[str]) -> list[str]:
    """Columns of the table that the draft leaves empty, in the table's order."""
    present = set(filled)
    return [column.name for column in landed_table(table).columns if column.name not in present]


def _score(table: str, matched: Mapping[str, str]) -> float:
    score = 0.0
    for column, header in matched.items():
        weight = 3.0 if column in TELLING.get(table, ()) else 1.0
        score += weight / 3 if plain_words(header) in GENERIC else weight
    needed = {column.name for column in landed_table(table).columns if column.required}
    spared = _FILLED_OTHERWISE | set(BLANK_WHEN_ABSENT.get(table, ()))
    return score - 2 * len(needed - set(matched) - spared)
