"""`countersign init`, `demo` and `run`: a workspace, the demo company, and the pipeline on either."""

import shlex
import shutil
import sys
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from countersign.cli.context import (
    Context,
    JsonOption,
    WorkspaceOption,
    open_context,
    print_json,
    read_instant,
)
from countersign.cli.load import say_source_warnings
from countersign.cli.weeks import read_weeks
from countersign.core.workspace import Workspace

if TYPE_CHECKING:
    from countersign.core.settings import Settings
    from flows.pipeline import RunResult

WAITING = 3


def init(
    directory: Annotated[Path, typer.Argument(help="Where the new workspace goes.")],
    name: Annotated[str | None, typer.Option(help="The company; default is the directory's name.")] = None,
    currency: Annotated[str, typer.Option(help="Reporting currency, ISO 4217.")] = "EUR",
    time_zone: Annotated[str, typer.Option(help="IANA zone in which weeks are cut.")] = "Europe/Berlin",
) -> None:
    """Make a new workspace with commented config; nothing that exists is overwritten."""
    from countersign.cli.starting import write_starting_config

    workspace = Workspace(directory.expanduser().resolve())
    workspace.config.mkdir(parents=True, exist_ok=True)
    workspace.data.mkdir(exist_ok=True)
    company = {
        "name": name or workspace.root.name,
        "reporting_currency": currency,
        "time_zone": time_zone,
    }
    kept = write_starting_config(workspace, company=company)
    typer.echo(f"Workspace ready at {workspace.root}" + (f" (kept: {', '.join(kept)})" if kept else ""))
    typer.echo("Next: look at config/company.yaml, drop files into data/ and describe them:")
    where = f"--workspace {shlex.quote(str(directory))}"
    typer.echo(f"  countersign data draft-mapping FILE --write NAME {where}")
    typer.echo(f"  countersign data check {where}")


def demo(
    directory: Annotated[Path, typer.Argument(help="Where the demo workspace goes.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another seed, another company.")] = 7,
    weeks: Annotated[int, typer.Option(min=6, max=156, help="Weeks of history.")] = 26,
    scale: Annotated[float, typer.Option(min=0.1, help="Multiplies the web sessions.")] = 1.0,
    advance: Annotated[
        str | None,
        typer.Option(
            metavar="[WEEKSw]",
            help="Go on by a week, or by as many as 4w says: late and restated data, and the budgets that"
            " were approved since are carried out.",
        ),
    ] = None,
) -> None:
    """The demo company: data, pipeline, three proposals that wait for you."""
    from countersign.core.settings import load_settings

    root = directory.expanduser().resolve()
    settings = load_settings()
    if advance is None:
        as_of = _write_demo_files(root, seed=seed, weeks=weeks, scale=scale)
    else:
        as_of = _write_next_weeks(root, settings, weeks=read_weeks(advance))
    workspace = Workspace(root)
    context = Context(settings, workspace)
    result = _run_flow(context, kind="weekly", as_of=as_of)
    _say_what_waits(context, result)
    _introduce_people(context)
    _refuse_unfinished(result)


