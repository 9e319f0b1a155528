"""`python -m flows.engines WORKSPACE TARGET`: a workspace's marts on another engine, against DuckDB's."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from countersign.core.errors import PipelineError
from countersign.core.workspace import Workspace
from flows.engines.running import run_on


def main(
    root: Annotated[Path, typer.Argument(help="the workspace")],
    target: Annotated[str, typer.Argument(help="an output of the profile `countersign`")],
    profiles: Annotated[
        Path | None, typer.Option(help="folder of profiles.yml; default: the workspace's config")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="a model; it and what it needs, or everything")
    ] = None,
    as_of: Annotated[datetime | None, typer.Option(help="UTC; default: that of the latest snapshot")] = None,
) -> None:
    """Copy what was landed, build the marts there, and compare every table with DuckDB's."""
    workspace = Workspace(root.resolve())
    instant = as_of.replace(tzinfo=UTC) if as_of else None
    try:
        run = run_on(workspace, target, profiles=profiles or workspace.config, as_of=instant, only=only or ())
    except PipelineError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from error
    typer.echo(run.told())
    raise typer.Exit(1 if run.differences else 0)


if __name__ == "__main__":
    typer.run(main)
