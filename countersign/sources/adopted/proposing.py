"""Ready entries of config/sources.yaml for recognised tables, with what is left to fill in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import SecretStr

from countersign.core.workspace import Workspace
from countersign.sources.adopted.opening import open_store
from countersign.sources.adopted.questions import Asked, ask_for
from countersign.sources.adopted.recognising import Recognised, Survey, survey_tables
from countersign.sources.adopted.stores import Store
from countersign.sources.files.drafting import Draft, write_draft
from countersign.sources.files.mapping import NAME
from countersign.sources.files.planning import scratch_directory
from countersign.sources.files.sources_file import read_sources

_TO_FILL_IN = (
    "owner:                       # the team that acts on it",
    "steward:                     # who answers for the data: an id of config/people.yaml",
    "review_every_days: 90",
    "last_reviewed:               # a day such as 2026-11-16",
)


@dataclass(frozen=True)
class Proposed:
    """One vendor with the source it becomes. `entry` is None when it is in config/sources.yaml already."""

    name: str
    found: Recognised
    asked: tuple[Asked, ...]
    entry: str | None


@dataclass(frozen=True)
class Adoption:
    """What a connection holds and what was, or would be, written for it."""

    survey: Survey
    proposed: tuple[Proposed, ...]
    written_to: Path | None = None


def adopt(
    workspace: Workspace, connection: str, *, secrets: Mapping[str, SecretStr], write: bool
) -> Adoption:
    """Recognise the tables of a connection and write a source for each vendor that is new.

    Args:
        workspace: its config/sources.yaml gets the entries; every line that is there stays as it is.
        connection: the name of COUNTERSIGN_SECRET_<NAME>_URL, or a path.
        secrets: of the environment, by the rest of their variable's name.
        write: whether to write; else the entries are only returned.

    Raises:
        SettingsError: there is no such connection, or config/sources.yaml cannot take another source.
        SourceError: the connection cannot be read.
    """
    with (
        scratch_directory(workspace) as scratch,
        open_store(workspace, connection, secrets=secrets, scratch=scratch) as store,
    ):
        survey = survey_tables(store.tables())
        proposed = _propose(workspace, store, survey, connection)
    new = [one for one in proposed if one.entry]
    path = None
    if write:
        for one in new:
            path = write_draft(workspace, Draft(one.name, one.found.fills[0], one.entry or ""))
    return Adoption(survey, tuple(proposed), path)


def _propose(workspace: Workspace, store: Store, survey: Survey, connection: str) -> list[Proposed]:
    company = workspace.company()
    has_sources = (workspace.config / "sources.yaml").is_file()
    sources = read_sources(workspace) if has_sources else {}
    known = {
        (one.adopted.connection, one.adopted.loader, one.adopted.vendor, one.adopted.schema_name): name
        for name, one in sources.items()
        if one.adopted
    }
    taken = set(sources)
    proposed = []
    for found in survey.recognised:
        identity = (connection, found.loader, found.vendor, found.schema or None)
        if identity in known:
            proposed.append(Proposed(known[identity], found, (), None))
            continue
        name = _free_name(found, taken)
        taken.add(name)
        asked = tuple(ask_for(store, found, company))
        proposed.append(Proposed(name, found, asked, _entry(name, found, asked, connection=connection)))
    return proposed


def _free_name(found: Recognised, taken: set[str]) -> str:
    schema = re.sub(r"[^a-z0-9]+", "_", found.schema.lower()).strip("_")
    wishes = [found.vendor, f"{found.vendor}_{schema}"[:48]]
    wishes += [f"{found.vendor}_{number}" for number in range(2, 1000)]
    return next(wish for wish in wishes if wish not in taken and re.match(NAME, wish))


def _entry(name: str, found: Recognised, asked: Sequence[Asked], *, connection: str) -> str:
    loader = found.loader.capitalize() if found.loader != "dlt" else "dlt"
    place = f"schema {found.schema} of {connection}" if found.schema else connection
    adopted = {"connection": connection, "loader": found.loader, "vendor": found.vendor}
    if found.schema:
        adopted["schema"] = found.schema
    lines = [
        f"  {name}:",
        f"    description: {_plain(found.shipped.description)}",
        f"    name: {_plain(found.shipped.title)}",
        f"    origin: {_plain(f'{loader}, {place}')}",
        *(f"    # {line}" for line in _TO_FILL_IN),
        "    refresh_promise_days: 2",
        f"    adopted: {_plain(adopted)}",
        *_columns(asked),
    ]
    return "\n".join(lines) + "\n"


def _columns(asked: Sequence[Asked]) -> list[str]:
    if not asked:
        return []
    lines = ["    columns:"]
    for table in dict.fromkeys(one.table for one in asked):
        lines.append(f"      {table}:")
        for one in asked:
            if one.table == table:
                lines += _column(one)
    return lines


def _column(asked: Asked) -> list[str]:
    if "values" not in asked.mapping:
        return [f"        {asked.column}: {_plain(asked.mapping)}  # {asked.says}"]
    values = asked.mapping["values"]
    counts = {value.theirs: value.rows for value in asked.values}
    lines = [f"        # Say {asked.says}.", f"        {asked.column}:"]
    for key, value in asked.mapping.items():
        if key != "values":
            lines.append(f"          {key}: {_plain(value)}")
    lines.append("          values:")
    for theirs, ours in values.items() if isinstance(values, dict) else ():
        rows = counts.get(theirs)
        said = f"  # {rows:,} rows" if rows else ""
        lines.append(f"            {_plain(theirs)}: {_plain(ours)}{said}")
    return lines


def _plain(value: object) -> str:
    """A value as YAML on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    return text.strip().removesuffix("...").strip()
