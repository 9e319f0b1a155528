"""From a file to a proposed entry of config/sources.yaml, and, when asked, into it."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from countersign.core.errors import SettingsError, SourceError
from countersign.core.landed import landed_table
from countersign.core.whole_file import write_whole
from countersign.core.workspace import Workspace
from countersign.sources.files.drafting.header_words import WORDS
from countersign.sources.files.drafting.matching import guess_table, unfilled
from countersign.sources.files.drafting.proposing import Proposal, propose_table
from countersign.sources.files.drafting.rendering import render_entry
from countersign.sources.files.drafting.shapes import Shapes
from countersign.sources.files.drafting.sniffing import sniff_options
from countersign.sources.files.mapping import NAME, FileOptions
from countersign.sources.files.planning import scratch_directory
from countersign.sources.files.reading import OpenFile, connect, open_file
from countersign.sources.files.sources_file import parse_sources

_WHY = {
    "encoding": "guessed: the file is not UTF-8; look at its accents",
    "unwrap_lines": "some lines are quoted as a whole",
    "outside_workspace": "better: copy the file into the workspace",
}


@dataclass(frozen=True)
class Draft:
    """A proposed source: `text` is the YAML of the whole file, `entry` the source's lines in it."""

    name: str
    table: str
    entry: str

    @property
    def text(self) -> str:
        """A config/sources.yaml with this source alone."""
        return f"sources:\n{self.entry}"


def draft_mapping(
    workspace: Workspace, file: Path, *, table: str | None = None, name: str | None = None
) -> Draft:
    """Propose how a file fills a landed table; nothing is landed and no config is written.

    Args:
        workspace: its company's zone is proposed for times that have none.
        file: CSV, TSV, Parquet or JSONL, plain or gzip; relative paths are tried here and in the workspace.
        table: the landed table; told from the headers when None.
        name: of the source; from the file's folder or name when None.

    Raises:
        SourceError: there is no such file, it cannot be read, or the headers tell no table.
    """
    path = _find(workspace, file)
    options = {**_place(workspace, path), **sniff_options(path)}
    with scratch_directory(workspace) as scratch:
        connection = connect(scratch)
        try:
            read = FileOptions.model_validate(options)
            opened = open_file(connection, workspace, path, options=read, scratch=scratch)
            chosen, notes = _choose(table, opened)
            shapes = Shapes(connection, opened, [one for one in opened.columns if one])
            proposal = propose_table(chosen, opened.columns, shapes, path=path, company=workspace.company())
        finally:
            connection.close()
    source = name or _name_of(path)
    said = {key: (value, _WHY.get(key, "")) for key, value in options.items()}
    notes += _remarks(opened, proposal, chosen)
    return Draft(
        source, chosen, render_entry(source, table=chosen, options=said, proposal=proposal, notes=notes)
    )


def write_draft(workspace: Workspace, draft: Draft) -> Path:
    """Add a draft to config/sources.yaml, leaving every line that is there as it is.

    Raises:
        SettingsError: the name is taken, a question of the draft is still open, or the file cannot take
            another source at its end. Nothing is written then.
    """
    path = workspace.config / "sources.yaml"
    before = path.read_text(encoding="utf-8") if path.is_file() else "sources:\n"
    known = workspace.read_config("sources") if path.is_file() else {"sources": {}}
    listed = (known.get("sources") or {}) if isinstance(known, dict) else {}
    if draft.name in listed:
        raise SettingsError(
            "A source of that name is there already.", found=draft.name, fix="give --write another name"
        )
    after = f"{before.rstrip()}\n\n{draft.entry}"
    added = yaml.safe_load(draft.text)["sources"]
    if not _is_only_added(after, listed, added):
        raise SettingsError(
            "The draft cannot be added at the end of config/sources.yaml.",
            found="another layout than `sources:` as the last block, indented by two spaces",
            fix="run without --write and paste the entry where it belongs",
        )
    try:
        parse_sources(yaml.safe_load(after))
    except SettingsError as error:
        raise SettingsError(
            "The draft has open questions, and one of them would stop every source.",
            found=error.found,
            fix="run without --write, answer what it asks, and paste it into config/sources.yaml",
        ) from error
    write_whole(path, after)
    return path


def _find(workspace: Workspace, file: Path) -> Path:
    for path in (file.expanduser(), workspace.root / file):
        if path.is_file():
            return path.resolve()
    raise SourceError(
        "There is no such file.", found=str(file), fix="give a file, from here or from the workspace"
    )


def _place(workspace: Workspace, path: Path) -> dict[str, object]:
    root = workspace.root.resolve()
    if path.is_relative_to(root):
        return {"files": path.relative_to(root).as_posix()}
    return {"files": str(path), "outside_workspace": True}


def _choose(table: str | None, opened: OpenFile) -> tuple[str, list[str]]:
    if table is not None:
        return landed_table(table).name, []
    guess = guess_table(opened.columns)
    if guess.also is None:
        return guess.table, []
    return guess.table, [f"the headers fit {guess.also} nearly as well: draft it with --table {guess.also}"]


def _remarks(opened: OpenFile, proposal: Proposal, table: str) -> list[str]:
    used = {str(one.keys.get("column")) for one in proposal.columns.values() if not one.is_left_out}
    used |= {
        header for header in opened.columns for one in proposal.columns.values()
        if header and header in str(one.keys.get("expression", ""))
    }  # fmt: skip
    unused = [header for header in opened.columns if header and header not in used]
    filled = {name for name, one in proposal.columns.items() if not one.is_left_out}
    filled |= {"currency"} & set(proposal.options)
    filled |= {"account_time_zone"} if "time_zone" in proposal.options else set()
    empty = [name for name in unfilled(table, filled) if name in WORDS[table]]
    remarks = [f"{Path(opened.label).name} is one file; a glob such as data/x/*.csv takes all of its kind"]
    if unused:
        remarks.append(f"not used, so never landed: {', '.join(unused)}")
    if empty:
        remarks.append(f"not found, left empty: {', '.join(empty)}")
    return remarks


def _name_of(path: Path) -> str:
    for part in (path.parent.name, path.name.split(".")[0]):
        found = re.sub(r"[^a-z0-9]+", "_", part.lower()).strip("_")[:48]
        if part != "data" and re.match(NAME, found):
            return found
    return "my_source"


def _is_only_added(text: str, listed: dict[str, object], added: dict[str, object]) -> bool:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        return False
    return isinstance(found, dict) and found.get("sources") == {**listed, **added}
