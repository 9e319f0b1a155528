"""Which table of a store is which read of a shipped mapping, tolerant of prefixes, case and older schemas."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from countersign.sources.adopted.shipped import (
    SYNCED,
    Loader,
    Read,
    Shipped,
    read_of,
    read_shipped,
    vendors_of,
)
from countersign.sources.adopted.stores import StoredTable
from countersign.sources.files.mapping import TableMapping

_SUFFIX = "_data"


@dataclass(frozen=True)
class Found:
    """A column of a store, and which part of it is wanted: all, `$.path` of its JSON, or `~pattern`."""

    name: str
    part: str | None = None


@dataclass(frozen=True)
class Matched:
    """What became of one read: the table it is, where each column comes from, and what is not there.

    `table` is None when no table has all that is required; `near` then says what the best-named table lacks.
    `own` are columns that only the company knows, such as a property of its own in the CRM.
    """

    read: Read
    table: StoredTable | None
    columns: Mapping[str, Found] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    synced: str | None = None
    near: tuple[StoredTable, tuple[str, ...]] | None = None
    own: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The columns of the copy: ours, and those of the company's own that config names."""
        return [*self.read.columns, *self.own]


def match_reads(
    shipped: Shipped, tables: Sequence[StoredTable], *, loader: Loader, schema: str | None, vendor: str
) -> dict[str, Matched]:
    """Every read of a mapping with the table that it is.

    Args:
        shipped: the vendor's mapping.
        tables: all tables of the store.
        loader: who filled them; its sync times are known by name.
        schema: where to look; in every schema when None.
        vendor: tables that carry another vendor's prefix are left alone.
    """
    inside = [table for table in tables if schema is None or table.schema == schema]
    strangers = _strangers(loader, vendor)
    return {
        name: _matched(read, inside, aliases=shipped.aliases, strangers=strangers, loader=loader)
        for name, read in shipped.reads.items()
    }


def with_own_columns(matched: Mapping[str, Matched], tables: Sequence[TableMapping]) -> dict[str, Matched]:
    """The same reads with the columns that config/sources.yaml names beyond the shipped ones."""
    found = dict(matched)
    for mapping in tables:
        name = read_of(mapping.files)
        one = found[name]
        if one.table is None:
            continue
        aliases = {join.alias for join in mapping.join}
        for column in mapping.columns.values():
            own = column.column
            if own is None or own in one.names or own.partition(".")[0] in aliases:
                continue
            if place := _first([own], one.table):
                one = replace(one, own=(*one.own, own), columns={**one.columns, own: place})
        found[name] = one
    return found


def find_column(columns: Iterable[str], name: str) -> str | None:
    """A column by name: exact, else without case, else by letters and digits alone."""
    known = list(columns)
    for same in (str, str.lower, letters_of):
        for one in known:
            if same(one) == same(name):
                return one
    return None


def letters_of(name: str) -> str:
    """A name by its letters and digits.

    >>> letters_of("campaign.id"), letters_of("sessionSource")
    ('campaignid', 'sessionsource')
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def words_of(name: str) -> str:
    """A table's name in lower case, words joined by one underscore.

    >>> words_of("Google-Ads__Campaign Stats")
    'google_ads_campaign_stats'
    """
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _matched(
    read: Read,
    tables: Sequence[StoredTable],
    *,
    aliases: Sequence[str],
    strangers: Sequence[str],
    loader: Loader,
) -> Matched:
    near: tuple[StoredTable, tuple[str, ...]] | None = None
    for wanted in read.tables:
        for table in _by_name(words_of(wanted), tables, aliases=aliases, strangers=strangers):
            lacking = _lacking(read.required, table)
            if not lacking:
                return _bound(read, table, loader)
            if near is None:
                near = (table, lacking)
    return Matched(read, None, near=near)


def _bound(read: Read, table: StoredTable, loader: Loader) -> Matched:
    columns = {ours: _first(theirs, table) for ours, theirs in read.columns.items()}
    return Matched(
        read,
        table,
        {ours: found for ours, found in columns.items() if found},
        tuple(ours for ours, found in columns.items() if not found),
        next((one for name in SYNCED[loader] if (one := find_column(table.columns, name))), None),
    )


def _lacking(required: Mapping[str, tuple[str, ...]], table: StoredTable) -> tuple[str, ...]:
    return tuple(theirs[0] for theirs in required.values() if not _first(theirs, table))


def _first(theirs: Sequence[str], table: StoredTable) -> Found | None:
    for one in theirs:
        name, _, part = one.partition(":")
        if found := find_column(table.columns, name):
            return Found(found, part or None)
    return None


def _by_name(
    wanted: str, tables: Sequence[StoredTable], *, aliases: Sequence[str], strangers: Sequence[str]
) -> list[StoredTable]:
    ranked = []
    for table in tables:
        words = words_of(table.name)
        for plain in {words, words.removesuffix(_SUFFIX)}:
            prefix = plain.removesuffix(wanted).strip("_")
            if plain == wanted:
                ranked.append((0, table))
            elif plain.endswith(f"_{wanted}") and any(alias in prefix for alias in aliases):
                ranked.append((1, table))
            elif plain.endswith(f"_{wanted}") and not any(one in prefix for one in strangers):
                ranked.append((2, table))
    ranked.sort(key=lambda one: (one[0], len(one[1].name), one[1].label))
    return [table for _, table in ranked]


def _strangers(loader: Loader, vendor: str) -> tuple[str, ...]:
    own = read_shipped(loader, vendor).aliases
    others = {alias for one in vendors_of(loader) for alias in read_shipped(loader, one).aliases}
    return tuple(sorted(others - set(own)) + list(_UNMAPPED))


# Vendors that we do not map and whose tables are called alike.
_UNMAPPED = ("amazon_ads", "apple_search", "pinterest", "reddit", "snapchat", "twitter")
