"""`countersign data`: the commands on sources, and what a mapping would do before it does it."""

from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.catalogue import list_sources
from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json
from countersign.cli.draft_mapping import draft
from countersign.cli.load import load

if TYPE_CHECKING:
    from countersign.sources.files import MappingReport

app = typer.Typer(help="Sources of data: the catalogue, mappings, loading, quarantine.", no_args_is_help=True)


app.command("sources")(list_sources)
app.command("load")(load)
app.command("draft-mapping")(draft)


@app.command("check")
def check(
    source: Annotated[str | None, typer.Argument(help="A source; all of them when left out.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a mapping would land, and what it cannot read, before anything is loaded."""
    from countersign.sources.files import check_source, read_sources

    context = open_context(workspace)
    company = context.workspace.company()
    key = context.settings.pseudonym_key
    names = [source] if source else list(read_sources(context.workspace))
    reports = [
        report
        for name in names
        for report in check_source(context.workspace, company, name, pseudonym_key=key)
    ]
    if as_json:
        print_json([report.model_dump(mode="json") for report in reports])
        return
    for report in reports:
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
        lines.append(("other currency", f"{report.rows_in_other_currency:,} rows"))
    lines.extend(("note", note) for note in report.notes)
    return lines
