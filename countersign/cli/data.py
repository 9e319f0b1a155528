"""`countersign data`: the commands on sources, and what a mapping would do before it does it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.adopt import adopt_tables
from countersign.cli.catalogue import list_sources
from countersign.cli.connectors import show_connectors
from countersign.cli.context import Context, JsonOption, WorkspaceOption, open_context, print_json
from countersign.cli.draft_mapping import draft
from countersign.cli.load import load
from countersign.cli.record_kpi import record_kpi

if TYPE_CHECKING:
    from countersign.sources.connecting.sampling import StreamPlan
    from countersign.sources.files import MappingReport
    from flows.landing import Backfill

_LISTED = 6

app = typer.Typer(help="Sources of data: the catalogue, mappings, loading, quarantine.", no_args_is_help=True)


app.command("sources")(list_sources)
app.command("load")(load)
app.command("draft-mapping")(draft)
app.command("adopt")(adopt_tables)
app.command("record-kpi")(record_kpi)
app.command("connectors")(show_connectors)


@app.command("check")
def check(
    source: Annotated[str | None, typer.Argument(help="A source; all of them when left out.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a mapping would land, and what it cannot read, before anything is loaded."""
    check_sources(open_context(workspace), source, until=datetime.now(UTC), as_json=as_json)


def check_sources(
    context: Context,
    source: str | None,
    *,
    until: datetime,
    as_json: bool,
    backfill: "Backfill | None" = None,
) -> None:
    """Print what a load of one source, or of all, would read and land; nothing is landed.

    Args:
        context: settings and workspace.
        source: a source's name; all of them when None.
        until: exclusive instant up to which vendors would be asked.
        as_json: print for other programs.
        backfill: days that connectors would be asked for again.
    """
    from countersign.sources.files import check_source, read_sources
    from countersign.sources.files.sources_file import find_source

    company = context.workspace.company()
    sources = read_sources(context.workspace)
    names = [source] if source else list(sources)
    reports = [
        report
        for name in names
        if not find_source(sources, name).connector and not sources[name].adopted
        for report in check_source(
            context.workspace, company, name, pseudonym_key=context.settings.pseudonym_key
        )
    ]
    adopted = [name for name in names if sources[name].adopted]
    connectors = [name for name in names if sources[name].connector]
    reports += _check_adopted(context, adopted, until=until)
    plans = _sample_connectors(context, connectors, until=until, backfill=backfill)
    if as_json:
        sampled = [report for plan in plans for report in plan.reports]
        print_json([report.model_dump(mode="json") for report in (*reports, *sampled)])
        return
    for report in reports:
        _show_report(report)
    for plan in plans:
        _show_plan(plan)


def _check_adopted(context: Context, names: list[str], *, until: datetime) -> "list[MappingReport]":
    """What a load of those sources would land of another loader's tables."""
    if not names:
        return []
    from flows.landing import check_adopted_sources

    workspace = context.workspace
    return check_adopted_sources(workspace, workspace.company(), context.settings, until=until, names=names)


def _sample_connectors(
    context: Context, names: list[str], *, until: datetime, backfill: "Backfill | None"
) -> "list[StreamPlan]":
    """What a load of those sources would ask their vendors for, with one page of each stream."""
    if not names:
        return []
    from flows.landing import sample_sources

    workspace = context.workspace
    found = sample_sources(
        workspace, workspace.company(), context.settings, until=until, names=names, backfill=backfill
    )
    return [plan for plans in found.values() for plan in plans]


def _show_plan(plan: "StreamPlan") -> None:
    listed = ", ".join(plan.chunks[:_LISTED]) + (" ..." if len(plan.chunks) > _LISTED else "")
    typer.echo(f"\n{plan.stream}: would ask for {listed or 'nothing: all of it has landed'}")
    if plan.chunks and not plan.reports:
        typer.echo("  its first page holds no records")
    for report in plan.reports:
        typer.echo("  one page of it:")
        _show_report(report)


def _show_report(report: "MappingReport") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    state = "already landed" if report.is_landed else "not landed yet"
    console.print(f"\n[bold]{report.source} -> {report.table}[/bold]  {escape(report.file)}  ({state})")
    shown = Table(show_header=False, show_edge=False, box=None, padding=(0, 2, 0, 2))
    for label, text in _lines(report):
        shown.add_row(label, escape(text))
    console.print(shown)
    for problem in report.problems:
        console.print(f"  [yellow]{problem.rows:,} rows[/yellow]  {escape(problem.column)}")
        for example in problem.examples:
            console.print(f"      {escape(example)}")


def _lines(report: "MappingReport") -> list[tuple[str, str]]:
    lines = [("rows", f"{report.rows:,}, of which {report.rows_set_aside:,} would be set aside")]
    if report.first_day:
        undated = f", {report.undated_rows:,} without a date" if report.undated_rows else ""
        lines.append(("days", f"{report.first_day} to {report.last_day}{undated}"))
    elif report.rows:
        lines.append(("days", "none: no row has a date"))
    lines.append(("columns used", ", ".join(report.columns_used) or "none"))
    lines.append(("columns unused", ", ".join(report.columns_unused) or "none"))
    lines.append(("left empty", ", ".join(report.columns_unfilled) or "none"))
    for name, rows in report.missing_required.items():
        lines.append(("missing", f"{name} in {rows:,} rows, and it is required"))
    if report.keys_repeated:
        examples = "; ".join(report.key_examples)
        lines.append(("keys repeated", f"{report.keys_repeated:,}, e.g. {examples}"))
    if report.rows_in_other_currency:
        lines.append(("other currency", f"{report.rows_in_other_currency:,} rows, which need exchange rates"))
    lines.extend(("note", note) for note in report.notes)
    return lines
