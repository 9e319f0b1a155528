"""`countersign data load`: land, check and promote sources, without dbt and drafts."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.context import (
    Context,
    JsonOption,
    WorkspaceOption,
    open_context,
    print_json,
    read_instant,
)
from countersign.core.errors import SettingsError

if TYPE_CHECKING:
    from countersign.core.contracts import Batch
    from flows.landing import Backfill

REFUSED = 4


def load(
    source: Annotated[str | None, typer.Argument(help="A source; all of them when left out.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Load nothing: the report of `data check`.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Read a connector again from this day on (whole weeks)."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="... up to and with this day; default as far as there is."),
    ] = None,
    accept_drift: Annotated[
        bool, typer.Option("--accept-drift", help="Land although the vendor changed its fields.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_of: Annotated[
        str | None, typer.Option(help="Exclusive instant or day (ISO 8601, UTC); default now.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Load one source or all: land, check, promote. Reports see it after the next run."""
    if since and until and until < since:
        raise SettingsError(
            "--until lies before --since.",
            found=f"{since:%Y-%m-%d} to {until:%Y-%m-%d}",
            fix="swap the two days",
        )
    context = open_context(workspace)
    backfill = _backfill(context, source, days=(since, until), accept_drift=accept_drift)
    if dry_run:
        from countersign.cli.data import check_sources

        check_sources(context, source, until=read_instant(as_of), backfill=backfill, as_json=as_json)
        return
    batches = _load(context, source, as_of=as_of, backfill=backfill)
    if as_json:
        print_json([batch.model_dump(mode="json") for batch in batches])
    else:
        _print_summary(batches, _connectors(context))
        say_source_warnings(context)
    if any(batch.state == "quarantined" for batch in batches):
        raise typer.Exit(REFUSED)


def _connectors(context: Context) -> set[str]:
    from countersign.sources.files.sources_file import read_sources

    return {name for name, source in read_sources(context.workspace).items() if source.connector}


def _say_what_to_read_again(batches: "list[Batch]", connectors: set[str]) -> None:
    # What was set aside whole counts as read, so a mended mapping alone would not bring it back.
    for name in sorted({batch.source for batch in batches if batch.state == "quarantined"} & connectors):
        days = [
            batch.window.start
            for batch in batches
            if batch.source == name and batch.state == "quarantined" and batch.window
        ]
        since = min(days) if days else "DAY"
        typer.echo(f"Once its mapping is mended: countersign data load {name} --since {since}")


def say_source_warnings(context: Context) -> None:
    """Print what the last load found between sources; nothing when all is well."""
    from flows.source_warnings import read_source_warnings

    for warning in read_source_warnings(context.workspace):
        typer.echo(f"Look at {warning}")


def _backfill(
    context: Context,
    source: str | None,
    *,
    days: tuple[datetime | None, datetime | None],
    accept_drift: bool,
) -> "Backfill":
    from countersign.sources.files.sources_file import find_source, read_sources
    from flows.landing import Backfill

    if source is not None:
        found = find_source(read_sources(context.workspace), source)
        if any(days) and not found.connector:
            raise SettingsError(
                "Only a connector can be asked for certain days.",
                found=f"{source} has {'tables of another loader' if found.adopted else 'files'}",
                fix="leave --since and --until out: everything that changed is loaded",
            )
    since, through = (day.date() if day else None for day in days)
    return Backfill(since=since, through=through, accept_drift=accept_drift)


def _load(context: Context, source: str | None, *, as_of: str | None, backfill: "Backfill") -> "list[Batch]":
    from countersign.core.log import write_log_to
    from countersign.sources.files.sources_file import read_sources
    from flows.loading import load_sources
    from flows.pipeline import RunContext

    write_log_to(context.workspace.logs / "countersign.jsonl")
    run = RunContext(
        context.workspace, context.workspace.company(), context.settings, as_of=read_instant(as_of)
    )
    names = [source] if source else list(read_sources(context.workspace))
    return load_sources(run, names, backfill=backfill)


def _print_summary(batches: "list[Batch]", connectors: set[str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if not batches:
        typer.echo("Nothing new: all that is there was loaded before, as it is.")
        return
    shown = Table(box=box.HORIZONTALS, show_edge=False, padding=(0, 2, 0, 0))
    shown.add_column("batch", overflow="fold")
    for title in ("landed", "promoted", "set aside", "withdrawn"):
        shown.add_column(title, justify="right")
    for batch in batches:
        name = f"{escape(batch.source)} -> {batch.table}\n{escape(batch.file)}\n{batch.id}"
        aside = f"{batch.rows_quarantined:,}"
        if batch.state == "quarantined":
            aside = f"[red]{aside}\nthe whole batch[/red]"
        shown.add_row(
            name, f"{batch.rows_landed:,}", f"{batch.rows_promoted:,}", aside, f"{batch.rows_withdrawn:,}"
        )
    Console(highlight=False).print(shown)
    for batch in batches:
        for reason in _reasons(batch):
            typer.echo(f"  {batch.id}  {reason}")
    _say_what_to_read_again(batches, connectors)
    typer.echo("Reports count what was promoted after the next `countersign run`.")


def _reasons(batch: "Batch") -> list[str]:
    return [
        f"{outcome.rows:,} {'row' if outcome.rows == 1 else 'rows'}: {outcome.reason}"
        for outcome in batch.outcomes
        if not outcome.passed and outcome.severity == "critical"
    ]
