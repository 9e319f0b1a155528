"""What commands share: the --workspace and --json options, and where output goes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from countersign.core.settings import Settings, load_settings
from countersign.core.workspace import Workspace, open_workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", help="Directory of the workspace; default COUNTERSIGN_WORKSPACE or here."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


@dataclass(frozen=True)
class Context:
    """The settings of this process and the workspace it works on."""

    settings: Settings
    workspace: Workspace


def open_context(workspace: Path | None) -> Context:
    """Settings from the environment, and the workspace that --workspace or they name.

    Raises:
        SettingsError: a setting is misspelt, or the directory is no workspace.
    """
    settings = load_settings()
    return Context(settings, open_workspace(workspace or settings.workspace))


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(value, indent=1, default=str, ensure_ascii=False))
