"""`countersign data quarantine`: what the gate set aside and why, and the decision to release it."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from countersign.cli.context import Context, JsonOption, WorkspaceOption, open_context, print_json
from countersign.core.workspace import Workspace

app = typer.Typer(
    help="Rows and batches that the checks set aside: why, and releasing them.", no_args_is_help=True
)

BatchArgument = Annotated[str, typer.Argument(help="Id of the batch, as `list` gives it.")]

# More rows than a screen shows; --json gives all of them.
SHOWN_ROWS = 20


@app.command("list")
def list_quarantine(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List batches with rows set aside: how many, and why."""
    found = _read_batches(open_context(workspace).workspace)
    if as_json:
        print_json(found)
        return
    for batch in found:
        _print_batch(batch)
    if found:
        typer.echo("See the rows: countersign data quarantine show BATCH_ID")
    else:
        typer.echo("Nothing is set aside.")


@app.command("show")
def show_quarantine(
    batch_id: BatchArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Show the rows of one batch that were set aside, each with its reason."""
    from countersign.core.warehouse import open_warehouse
    from expectations.quarantine import read_quarantined_rows

    with open_warehouse(open_context(workspace).workspace) as connection:
        rows = read_quarantined_rows(connection, batch_id)
    for row in rows:
        row["row"] = json.loads(row.pop("row_json"))
    if as_json:
        print_json(rows)
        return
    for row in rows[:SHOWN_ROWS]:
        _print_row(row)
    if len(rows) > SHOWN_ROWS:
        typer.echo(f"... and {len(rows) - SHOWN_ROWS} more rows; --json gives all of them.")
    if not rows:
        typer.echo("No row of this batch is set aside.")


@app.command("release")
def release_quarantine(
    batch_id: BatchArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why these rows are right after all.")],
    row: Annotated[
        list[int] | None,
        typer.Option("--row", help="Row to release; repeat it. Default: every row that may be released."),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Release rows into the warehouse: recorded with your name and reason. Sign in first."""
    from countersign.core.lock import pipeline_lock
    from countersign.core.warehouse import open_warehouse
    from expectations.quarantine import release_rows

    context = open_context(workspace)
    now = datetime.now(UTC)
    person = _current_person(context, at=now)
    with (
        pipeline_lock(context.workspace, purpose="releasing rows from quarantine"),
        open_warehouse(context.workspace) as connection,
    ):
        released = release_rows(
            connection,
            context.workspace,
            batch_id=batch_id,
            rows=row or None,
            person=person,
            reason=reason,
            at=now,
        )
    typer.echo(f"{_count(released, 'row')} of {batch_id} released by {person}.")
    typer.echo("Reports count them after the next `countersign run`.")


def _current_person(context: Context, *, at: datetime) -> str:
    # Who keeps the data answers for it: the token proves the person, config/people.yaml the role.
    from countersign.governance.ledger import open_ledger
    from countersign.governance.people import check_role, signed_in_person

    ledger = open_ledger(context.workspace, context.settings)
    signed_in = signed_in_person(ledger, context.workspace, context.settings, at=at)
    check_role(context.workspace, signed_in, role="engineer", deed="release rows from quarantine")
    return signed_in.person.id


def _read_batches(workspace: Workspace) -> list[dict[str, Any]]:
    from countersign.core.warehouse import open_warehouse
    from expectations.quarantine import read_quarantined_batches

    if not workspace.warehouse.is_file():
        return []
    with open_warehouse(workspace) as connection:
        return read_quarantined_batches(connection)


def _print_batch(batch: dict[str, Any]) -> None:
    is_whole = batch["state"] == "quarantined"
    what = "the whole batch" if is_whole else _count(batch["rows_quarantined"], "row")
    typer.secho(f"{batch['batch_id']}  {batch['landed_table']} from {batch['source']}", bold=True)
    typer.echo(f"  {batch['file']}: {what} set aside, {batch['rows_landed']} landed")
    for reason in batch["why_whole"]:
        typer.echo(f"  {reason}")
    for reason in batch["reasons"]:
        typer.echo(f"  {reason['rows']:>7}  {reason['rule']}: {reason['reason']}")
    typer.echo("")


def _print_row(row: dict[str, Any]) -> None:
    typer.secho(f"row {row['row_number']}  {row['rule']}", bold=True)
    typer.echo(f"  {row['reason']}")
    values = (f"{name}={value}" for name, value in row["row"].items() if value is not None)
    typer.echo(f"  {', '.join(values)}")
    if row["released_at"] is not None:
        released = f"{row['released_at']:%Y-%m-%d %H:%M} UTC by {row['released_by']}"
        typer.echo(f"  released {released}: {row['release_reason']}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
