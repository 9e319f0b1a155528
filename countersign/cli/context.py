"""What commands share: the --workspace and --json options, and where output goes."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from countersign.core.errors import SettingsError
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
    typer.echo(json.dumps(value, indent=1, default=_plain, ensure_ascii=False))


def _plain(value: object) -> str:
    # As pydantic writes an instant, so that every command says it in one way.
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def read_instant(text: str | None) -> datetime:
    """What --as-of says, in UTC; now when it says nothing.

    Raises:
        SettingsError: the text is neither a day nor an instant.
    """
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(
            "--as-of is not an instant.", found=text, fix="give a day or an instant, e.g. 2026-11-16"
        ) from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def read_day(option: str, text: str | None) -> date | None:
    """A day given as an option, None when it was left out.

    Raises:
        SettingsError: it is not a day.
    """
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"{option} is not a day.", found=text, fix="write it as 2026-11-16") from error
