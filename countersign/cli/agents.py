"""`countersign agents`: which agents there are, what they may read and who answers for them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.attack import attack
from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json
from countersign.cli.evals import eval_agents
from countersign.core.errors import SettingsError

if TYPE_CHECKING:
    from agents.registry import AgentCard

app = typer.Typer(
    help="The agents: their job, what they may read and who answers for them.", no_args_is_help=True
)
app.command("attack")(attack)
app.command("eval")(eval_agents)


@app.command("list")
def list_agents(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List every agent with its job, its goal and its owner."""
    cards = _cards(workspace).values()
    if as_json:
        print_json([card.model_dump(mode="json") for card in cards])
        return
    for card in cards:
        typer.secho(f"{card.name} {card.version}", bold=True)
        typer.echo(f"  {card.job}")
        typer.echo(f"  goal {card.goal}, owner {card.owner}, approved by {card.approver}\n")
    typer.echo("countersign agents show NAME tells what each may read.")


@app.command("show")
def show_agent(
    name: Annotated[str, typer.Argument(help="The agent's name, as `agents list` gives it.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one agent's card: people, limits, and every column it may read."""
    _check_name(name)
    card = _cards(workspace)[name]
    if as_json:
        print_json(card.model_dump(mode="json"))
        return
    typer.secho(f"{card.name} {card.version}: {card.job}\n", bold=True)
    for label, text in _rows(card):
        typer.echo(f"  {label:<9} {text}")
    typer.echo("\nMay read, and nothing else:")
    for table, columns in card.grants.items():
        typer.echo(f"  {table}: {', '.join(columns)}")


@app.command("record")
def show_record(
    name: Annotated[str, typer.Argument(help="The agent's name, as `agents list` gives it.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how what an agent expected came out: verdicts, and how often its intervals held."""
    from countersign.cli.track_record import describe_record, read_record, record_as_json

    _check_name(name)
    record, judged = read_record(open_context(workspace), name)
    if as_json:
        print_json(record_as_json(record, judged))
        return
    for line in describe_record(record, judged):
        typer.echo(line)


def _check_name(name: str) -> None:
    from agents.registry import agent_names

    if name not in agent_names():
        raise SettingsError(
            "There is no such agent.", found=name, fix=f"use one of: {', '.join(agent_names())}"
        )


def _rows(card: "AgentCard") -> list[tuple[str, str]]:
    limits = card.limits
    return [
        ("improves", card.improves),
        ("goal", card.goal),
        ("output", f"{card.output}, category {card.category}"),
        ("owner", card.owner),
        ("manager", card.manager),
        ("reviewer", card.reviewer),
        ("approver", card.approver),
        ("model", card.model or "the workspace's own, or the offline writer"),
        ("limits", f"{limits.calls} calls, {limits.tokens} tokens, {limits.seconds:g} s"),
    ]


def _cards(workspace: Path | None) -> "dict[str, AgentCard]":
    # Imported here, so that `countersign --help` does not read the agents.
    from agents.registry import read_cards

    return read_cards(open_context(workspace).workspace)
