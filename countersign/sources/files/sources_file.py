"""config/sources.yaml: every source by name, what the catalogue says of it, and where its rows come from.

A source is files that somebody drops, a vendor's API that a connector reads, or tables that another loader
(Fivetran, Airbyte, dlt) has filled. All three end as mapped files: see `mapping.py`.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BeforeValidator, Field, StringConstraints, ValidationError, model_validator

from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace, first_problem
from countersign.sources.files.mapping import NAME, MappingModel, TableMapping

MAPPING_FIX = "correct that entry in config/sources.yaml; docs/sources/files.md lists every key"
_VENDORS = Path(__file__).resolve().parents[1]

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Adopted(MappingModel):
    """Tables that another loader has filled: which connection, which loader, which vendor, which schema.

    `connection` names the secret COUNTERSIGN_SECRET_<CONNECTION>_URL for Postgres, or is a path of the
    workspace to a DuckDB file or a folder of Parquet.
    """

    connection: str = Field(min_length=1)
    loader: Literal["fivetran", "airbyte", "dlt"]
    vendor: str = Field(pattern=NAME)
    schema_name: str | None = Field(None, alias="schema")


class Source(MappingModel):
    """One source, with what the catalogue says of it.

    `description` is what the data means, `origin` where it comes from, `steward` the id of the person
    in config/people.yaml who answers for its quality and for what agents do with it.
    `tables` are written by hand for files; for a connector or adopted tables they are the shipped
    mapping, with single columns replaced by what `columns` says: {landed table: {column: mapping}}.
    """

    description: str = Field(min_length=1)
    name: str | None = Field(None, min_length=1, max_length=60)
    owner: Said | None = None
    steward: Said | None = None
    origin: Said | None = None
    reliability: Literal["high", "medium", "low"] | None = None
    reliability_note: Said | None = None
    licence: Said | None = None
    confidentiality: Literal["public", "internal", "confidential"] = "internal"
    allow_outside_models: bool = False
    refresh_promise_days: int | None = Field(None, gt=0)
    review_every_days: int | None = Field(None, gt=0)
    last_reviewed: date | None = None
    connector: str | None = Field(None, pattern=NAME)
    options: dict[str, Any] = Field(default_factory=dict)
    since: date | None = None
    sandbox: bool = False
    base_url: str | None = None
    adopted: Adopted | None = None
    columns: dict[str, dict[str, Any]] = Field(default_factory=dict)
    tables: tuple[TableMapping, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _brings_its_mapping(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        connector, adopted = given.get("connector"), given.get("adopted")
        if connector and adopted:
            raise ValueError("a source has a connector or adopted tables, not both")
        if "tables" in given:
            return given
        if isinstance(connector, str):
            return {**given, "tables": _tables(_VENDORS / connector / "mapping.yaml", connector, given)}
        if isinstance(adopted, dict):
            name = f"{adopted.get('loader')}/{adopted.get('vendor')}"
            return {**given, "tables": _tables(_VENDORS / "adopted" / f"{name}.yaml", name, given)}
        return given

    @model_validator(mode="after")
    def _says_what_fits(self) -> "Source":
        if not self.connector:
            given = [name for name in ("options", "since", "sandbox", "base_url") if getattr(self, name)]
            if given:
                raise ValueError(f"{', '.join(given)} fits only beside `connector`")
        if self.connector and self.since is None:
            raise ValueError("say `since`: the first day of history to read, such as 2025-01-01")
        address = urlsplit(self.base_url or "https://")
        is_local = address.scheme == "http" and address.hostname in ("127.0.0.1", "localhost", "::1")
        if address.scheme != "https" and not is_local:
            raise ValueError("base_url must be https: the source's token travels in every request")
        return self


class SourcesFile(MappingModel):
    """The whole of config/sources.yaml; a new workspace has `sources:` with nothing under it yet."""

    sources: Annotated[
        dict[Annotated[str, Field(pattern=NAME)], Source], BeforeValidator(lambda given: given or {})
    ]


def parse_sources(content: object) -> dict[str, Source]:
    """The sources in the parsed YAML of config/sources.yaml, by name.

    Raises:
        SettingsError: a key is unknown, a value does not fit, or a table lacks a required column.
    """
    try:
        return SourcesFile.model_validate(content).sources
    except ValidationError as error:
        raise SettingsError(
            "config/sources.yaml does not fit.", found=first_problem(error), fix=MAPPING_FIX
        ) from error


def read_sources(workspace: Workspace) -> dict[str, Source]:
    """The workspace's sources by name, checked.

    Raises:
        SettingsError: config/sources.yaml is missing, is not YAML, or does not fit.
    """
    return parse_sources(workspace.read_config("sources"))


def find_source(sources: dict[str, Source], name: str) -> Source:
    """One source by name.

    Raises:
        SettingsError: there is none of that name.
    """
    if name not in sources:
        raise SettingsError(
            "No such source.", found=name, fix=f"use one of {', '.join(sorted(sources)) or '(none)'}"
        )
    return sources[name]


def _tables(path: Path, name: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The shipped mapping, with the company's own columns in place of ours."""
    if not path.is_file():
        raise ValueError(
            f"there is no shipped mapping for {name!r}; `countersign data connectors` lists them"
        )
    tables: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["tables"]
    replaced = given.get("columns") or {}
    if not isinstance(replaced, dict):
        raise ValueError("columns must be {landed table: {column: mapping}}")
    unknown = set(replaced) - {table["table"] for table in tables}
    if unknown:
        raise ValueError(f"columns names {', '.join(sorted(unknown))}, which {name} does not fill")
    return [
        {**table, "columns": {**table["columns"], **(replaced.get(table["table"]) or {})}} for table in tables
    ]
