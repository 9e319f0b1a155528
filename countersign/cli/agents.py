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
    """List every agent in the order they draft: its job, whose drafts it reads, its goal, who decides."""
    from countersign.cli.agent_cards import describe_agents

    cards = list(_cards(workspace).values())
    if as_json:
        print_json([card.model_dump(mode="json") for card in cards])
        return
    for line in describe_agents(cards):
        typer.echo(line)


@app.command("show")
def show_agent(
    name: Annotated[str, typer.Argument(help="The agent's name, as `agents list` gives it.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one agent's card: its job, people, inputs, limits, and every column it may read."""
    from countersign.cli.agent_cards import describe_agent

    _check_name(name)
    card = _cards(workspace)[name]
    if as_json:
        print_json(card.model_dump(mode="json"))
        return
    for line in describe_agent(card):
        typer.echo(line)


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


def _cards(workspace: Path | None) -> "dict[str, AgentCard]":
    # Imported here, so that `countersign --help` does not read the agents.
    from agents.registry import read_cards

    return read_cards(open_context(workspace).workspace)
