"""How files fill a landed table: which file, which column, and how each cell is read."""

import re
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from countersign.core.landed import LANDED_TABLES, STAGES, LandedTable, landed_table

NAME = r"^[a-z][a-z0-9_]{0,47}$"
ZONE_COLUMNS = ("source_time_zone", "account_time_zone")

# What a draft leaves for a person to say; never landed as a value.
PLACEHOLDER = "?"

Format = Literal["csv", "tsv", "parquet", "jsonl"]


def _as_text(value: object) -> object:
    # YAML reads an unquoted Yes, No, On or Off as a boolean, so the text in the file is unknowable here.
    if isinstance(value, bool):
        raise ValueError("put this key in quotes: YAML reads Yes, No, On and Off as true or false")
    return str(value) if isinstance(value, int | float) else value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str | int | float) else value


def _as_null(value: object) -> object:
    # A bare `null` in YAML is None; here it is a word.
    return "null" if value is None else value


Text = Annotated[str, BeforeValidator(_as_text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_list)]
Constant = str | int | float | bool


class MappingModel(BaseModel):
    """Frozen, and an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class FileOptions(MappingModel):
    """Where files are and how their bytes are read."""

    files: str = Field(min_length=1)
    format: Format | None = None
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    quote: str = Field('"', min_length=1, max_length=1)
    encoding: str | None = None
    header: tuple[str, ...] | None = None
    missing: tuple[Text, ...] = ()
    unwrap_lines: bool = False
    outside_workspace: bool = False


class ColumnMapping(MappingModel):
    """How one canonical column is filled: from exactly one of `column`, `constant`, `expression`."""

    column: str | None = None
    constant: Constant | None = None
    expression: str | None = None
    format: Texts = ()
    time_zone: str | None = None
    number: Literal["plain", "amount"] = "plain"
    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", " ", "'"] | None = None
    divide_by: int | None = None
    multiply_by: int | None = None
    values: dict[Text, Constant | None] | None = None
    otherwise: Annotated[Literal["refuse", "keep", "null"], BeforeValidator(_as_null)] = "refuse"
    missing: tuple[Text, ...] = ()
    default: Constant | None = None

    @model_validator(mode="before")
    @classmethod
    def _has_no_open_question(cls, given: Any) -> Any:
        if isinstance(given, dict):
            values = given.get("values")
            said = [*values.values()] if isinstance(values, dict) else []
            asked = [name for name in ("constant", "format", "decimal") if given.get(name) == PLACEHOLDER]
            if asked or PLACEHOLDER in said:
                raise ValueError(f"{', '.join(asked) or 'values'} still says ?: put in what it is")
        return given

    @model_validator(mode="after")
    def _has_one_origin(self) -> "ColumnMapping":
        given = [name for name in ("column", "constant", "expression") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of column, constant or expression")
        if self.decimal and self.decimal == self.thousands:
            raise ValueError("decimal and thousands must be different characters")
        if self.divide_by is not None and not re.fullmatch(r"10{1,9}", str(self.divide_by)):
            raise ValueError("divide_by must be 10, 100, ... or 1000000000, so that money stays exact")
        if self.multiply_by is not None and not 1 <= self.multiply_by <= 10**9:
            raise ValueError("multiply_by must be a whole number from 1 to 1000000000")
        _check_zone(self.time_zone)
        return self


class JoinMapping(FileOptions):
    """Another file whose columns become readable as `alias.column`; it never multiplies rows.

    `match` maps a column of the joined file to a column of the row (or to `earlier_alias.column`).
    With `latest_by` the newest row up to the end of the day in `at` is taken, else the earliest row;
    with `sum` the joined rows of one key are added up.
    """

    alias: str = Field(alias="as", pattern=NAME)
    match: dict[Text, Text] = Field(min_length=1)
    latest_by: str | None = None
    at: str | None = None
    sum: tuple[str, ...] = ()
    where: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _says_match(cls, given: Any) -> Any:
        # YAML reads a bare `on:` as the boolean true.
        if isinstance(given, dict) and (True in given or "on" in given):
            raise ValueError("write `match:` instead of `on:`, which YAML reads as true")
        return given

    @model_validator(mode="after")
    def _takes_one_row(self) -> "JoinMapping":
        if self.at and not self.latest_by:
            raise ValueError("`at` needs `latest_by`: the column that says when a history row began")
        if self.sum and self.latest_by:
            raise ValueError("give `sum` or `latest_by`, not both")
        return self


def _as_column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class TableMapping(FileOptions):
    """One canonical landed table, filled from the matching files.

    `person_names` are source columns (first name, last name) that go to the restricted store, for masking,
    and are never landed.
    """

    table: str
    time_zone: str | None = None
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")
    join: tuple[JoinMapping, ...] = ()
    collapse: Literal["sum"] | None = None
    where: str | None = None
    person_names: tuple[str, ...] = ()
    columns: dict[str, Annotated[ColumnMapping, BeforeValidator(_as_column)]]

    @model_validator(mode="after")
    def _fits_its_table(self) -> "TableMapping":
        if self.table not in LANDED_TABLES:
            raise ValueError(f"{self.table!r} is not a landed table: use one of {', '.join(LANDED_TABLES)}")
        landed = landed_table(self.table)
        _check_columns(self, landed)
        _check_zone(self.time_zone)
        _check_stages(self)
        aliases = [join.alias for join in self.join]
        if len(set(aliases)) < len(aliases):
            raise ValueError("two joins have the same alias")
        if self.collapse and self.table != "ad_performance":
            raise ValueError("collapse works for ad_performance only: other tables have no sums")
        return self

    def zone_of(self, mapping: ColumnMapping) -> str | None:
        """The IANA zone of a column's naive times."""
        return mapping.time_zone or self.time_zone

    def all_columns(self) -> dict[str, ColumnMapping]:
        """Every canonical column that is filled, with the shorthands `currency` and `time_zone` spelt out."""
        names = {column.name for column in landed_table(self.table).columns}
        filled: dict[str, ColumnMapping] = dict(self.columns)
        if self.currency and "currency" in names:
            filled.setdefault("currency", ColumnMapping(constant=self.currency))
        for name in ZONE_COLUMNS:
            if self.time_zone and name in names:
                filled.setdefault(name, ColumnMapping(constant=self.time_zone))
        return filled


