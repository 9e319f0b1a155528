"""`countersign scorecard`: the page that marketing and technology answer for together."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json, read_day

app = typer.Typer(help="The scorecard that marketing and technology share.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group, although it has one command so far."""


@app.command("propose")
def propose(
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The day up to which pilots count; default the snapshot's.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draft the shared scorecard from the newest snapshot and put it before people."""
    from flows.scorecard import propose_scorecard

    context = open_context(workspace)
    proposal = propose_scorecard(
        context.workspace,
        context.workspace.company(),
        context.settings,
        at=datetime.now(UTC),
        as_of=read_day("--as-of", as_of),
    )
    if as_json:
        print_json(proposal.model_dump(mode="json"))
        return
    typer.echo(f"{proposal.state:<9} {proposal.id}  {proposal.title}")
    needs = "1 person" if proposal.required_approvals == 1 else f"{proposal.required_approvals} people"
    typer.echo(
        f"It waits for {needs} until {proposal.expires_at:%Y-%m-%d %H:%M} UTC; until then nothing goes out."
    )
    typer.echo(f"Next: countersign review show {proposal.id} --open")
