"""`countersign data`: the catalogue of sources, and what a mapping would do before it does it."""

from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json

if TYPE_CHECKING:
    from countersign.sources.files import FileSource, MappingReport

app = typer.Typer(help="Sources of data: the catalogue, and a dry run of a mapping.", no_args_is_help=True)


@app.command("sources")
def list_sources(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the sources of config/sources.yaml: what they are, who answers for them, what they fill."""
    from countersign.sources.files.mapping import read_sources

    sources = read_sources(open_context(workspace).workspace)
    if as_json:
        print_json([_catalogue_entry(name, source) for name, source in sources.items()])
        return
    for name, source in sources.items():
        typer.secho(name, bold=True)
        typer.echo(f"  {source.description}")
        for table in source.tables:
            typer.echo(f"  {table.table} <- {table.files}")
        typer.echo(f"  {_people(source)}; {_promises(source)}\n")
    typer.echo("countersign data check SOURCE shows what a mapping would land.")


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


def _catalogue_entry(name: str, source: "FileSource") -> dict[str, object]:
    return {
        "name": name,
        **source.model_dump(mode="json", exclude={"tables"}),
        "tables": [{"table": table.table, "files": table.files} for table in source.tables],
    }


def _people(source: "FileSource") -> str:
    return f"owner {source.owner or 'not named'}, steward {source.steward or 'not named'}"


def _promises(source: "FileSource") -> str:
    def every(days: int | None) -> str:
        if days is None:
            return "not promised"
        return "every day" if days == 1 else f"every {days} days"

    return f"new data {every(source.refresh_promise_days)}, reviewed {every(source.review_every_days)}"


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