def run(
    kind: Annotated[
        Literal["weekly", "daily"],
        typer.Argument(help="weekly: report and actions; daily: what needs attention now."),
    ],
    workspace: WorkspaceOption = None,
    as_of: Annotated[
        str | None, typer.Option(help="Exclusive instant or day (ISO 8601, UTC); default now.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="End with code 3 while proposals wait.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run the pipeline on a workspace: files in, checks, marts, snapshot, drafts."""
    context = open_context(workspace)
    result = _run_flow(context, kind=kind, as_of=read_instant(as_of))
    if as_json:
        print_json(
            {
                "snapshot": result.snapshot.id,
                "batches": [batch.model_dump(mode="json") for batch in result.batches],
                "proposals": [proposal.model_dump(mode="json") for proposal in result.proposals],
                "undrafted": [asdict(lost) for lost in result.undrafted],
            }
        )
    else:
        _say_what_waits(context, result)
    _refuse_unfinished(result)
    if wait and any(proposal.state == "pending" for proposal in result.proposals):
        raise typer.Exit(WAITING)


def _run_flow(context: Context, *, kind: Literal["weekly", "daily"], as_of: datetime) -> "RunResult":
    from countersign.cli.interruption import one_sentence_when_stopped
    from countersign.cli.progress import show_steps
    from countersign.core.log import write_log_to
    from flows.embedded import run_embedded
    from flows.unfinished import UnfinishedRunError

    write_log_to(context.workspace.logs / "countersign.jsonl")
    with one_sentence_when_stopped(), show_steps() as hook:
        try:
            return run_embedded(context.workspace, context.settings, kind=kind, as_of=as_of, hook=hook)
        except UnfinishedRunError as error:
            return error.result


def _refuse_unfinished(result: "RunResult") -> None:
    """End as a run does in which an agent could not draft; what the others wrote has been shown."""
    from flows.unfinished import UnfinishedRunError

    if result.undrafted:
        raise UnfinishedRunError(result)


def _write_demo_files(root: Path, *, seed: int, weeks: int, scale: float) -> datetime:
    from countersign.sources.demo.writing import write_demo

    until = write_demo(root, seed=seed, weeks=weeks, scale=scale, via="connectors").until
    return datetime.combine(until, time(), tzinfo=Workspace(root).company().zone)


def _write_next_weeks(root: Path, settings: "Settings", *, weeks: int) -> datetime:
    from countersign.sources.demo.company import read_places
    from flows.demo_weeks import write_next_weeks

    names = {place.campaign_id: place.campaign for place in read_places()}
    written = write_next_weeks(root, settings, weeks=weeks)
    new = [change for change in written.budgets if change.start == written.since]
    if new:
        typer.echo(f"Carried out from {written.since:%d %B %Y} on, as approved:")
    for change in new:
        budget = "paused" if change.factor == 0 else f"{change.factor:.0%} of its usual budget"
        typer.echo(f"  {names[change.campaign_id]}: {budget}")
    return datetime.combine(written.until, time(), tzinfo=Workspace(root).company().zone)


def _say_what_waits(context: Context, result: "RunResult") -> None:
    where = _workspace_flag(context.workspace)
    landed = sum(batch.rows_landed for batch in result.batches)
    aside = sum(batch.rows_quarantined for batch in result.batches)
    typer.echo(f"{landed:,} rows landed, {aside:,} set aside. Snapshot {result.snapshot.id}.")
    say_source_warnings(context)
    for proposal in result.proposals:
        typer.echo(f"  {proposal.state:<9} {proposal.id}  {proposal.title}")
    pending = [proposal for proposal in result.proposals if proposal.state == "pending"]
    if pending:
        typer.echo(f"Next: {_program()} review show {pending[0].id} --open{where}")
        typer.echo(f"Then: {_program()} review approve {pending[0].id}{where}")


def _introduce_people(context: Context) -> None:
    from countersign.governance.ledger import open_ledger
    from countersign.governance.people import create_demo_people

    ledger = open_ledger(context.workspace, context.settings)
    created = create_demo_people(ledger, context.workspace, at=datetime.now(UTC))
    if not created:
        return
    where = _workspace_flag(context.workspace)
    typer.echo("\nThese people can sign in; their passwords are shown this once:")
    for one in created:
        typer.echo(f"  {', '.join(one.person.roles):<20} {_program()} login --person {one.person.id}{where}")
        typer.echo(f"  {'':<20} password: {one.password}")


def _program() -> str:
    # After `make demo` the command lies in .venv/bin, which is on nobody's PATH yet.
    found = shutil.which("countersign")
    return "countersign" if found else shlex.quote(_short(Path(sys.argv[0]).absolute()))


def _workspace_flag(workspace: Workspace) -> str:
    return "" if workspace.root == Path.cwd() else f" --workspace {shlex.quote(_short(workspace.root))}"


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
