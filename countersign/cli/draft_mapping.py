"""`countersign data draft-mapping`: a proposed entry of config/sources.yaml for a file."""

from pathlib import Path
from typing import Annotated

import typer

from countersign.cli.context import WorkspaceOption, open_context


def draft(
    file: Annotated[Path, typer.Argument(help="A CSV, TSV, Parquet or JSONL file.")],
    table: Annotated[
        str | None, typer.Option(help="The landed table it fills; told from the headers when left out.")
    ] = None,
    write: Annotated[
        str | None, typer.Option(help="Add it to config/sources.yaml as a new source of this name.")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Propose a mapping from a file's header and values, with what it does not know; for you to edit."""
    from countersign.sources.files.drafting import draft_mapping, write_draft

    place = open_context(workspace).workspace
    found = draft_mapping(place, file, table=table, name=write)
    if write is None:
        typer.echo(found.text, nl=False)
        return
    path = write_draft(place, found)
    typer.echo(f"{write} added to {path}. Next: countersign data check {write}")
