"""`countersign agents attack`: hostile answers of a made-up model against every check before `pending`."""

from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json
from countersign.core.errors import SnapshotError

if TYPE_CHECKING:
    from flows.attacking import Attacked


def attack(
    per_family: Annotated[
        int, typer.Option("--per-family", min=1, help="Hostile answers of each family, for each agent.")
    ] = 20,
    honest: Annotated[int, typer.Option(min=0, help="True wordings, for each agent.")] = 300,
    seed: Annotated[int, typer.Option(help="The same seed makes the same answers.")] = 1,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try false answers on every agent: what is caught, and which true ones are refused. Asks no model."""
    from agents.registry import read_cards
    from countersign.analytics.analyse import analyse
    from countersign.analytics.attention import analyse_days
    from countersign.core.snapshot import latest_snapshot, open_granted
    from countersign.governance.policy import read_policy
    from flows.attacking import attack_agents, granted_to

    context = open_context(workspace)
    company = context.workspace.company()
    snapshot = latest_snapshot(context.workspace)
    if snapshot is None:
        raise SnapshotError(
            "There is no analysis to attack.", found="no snapshot", fix="run `countersign run weekly` first"
        )
    cards = read_cards(context.workspace)
    connection = open_granted(context.workspace, snapshot, grants=granted_to(cards))
    try:
        analysis = analyse(connection, snapshot, company, week=None)
        days = analyse_days(connection, snapshot, company)
    finally:
        connection.close()
    result = attack_agents(
        analysis,
        snapshot,
        cards=cards,
        policy=read_policy(context.workspace),
        company=company.name,
        seed=seed,
        per_family=per_family,
        honest=honest,
        daily=(days, snapshot),
    )
    if as_json:
        print_json(summary_of(result))
    else:
        typer.echo("\n".join(table_of(result)))
    if result.escapes:
        raise typer.Exit(1)


def summary_of(result: "Attacked") -> dict[str, object]:
    """The counts as JSON: by family, in all, and the share of true wordings refused."""
    return {
        "families": {
            family: {"tried": tried, "escaped": len(result.escaped.get(family, ()))}
            for family, tried in result.tried.items()
        },
        "tried": result.outputs,
        "escaped": result.escapes,
        "honest": result.honest,
        "honest_refused": result.honest_refused,
    }


def table_of(result: "Attacked") -> list[str]:
    """The counts as lines: each family with how many were caught and how many escaped."""
    lines = [f"{'family':<26}{'caught':>8}{'escaped':>9}"]
    for family, tried in result.tried.items():
        escaped = len(result.escaped.get(family, ()))
        lines.append(f"{family:<26}{tried - escaped:>8}{escaped:>9}")
    lines.append(f"{'all':<26}{result.outputs - result.escapes:>8}{result.escapes:>9}")
    refused = f"{len(result.refused)} of {result.honest} ({result.honest_refused:.1%})"
    lines += ["", f"True wordings refused: {refused}"]
    lines += [
        f"  {agent}: {tried} false answers, {result.honest_by_agent.get(agent, 0)} true wordings"
        for agent, tried in result.hostile_by_agent.items()
    ]
    lines += [f"  escaped: {content[:300]}" for found in result.escaped.values() for content in found[:3]]
    return lines