def mapping_content(mapping: TableMapping) -> dict[str, Any]:
    """What of a mapping decides the landed rows, for hashing: all that is not a default."""
    return mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _check_columns(mapping: TableMapping, landed: LandedTable) -> None:
    names = {column.name: column for column in landed.columns}
    for name in mapping.columns:
        if name not in names:
            raise ValueError(f"{landed.name} has no column {name!r}; it has {', '.join(names)}")
    absent = [
        column.name
        for column in landed.columns
        # A missing currency is refused with its own words when the source is read.
        if column.required and column.name not in mapping.columns and column.name != "currency"
    ]
    if absent:
        raise ValueError(f"{landed.name} needs a mapping for {', '.join(absent)}")
    for name, column in mapping.columns.items():
        if names[name].type == "timestamp" and not mapping.zone_of(column):
            raise ValueError(
                f"{name} is a time: give time_zone (an IANA zone; UTC when the cells carry their offset)"
            )


def _check_zone(name: str | None) -> None:
    if name is not None and name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin")


def _check_stages(mapping: TableMapping) -> None:
    column = mapping.columns.get("stage")
    if column is None:
        return
    said = [column.constant, column.default, *(column.values or {}).values()]
    wrong = [str(stage) for stage in said if stage is not None and stage not in STAGES]
    if wrong:
        raise ValueError(f"stage {', '.join(wrong)} is not one of {', '.join(STAGES)}")
