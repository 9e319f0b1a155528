"""`countersign audit`: whether the ledger still says what it said, and how review is going."""

import re
from datetime import UTC, datetime
from typing import Annotated

import typer

from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json, read_day
from countersign.core.errors import SettingsError

app = typer.Typer(help="Verify the ledger, and look at how decisions are taken.", no_args_is_help=True)

# Like a refused approval: somebody has to look before anything else is decided.
_NOT_CLEAN = 5
# Hours from which a wait is told in hours, and in days.
_IN_HOURS, _IN_DAYS = 2, 48


@app.command("verify")
def verify(
    workspace: WorkspaceOption = None,
    head: Annotated[
        str | None,
        typer.Option("--head", help="A ledger head from a receipt; the chain must still contain it."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find any edit of the ledger or of what it published; ends with 5 when it finds one."""
    from countersign.governance import audit
    from countersign.governance.ledger import open_ledger

    _check_head(head)
    context = open_context(workspace)
    report = audit.verify(open_ledger(context.workspace, context.settings), context.workspace, head=head)
    if as_json:
        print_json(report.as_json())
    else:
        typer.echo(f"{report.entries} entries, {report.bodies} bodies, {report.published} publications.")
        if report.redacted:
            typer.echo(f"{report.redacted} bodies were redacted; their entries say when, by whom and why.")
        typer.echo(f"Head {report.head}" + (f", contains {head}." if head and report.is_clean else "."))
        for problem in report.problems:
            typer.secho(f"  {problem}", fg="red")
        typer.echo("Nothing was changed." if report.is_clean else f"Problems found: {len(report.problems)}.")
        if report.is_clean and head is None:
            typer.echo("Give --head HASH from a receipt to prove that the chain was not written anew.")
    if not report.is_clean:
        raise typer.Exit(_NOT_CLEAN)


def _check_head(head: str | None) -> None:
    # A head that was copied badly must not look like a ledger that was written anew.
    if head is not None and not re.fullmatch(r"[0-9a-f]{64}", head):
        raise SettingsError(
            "This is not a ledger head.",
            found=f"{head[:80]!r}, {len(head)} characters",
            fix="copy all 64 characters of `ledger_head` from a receipt.json",
        )


@app.command("report")
def report(
    workspace: WorkspaceOption = None,
    since: Annotated[str | None, typer.Option(help="First day of the period, in UTC.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day of the period, in UTC.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Approvals, rejections, what is overdue, how long people take to decide, and what an audit finds."""
    from countersign.governance import audit
    from countersign.governance.ledger import open_ledger
    from countersign.governance.oversight import read_oversight

    context = open_context(workspace)
    ledger = open_ledger(context.workspace, context.settings)
    found = read_oversight(
        ledger,
        at=datetime.now(UTC),
        since=read_day("--since", since),
        until=read_day("--until", until),
        findings=audit.verify(ledger, context.workspace).problems,
    )
    if as_json:
        print_json(found.as_json())
        return
    period = " ".join(f"{word} {day}" for word, day in (("from", since), ("to", until)) if day)
    typer.echo(f"{'Period':<17} {period or 'all that is on record'}")
    for name, counts in (
        ("Proposals", found.proposals),
        ("Decisions", found.decisions),
        ("By person", found.by_person),
    ):
        said = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items()) or "none"
        typer.echo(f"{name:<17} {said}")
    typer.echo(f"{'Overdue':<17} {', '.join(found.overdue) or 'none'}")
    if found.median_hours_to_decide is not None and found.slowest_hours_to_decide is not None:
        usual, slowest = map(_write_hours, (found.median_hours_to_decide, found.slowest_hours_to_decide))
        typer.echo(f"{'Time to decide':<17} median {usual}, slowest {slowest}")
    typer.echo(f"{'Refused attempts':<17} {found.refused_attempts} (sign-ins and codes)")
    count = len(found.findings)
    told = f"{count} {'problem' if count == 1 else 'problems'} found" if count else "nothing was changed"
    typer.echo(f"{'Audit':<17} {told}")
    for problem in found.findings:
        typer.secho(f"  {problem}", fg="red")


def _write_hours(hours: float) -> str:
    """Hours as people say them: 20 minutes, 3.5 hours, 4.2 days."""
    if hours < 1 / 60:
        return "under a minute"
    if hours < _IN_HOURS:
        count = round(hours * 60)
        return f"{count} {'minute' if count == 1 else 'minutes'}"
    return f"{hours:.1f} hours" if hours < _IN_DAYS else f"{hours / 24:.1f} days"
