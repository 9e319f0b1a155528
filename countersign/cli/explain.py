"""`countersign explain FACT`: what a number means, its SQL, the rows behind it, and whether it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json
from countersign.core.errors import ApprovalError, SettingsError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.tree import Tree

    from countersign.analytics.explain import Explanation
    from countersign.core.contracts import Draft, Fact
    from countersign.core.workspace import Workspace
    from countersign.governance.ledger import Ledger

FactArgument = Annotated[
    str, typer.Argument(metavar="FACT", help="Id of a fact as a report's evidence shows it, or its start.")
]

# A shorter start of an id would match by accident.
SHORTEST_PREFIX = 5


def explain(fact_id: FactArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Recompute a number of a draft or report from its snapshot; exit code 1 when it does not match."""
    from countersign.governance.ledger import open_ledger

    context = open_context(workspace)
    ledger = open_ledger(context.workspace, settings=context.settings)
    draft, whole_id = find_fact(ledger, fact_id)
    explanation = explain_fact(context.workspace, draft, fact_id=whole_id)
    if as_json:
        print_json(as_plain(explanation))
    else:
        print_explanation(explanation)
    if not (is_recorded(ledger, explanation.fact, quiet=as_json) and explanation.matches):
        raise typer.Exit(1)


def find_fact(ledger: Ledger, fact_id: str) -> tuple[Draft, str]:
    """The newest draft in the ledger that holds a fact, and the fact's whole id.

    Raises:
        SettingsError: none does, the start is too short, or it is the start of several facts.
    """
    from countersign.governance.proposals import list_proposals, read_material

    if len(fact_id) >= SHORTEST_PREFIX:
        for proposal in reversed(list_proposals(ledger)):
            try:
                material = read_material(ledger, proposal.id)
            except ApprovalError:
                continue  # redacted by law: what it held can no longer be explained
            if fact_id.encode() not in material.draft_json:
                continue
            draft = material.draft
            found = [fact.id for fact in draft.facts if fact.id.startswith(fact_id)]
            if len(found) > 1:
                raise _no_such_fact(f"{', '.join(found[:5])} all start with {fact_id}")
            if found:
                return draft, found[0]
    raise _no_such_fact(fact_id)


def explain_fact(workspace: Workspace, draft: Draft, *, fact_id: str) -> Explanation:
    """Open the draft's snapshot with what the fact reads, and compute the fact again.

    Raises:
        SettingsError: the draft does not hold the fact.
        SnapshotError: the snapshot is gone, was changed, or no longer gives the fact.
    """
    from countersign.analytics.explain import recompute, tables_behind
    from countersign.core.snapshot import open_granted, read_snapshot

    held = {fact.id: fact for fact in draft.facts}
    if fact_id not in held:
        raise _no_such_fact(fact_id)
    snapshot = read_snapshot(workspace, held[fact_id].snapshot_id)
    connection = open_granted(workspace, snapshot, grants=tables_behind([held[fact_id]], snapshot))
    try:
        return recompute(held[fact_id], held, connection=connection)
    finally:
        connection.close()


def print_explanation(explanation: Explanation) -> None:
    """Show definition, SQL, rows, snapshot and the verdict, for a person at a terminal."""
    from rich.console import Console
    from rich.syntax import Syntax

    console = Console()
    fact = explanation.fact
    console.print(f"[bold]{_escape(fact.title)}[/bold]  {_escape(_place(fact))}")
    console.print(f"  {fact.metric} = [bold]{_say(fact)}[/bold]")
    verdict = "[green]recomputed, the same[/green]" if explanation.matches else "[red]DOES NOT MATCH[/red]"
    console.print(f"  {verdict}: {explanation.value}")
    console.print(f"  fact {fact.id}, snapshot {fact.snapshot_id}")
    console.print(f"  reads {_escape(', '.join(fact.columns))}", soft_wrap=True)
    if fact.definition.kind == "agreed":
        console.print(f"  agreed as {fact.definition.key}")
    if explanation.inputs:
        console.print(_tree(explanation))
        console.print(f"  The SQL and rows of an input: countersign explain {explanation.inputs[0].fact.id}")
    if explanation.sql:
        console.print(Syntax(explanation.sql, "sql", word_wrap=True, background_color="default"))
        _print_rows(console, explanation)


def is_recorded(ledger: Ledger, fact: Fact, *, quiet: bool) -> bool:
    """Whether the ledger holds what a figure rests on there; any other figure rests on none of it."""
    from countersign.core.contracts import Elapsed, Recorded
    from countersign.governance.ledger import find_unknown
    from countersign.governance.pilots import find_record

    if isinstance(fact.definition, Recorded):
        unknown = find_unknown(ledger, fact.definition.entries)
        if unknown and not quiet:
            typer.secho(f"  {len(unknown)} of its entries are not in the ledger.", fg="red")
        return not unknown
    if not isinstance(fact.definition, Elapsed):
        return True
    found = find_record(ledger, fact.definition)
    if not quiet and found is None:
        typer.secho("  No entry of the ledger holds these days any more.", fg="red")
    elif not quiet and found is not None:
        span = f"{fact.definition.start} to {fact.definition.end}"
        typer.echo(f"  {span}, recorded by {found.recorded_by} on {found.recorded_at:%Y-%m-%d}")
        typer.echo(f"  ledger entry {found.entry}, pilot {found.pilot.key}")
    return found is not None


def as_plain(explanation: Explanation) -> dict[str, Any]:
    """An explanation as plain data for `--json`."""
    return explanation.model_dump(mode="json")


def _tree(explanation: Explanation) -> Tree:
    from rich.tree import Tree

    tree = Tree(_branch(explanation))
    for part in explanation.inputs:
        tree.add(_tree(part) if part.inputs else _branch(part))
    return tree


def _branch(explanation: Explanation) -> str:
    fact = explanation.fact
    mark = "" if explanation.matches else "  [red]does not match[/red]"
    definition = fact.definition
    match definition.kind:
        case "derived":
            how = f"{definition.function} v{definition.version} of"
        case "fitted":
            how = f"{definition.function} v{definition.version}, fitted to the snapshot"
        case "recorded":
            how = "entries of the ledger"
        case "elapsed":
            how = "days that people recorded"
        case "agreed":
            how = f"{definition.key} in {definition.file}"
        case _:
            how = "query"
    return f"{fact.id}  {fact.metric} = {_say(fact)}  {_escape(_place(fact))}  [dim]{how}[/dim]{mark}"


def _say(fact: Fact) -> str:
    if fact.value is None:
        return "not known"
    return f"{fact.value} {fact.currency or fact.unit}"


def _place(fact: Fact) -> str:
    from countersign.core.periods import describe_window

    parts = [f"{name} {value}" for name, value in fact.dimensions.items()]
    return ", ".join([*parts, describe_window(fact.window) if fact.window else "undated"])


def _print_rows(console: Console, explanation: Explanation) -> None:
    from rich.table import Table

    if not explanation.rows:
        console.print("  No row of the mart lies in this window and place.")
        return
    table = Table(title=f"Rows of {explanation.table} behind it", title_justify="left")
    for name in explanation.rows[0]:
        table.add_column(name)
    for row in explanation.rows:
        table.add_row(*("" if value is None else _escape(str(value)) for value in row.values()))
    console.print(table)


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _no_such_fact(found: str) -> SettingsError:
    return SettingsError(
        "No single fact in the ledger has this id.",
        found=found,
        fix="copy the id from a report's evidence list, or from `countersign review show ID --json`",
    )
