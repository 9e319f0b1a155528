"""`countersign data adopt`: another loader's tables recognised, and sources written for them."""

from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json
from countersign.core.errors import SourceError

if TYPE_CHECKING:
    from countersign.sources.adopted.proposing import Adoption, Proposed

_LISTED = 8


def adopt_tables(
    connection: Annotated[
        str,
        typer.Argument(help="NAME of COUNTERSIGN_SECRET_<NAME>_URL, a DuckDB file, or a folder of Parquet."),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only print what would be added to config/sources.yaml.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recognise tables that Fivetran, Airbyte or dlt filled, and add a source for each vendor."""
    from countersign.sources.adopted.proposing import adopt

    context = open_context(workspace)
    adoption = adopt(
        context.workspace, connection, secrets=context.settings.source_secrets, write=not dry_run
    )
    if as_json:
        print_json(_as_json(adoption))
        return
    for one in adoption.proposed:
        _show(one)
    _show_rest(adoption)
    if not adoption.proposed:
        raise SourceError(
            "No table of a loader we know was recognised.",
            found=f"{adoption.survey.tables} tables in {connection}",
            fix="docs/sources/adopted.md lists loaders and vendors; map others with data draft-mapping",
        )
    _show_next(adoption, dry_run=dry_run)


def _show(one: "Proposed") -> None:
    found = one.found
    loader = "dlt" if found.loader == "dlt" else found.loader.capitalize()
    place = f", schema {found.schema}" if found.schema else ""
    state = "" if one.entry else "  (adopted before)"
    typer.echo(f"{one.name}: {found.shipped.title} by {loader}{place}{state}")
    typer.echo(f"  fills      {', '.join(found.fills)}")
    for title, names in (
        ("no table", found.missing_tables),
        ("no column", found.missing_columns),
        ("not usable", found.unusable),
    ):
        if names:
            typer.echo(f"  {title:<10} {_listed(names)}")
    for asked in one.asked:
        typer.echo(f"  your word  {asked.table}.{asked.column}: {asked.says}")
        unsure = [f"{value.theirs} ({value.rows:,})" for value in asked.values if value.ours is None]
        if unsure:
            typer.echo(f"             no channel or stage yet: {_listed(unsure)}")


def _show_rest(adoption: "Adoption") -> None:
    rest = adoption.survey.not_understood
    for schema in dict.fromkeys(table.schema for table in rest):
        names = [table.name for table in rest if table.schema == schema]
        typer.echo(f"not read{f' in {schema}' if schema else ''}: {_listed(names)}")


def _show_next(adoption: "Adoption", *, dry_run: bool) -> None:
    new = [one for one in adoption.proposed if one.entry]
    if dry_run:
        typer.echo("\nsources:")
        typer.echo("\n".join(one.entry or "" for one in new), nl=False)
        return
    if new:
        typer.echo(f"\n{', '.join(one.name for one in new)} added to {adoption.written_to}.")
    typer.echo("Next: look at `columns` there, then countersign data load and countersign run weekly")


def _listed(names: "list[str] | tuple[str, ...]") -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _as_json(adoption: "Adoption") -> dict[str, object]:
    return {
        "written_to": str(adoption.written_to) if adoption.written_to else None,
        "recognised": [
            {
                "source": one.name,
                "loader": one.found.loader,
                "vendor": one.found.vendor,
                "schema": one.found.schema,
                "fills": one.found.fills,
                "reads": sorted(one.found.read_tables),
                "missing_tables": one.found.missing_tables,
                "missing_columns": one.found.missing_columns,
                "not_usable": one.found.unusable,
                "questions": [
                    {
                        "table": asked.table,
                        "column": asked.column,
                        "says": asked.says,
                        "mapping": asked.mapping,
                        "values": {value.theirs: value.rows for value in asked.values},
                    }
                    for asked in one.asked
                ],
                "entry": one.entry,
            }
            for one in adoption.proposed
        ],
        "not_read": [table.label for table in adoption.survey.not_understood],
    }
