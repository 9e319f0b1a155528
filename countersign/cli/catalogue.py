"""`countersign data sources`: the catalogue of sources as a table, or as JSON."""

from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json, read_instant
from countersign.core.workspace import Workspace

if TYPE_CHECKING:
    from countersign.sources.catalogue import CatalogueEntry

_COLOURS = {"never loaded": "yellow", "fresh": "green", "late": "yellow", "failed": "red"}


def list_sources(
    workspace: WorkspaceOption = None,
    as_of: Annotated[
        str | None, typer.Option(help="Exclusive instant or day (ISO 8601, UTC); default now.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the sources: what they are, how fresh, who answers for them, when they are reviewed next."""
    from countersign.sources.catalogue import find_unlisted, read_catalogue

    place = open_context(workspace).workspace
    entries = read_catalogue(place, place.company(), as_of=read_instant(as_of))
    if as_json:
        print_json([entry.model_dump(mode="json") for entry in entries])
        return
    _print_table(entries)
    for entry in entries:
        _print_meaning(entry)
    _name_unknown_stewards(place, entries)
    for name in find_unlisted(place):
        typer.echo(
            f"{name} has landed data and is not in config/sources.yaml: nothing refreshes it any more."
        )
    typer.echo("Next: countersign data check SOURCE (what it would land), countersign data load")


def _name_unknown_stewards(workspace: Workspace, entries: list["CatalogueEntry"]) -> None:
    from countersign.governance.roster import read_people

    if not (workspace.config / "people.yaml").is_file():
        return
    known = {person.id for person in read_people(workspace) if person.active}
    for entry in entries:
        if entry.steward and entry.steward not in known:
            typer.echo(f"The steward of {entry.name}, {entry.steward}, is not in config/people.yaml.")


def _print_table(entries: list["CatalogueEntry"]) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    shown = Table(box=box.HORIZONTALS, show_edge=False, show_lines=True, padding=(0, 1, 0, 0))
    shown.add_column("source", overflow="fold", min_width=13, max_width=18)
    shown.add_column("status,\ndata through", overflow="fold")
    shown.add_column("last batch,\nUTC", no_wrap=True)
    shown.add_column("owner,\nsteward", overflow="fold")
    shown.add_column("review", no_wrap=True)
    for entry in entries:
        colour = _COLOURS[entry.status]
        shown.add_row(
            f"[bold]{escape(entry.name)}[/bold]",
            f"[{colour}]{entry.status}[/{colour}]\n{escape(_freshness(entry))}",
            escape(_last_batch(entry)),
            escape(f"{entry.owner or 'no owner'}\n{entry.steward or 'no steward'}"),
            f"[red]{_review(entry)}[/red]" if entry.is_review_overdue else _review(entry),
        )
    Console(highlight=False).print(shown)


def _freshness(entry: "CatalogueEntry") -> str:
    if entry.days_behind is None:
        return _promise(entry)
    through = str(entry.data_through) if entry.data_through else "undated"
    return f"{through}\n{_days(entry.days_behind)} behind\n{_promise(entry)}"


def _promise(entry: "CatalogueEntry") -> str:
    promised = entry.refresh_promise_days
    return "nothing promised" if promised is None else f"{_days(promised)} promised"


def _last_batch(entry: "CatalogueEntry") -> str:
    last = entry.last_batch
    if last is None:
        return "none"
    counted = (
        f"{last.rows_landed:,} landed\n{last.rows_promoted:,} promoted\n{last.rows_quarantined:,} set aside"
    )
    return f"{last.id}\n{last.landed_at:%Y-%m-%d %H:%M}\n{counted}"


def _review(entry: "CatalogueEntry") -> str:
    if entry.review_every_days is None:
        return "not planned"
    if entry.next_review is None:
        return "never\nreviewed"
    return f"{entry.next_review}\noverdue" if entry.is_review_overdue else str(entry.next_review)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _print_meaning(entry: "CatalogueEntry") -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    console.print(f"\n[bold]{entry.name}[/bold]")
    for line in _meaning(entry):
        console.print(Padding(Text(line), (0, 0, 0, 2)))


def _meaning(entry: "CatalogueEntry") -> list[str]:
    said = [entry.origin and f"from: {entry.origin}", entry.confidentiality]
    if entry.connector:
        said.insert(0, f"connector {entry.connector} ({entry.proof})")
    elif entry.kind == "adopted":
        said.insert(0, "tables of another loader")
    if entry.licence:
        said.append(f"licence: {entry.licence}")
    if entry.confidentiality == "confidential":
        said.append(
            "outside models may read it" if entry.allow_outside_models else "no outside model reads it"
        )
    if entry.reliability:
        note = f" ({entry.reliability_note})" if entry.reliability_note else ""
        said.append(f"reliability {entry.reliability}{note}")
    lines = [entry.description, "; ".join(part for part in said if part)]
    for table in entry.tables:
        through = f", through {table.data_through}" if table.data_through else ""
        changed = "; its mapping changed since the last batch" if table.is_remapped else ""
        lines.append(f"{table.table} <- {table.files}{through}{changed}")
    for file in entry.failed_files:
        lines.append(f"set aside whole: {file}; see countersign data quarantine list")
    return lines
