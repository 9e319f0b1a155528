"""What another loader's tables are: which loader, which vendor, what is missing, what nobody knows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from countersign.sources.adopted.matching import Matched, match_reads
from countersign.sources.adopted.shipped import LOADERS, Loader, Shipped, read_of, read_shipped, vendors_of
from countersign.sources.adopted.stores import StoredTable

_MARKS: dict[Loader, str] = {"fivetran": "_fivetran_", "airbyte": "_airbyte_", "dlt": "_dlt_"}
# Tables that loaders keep for themselves.
_OWN = ("fivetran_audit", "fivetran_log", "_airbyte_", "_dlt_", "airbyte_raw_", "raw__stream_")


@dataclass(frozen=True)
class Recognised:
    """One vendor's tables by one loader in one schema, and what each read of the mapping is."""

    loader: Loader
    vendor: str
    schema: str
    shipped: Shipped
    matched: dict[str, Matched]

    @property
    def fills(self) -> tuple[str, ...]:
        """Landed tables that get rows, in the order of the mapping."""
        found = [table.table for table in self.shipped.tables if self.matched[read_of(table.files)].table]
        return tuple(dict.fromkeys(found))

    @property
    def missing_tables(self) -> tuple[str, ...]:
        """Tables that would be read and are not there, by the loader's name."""
        gone = [one for one in self.matched.values() if one.table is None and one.near is None]
        here = {one.read.tables for one in self.matched.values() if one.table}
        return tuple(dict.fromkeys(one.read.tables[0] for one in gone if one.read.tables not in here))

    @property
    def missing_columns(self) -> tuple[str, ...]:
        """Columns that would be read and are not there, as table.column; they are left empty."""
        return tuple(
            dict.fromkeys(
                f"{one.table.name}.{one.read.columns[ours][0]}"
                for one in self.matched.values()
                if one.table
                for ours in one.missing
            )
        )

    @property
    def unusable(self) -> tuple[str, ...]:
        """Tables that lack what is needed of them, and so are not read."""
        return tuple(
            dict.fromkeys(
                f"{one.near[0].name} (no {', '.join(one.near[1])})"
                for one in self.matched.values()
                if one.table is None and one.near and one.near[0].label not in self.read_tables
            )
        )

    @property
    def read_tables(self) -> frozenset[str]:
        """Labels of the tables that are read."""
        return frozenset(one.table.label for one in self.matched.values() if one.table)


@dataclass(frozen=True)
class Survey:
    """All of a store: vendors recognised, and tables of a loader that no shipped mapping reads."""

    recognised: tuple[Recognised, ...]
    not_understood: tuple[StoredTable, ...]
    tables: int


def survey_tables(tables: Sequence[StoredTable]) -> Survey:
    """Recognise what is in a store, schema by schema."""
    found: list[Recognised] = []
    for schema in sorted({table.schema for table in tables}):
        inside = [table for table in tables if table.schema == schema]
        for loader in LOADERS:
            if any(_loader_of(table) == loader for table in inside):
                own = [table for table in inside if _loader_of(table) in (loader, None)]
                found += _vendors(own, loader=loader, schema=schema)
    read = {label for one in found for label in one.read_tables}
    rest = [
        table
        for table in tables
        if table.label not in read and _loader_of(table) and not table.name.lower().startswith(_OWN)
    ]
    return Survey(tuple(found), tuple(rest), len(tables))


def _vendors(tables: Sequence[StoredTable], *, loader: Loader, schema: str) -> Iterator[Recognised]:
    for vendor in vendors_of(loader):
        shipped = read_shipped(loader, vendor)
        matched = match_reads(shipped, tables, loader=loader, schema=schema, vendor=vendor)
        if any(one.table for one in matched.values() if one.read.tells):
            yield Recognised(loader, vendor, schema, shipped, matched)


def _loader_of(table: StoredTable) -> Loader | None:
    for loader, mark in _MARKS.items():
        if any(column.lower().startswith(mark) for column in table.columns):
            return loader
    return None
