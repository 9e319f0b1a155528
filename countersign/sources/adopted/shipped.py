"""Shipped mappings of adopted tables: what is read from which table of a loader, and what it fills.

`<loader>/<vendor>.yaml` has two parts. `reads` says which tables and columns are copied, and under which
names the mapping knows them, so that a loader's older and newer schemas end in one shape. `tables` is
the mapping itself, in the format of config/sources.yaml.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field, model_validator

from countersign.core.warehouse import quote_text
from countersign.sources.files.mapping import MappingModel, TableMapping

Loader = Literal["fivetran", "airbyte", "dlt"]
LOADERS: tuple[Loader, ...] = ("fivetran", "airbyte", "dlt")
# When a loader wrote a row, best first; compared without case.
SYNCED: dict[Loader, tuple[str, ...]] = {
    "fivetran": ("_fivetran_synced",),
    "airbyte": ("_airbyte_extracted_at", "_airbyte_emitted_at"),
    "dlt": ("_dlt_load_id",),
}
_FOLDER = Path(__file__).parent


def _as_columns(given: object) -> object:
    """[id, {day: [date, day]}] as {id: [id], day: [date, day]}."""
    if not isinstance(given, list):
        return given
    columns: dict[str, Any] = {}
    for one in given:
        columns |= one if isinstance(one, dict) else {one: [one]}
    return {ours: [theirs] if isinstance(theirs, str) else theirs for ours, theirs in columns.items()}


def _as_names(given: object) -> object:
    return [given] if isinstance(given, str) else given


Names = Annotated[tuple[str, ...], BeforeValidator(_as_names)]
# Our name of a column to the loader's names, best first. `column:$.path` reads inside JSON,
# `column:$[key=value].field` in a list of objects, `column:~pattern` the first group of a pattern.
Columns = Annotated[dict[str, tuple[str, ...]], BeforeValidator(_as_columns)]


class Read(MappingModel):
    """One table to copy.

    `tables` are the loader's names for it, best first. With `tells`, the table is what the vendor is
    recognised by. `flags` end as 'true' or 'false' (nothing said is 'false'), `days` as YYYY-MM-DD.
    `where` is SQL over our names, all text. `one_per` keeps the newest row of a key by `newest_by`, or,
    with `gather`, one row with all values of that column. `unnest` gives a row for each value of a list.
    """

    tables: Names
    tells: bool = False
    required: Columns = Field(default_factory=dict)
    optional: Columns = Field(default_factory=dict)
    flags: Names = ()
    days: Names = ()
    where: str | None = None
    one_per: Names = ()
    newest_by: Names = ()
    gather: str | None = None
    unnest: str | None = None

    @model_validator(mode="after")
    def _names_its_own_columns(self) -> "Read":
        known = {*self.required, *self.optional, "_synced"}
        named = {*self.flags, *self.days, *self.one_per, *self.newest_by, self.gather, self.unnest} - {None}
        if named - known:
            raise ValueError(f"{', '.join(map(str, named - known))} is no column of this read")
        return self

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """Our names to the loader's, required ones first."""
        return {**self.required, **self.optional}


class Question(MappingModel):
    """What a company alone can say: how values of a column read, or what is meant when a column is absent.

    `values` are answers that the vendor's own words suggest; other values are asked for.
    """

    table: str
    column: str
    read: str
    by: str
    says: str
    values: dict[str, str] = Field(default_factory=dict)


class Shipped(MappingModel):
    """A shipped mapping. `aliases` are prefixes of its tables where one schema holds several vendors.

    `money` names, as read.column, where the currency of a landed table comes from; where the column is
    absent the company is asked. Of tables in `listed_only`, as table.column, only rows whose value the
    mapping lists are landed.
    """

    title: str
    description: str
    aliases: Names
    reads: dict[str, Read]
    tables: tuple[TableMapping, ...]
    money: dict[str, str] = Field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    listed_only: Names = ()

    @model_validator(mode="after")
    def _reads_what_it_maps(self) -> "Shipped":
        files = {one.files for table in self.tables for one in (table, *table.join)}
        unread = {Path(file).stem for file in files} - set(self.reads)
        if unread:
            raise ValueError(f"{', '.join(sorted(unread))} is mapped and not read")
        filled = [(table.table, table.files) for table in self.tables]
        if len(set(filled)) < len(filled):
            raise ValueError("two mappings fill one table from one read: they would withdraw each other")
        return self


def with_listed_rows(shipped: Shipped, mapping: TableMapping) -> TableMapping:
    """The mapping with a `where` that keeps listed values alone, if the vendor's table needs one."""
    for named in shipped.listed_only:
        table, _, column = named.partition(".")
        if table == mapping.table and (origin := mapping.columns[column]).column and origin.values:
            listed = [value for value, ours in origin.values.items() if ours is not None]
            kept = f"{origin.column} in ({', '.join(map(quote_text, listed))})"
            where = f"({mapping.where}) and {kept}" if mapping.where else kept
            return mapping.model_copy(update={"where": where})
    return mapping


def read_of(file: str) -> str:
    """The read that a mapping's file is.

    >>> read_of("campaign_days.parquet")
    'campaign_days'
    """
    return Path(file).stem


@cache
def read_shipped(loader: Loader, vendor: str) -> Shipped:
    """The shipped mapping of a loader's vendor; FileNotFoundError when there is none."""
    path = _FOLDER / loader / f"{vendor}.yaml"
    return Shipped.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def vendors_of(loader: Loader) -> list[str]:
    """The vendors whose tables by that loader we know."""
    return sorted(path.stem for path in (_FOLDER / loader).glob("*.yaml"))
