"""`countersign data connectors`: which vendors can be read, what each fills and what it needs."""

from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.context import JsonOption, print_json

if TYPE_CHECKING:
    from countersign.sources.connecting.listing import ConnectorEntry


def show_connectors(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="The lists of docs/sources/README.md.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the connectors: tables filled, secrets needed, how far each is proved, its page."""
    from countersign.sources.connecting.listing import list_connectors, render_connectors

    if markdown:
        typer.echo(render_connectors(), nl=False)
        return
    entries = list_connectors()
    if as_json:
        print_json([entry.model_dump(mode="json") for entry in entries])
        return
    for entry in entries:
        _show(entry)
    typer.echo(
        "Say `connector: NAME` in config/sources.yaml; a source of another name puts it into the variable."
    )


def _show(entry: "ConnectorEntry") -> None:
    typer.secho(f"{entry.name}", bold=True, nl=False)
    typer.echo(f"  {entry.title}, {entry.proof}")
    typer.echo(f"  fills    {', '.join(entry.tables)}")
    for secret in entry.secrets:
        needed = "needs   " if secret.is_required else "may need"
        typer.echo(f"  {needed} {secret.variable}  {secret.meaning}")
    typer.echo(f"  page     docs/sources/{entry.page}\n")
