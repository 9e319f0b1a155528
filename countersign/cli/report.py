"""`countersign report`: what was published, and how to open or export it."""

import shutil
import webbrowser
from pathlib import Path
from typing import Annotated, Literal

import typer

from countersign.cli.context import Context, JsonOption, WorkspaceOption, open_context, print_json
from countersign.core.errors import SettingsError

app = typer.Typer(help="Published reports.", no_args_is_help=True)

IdArgument = Annotated[str, typer.Argument(help="Id of the report's proposal, or its first letters.")]


@app.command("list")
def list_reports(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Every published report, newest first."""
    found = read_reports(open_context(workspace))
    if as_json:
        print_json(found)
        return
    for report in found:
        typer.echo(f"{report['proposal_id']}  {report['published_at'][:16]}  {report['title']}")
    if not found:
        typer.echo("Nothing has been published yet. `countersign review list` shows what waits.")


@app.command("open")
def open_report(report_id: IdArgument, workspace: WorkspaceOption = None) -> None:
    """Open a published report in the browser."""
    path = _published_file(open_context(workspace), report_id, "report.html")
    typer.echo(str(path))
    webbrowser.open(path.as_uri())


@app.command("export")
def export_report(
    report_id: IdArgument,
    form: Annotated[Literal["html", "md", "pdf"], typer.Option("--format", help="html, md or pdf.")] = "html",
    to: Annotated[Path | None, typer.Option(help="File to write; default in this directory.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Copy a published report out, byte for byte; PDF is printed from the published HTML."""
    context = open_context(workspace)
    target = to or Path(f"{report_id}.{form}")
    if target.is_dir():
        target /= f"{report_id}.{form}"
    if form == "pdf":
        from countersign.cli.print_pdf import print_pdf

        print_pdf(_published_file(context, report_id, "report.html"), target)
    else:
        shutil.copyfile(_published_file(context, report_id, f"report.{form}"), target)
    typer.echo(str(target))


def read_reports(context: Context) -> list[dict[str, str]]:
    """What the ledger says was published, newest first, each with the folder it lies in."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.publishing import folder_of, publication_of
    from countersign.governance.reviews import list_proposals

    ledger = open_ledger(context.workspace, context.settings)
    found = []
    for proposal in list_proposals(ledger, states=("published",)):
        publication = publication_of(ledger, proposal.id)
        folder = folder_of(ledger, context.workspace, proposal_id=proposal.id)
        if publication is not None and folder is not None:
            found.append(
                {
                    "proposal_id": proposal.id,
                    "title": proposal.title,
                    "agent": proposal.agent,
                    "digest": publication.digest,
                    "published_at": publication.published_at.isoformat(timespec="seconds"),
                    "ledger_head": publication.ledger_head,
                    "folder": str(folder),
                }
            )
    return sorted(found, key=lambda report: report["published_at"], reverse=True)


def _published_file(context: Context, report_id: str, name: str) -> Path:
    from countersign.governance.ledger import open_ledger
    from countersign.governance.publishing import read_published

    matching = [found for found in read_reports(context) if found["proposal_id"].startswith(report_id)]
    if len(matching) != 1:
        raise SettingsError(
            "That is not one published report.",
            found=f"{len(matching)} published reports begin with {report_id!r}",
            fix="`countersign report list` shows the ids; approve a proposal to publish it",
        )
    ledger = open_ledger(context.workspace, context.settings)
    return read_published(ledger, context.workspace, proposal_id=matching[0]["proposal_id"], name=name)
