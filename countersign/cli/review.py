"""`countersign review`: what waits for a person, and the decisions that only a person takes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.carried_out import say_whether_carried_out
from countersign.cli.context import Context, JsonOption, WorkspaceOption, open_context, print_json
from countersign.core.contracts import Proposal, ProposalState
from countersign.core.errors import ApprovalError

if TYPE_CHECKING:
    from countersign.core.contracts import DecisionVerdict
    from countersign.governance.deciding import Verdict
    from countersign.governance.ledger import Ledger
    from countersign.governance.people import SignedIn

app = typer.Typer(help="Look at what agents prepared, and decide.", no_args_is_help=True)

_WAITING: tuple[ProposalState, ...] = ("pending", "blocked", "approved", "publish_failed")

IdArgument = Annotated[str, typer.Argument(help="Id of the proposal, or its first letters.")]
ReasonOption = Annotated[str, typer.Option("--reason", "-r", help="Why; who prepared the draft reads it.")]


@app.command("list")
def list_waiting(
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    everything: Annotated[bool, typer.Option("--all", help="Also what was decided already.")] = False,
) -> None:
    """What waits for a decision, oldest first; then whose draft the last run is missing."""
    from countersign.governance.reviews import list_proposals
    from flows.unfinished import read_missing

    context = open_context(workspace)
    ledger = _open(context)
    found = list_proposals(ledger, states=None if everything else _WAITING)
    if as_json:
        print_json([_as_json(proposal) for proposal in found])
        return
    now = datetime.now(UTC)
    for proposal in found:
        late = "  overdue" if proposal.state == "pending" and proposal.expires_at <= now else ""
        until = f" until {_when(proposal.expires_at)}" if proposal.state in ("pending", "blocked") else ""
        typer.echo(f"{proposal.id}  {proposal.state:<9}{until}{late}")
        typer.echo(f"    {proposal.title}  ({proposal.agent}, {_words(proposal.category)})")
    if not found:
        typer.echo("Nothing waits for a person.")
    for lost in read_missing(context.workspace):
        typer.secho(f"Missing: {lost}", fg="red")


@app.command("show")
def show(
    proposal_id: IdArgument,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    in_browser: Annotated[
        bool, typer.Option("--open", help="Open the very HTML that would be published.")
    ] = False,
) -> None:
    """What a proposal says, what the checks found, who may decide, and until when."""
    from countersign.cli.review_text import describe_proposal, proposal_facts
    from countersign.governance.reviews import find_proposal

    context = open_context(workspace)
    ledger = _open(context)
    proposal = find_proposal(ledger, proposal_id)
    if as_json:
        print_json({**_as_json(proposal), **proposal_facts(ledger, context.workspace, proposal)})
        return
    if in_browser:
        _open_in_browser(ledger, context, proposal)
        return
    describe_proposal(ledger, context.workspace, proposal)


@app.command("approve")
def approve(
    proposal_id: IdArgument,
    workspace: WorkspaceOption = None,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="QUESTION=yes, e.g. accurate=yes; once a question.")
    ] = None,
    all_yes: Annotated[bool, typer.Option("--all-yes", help="Answer yes to every review question.")] = False,
    digest: Annotated[
        str,
        typer.Option("--digest", help="First letters of the digest you looked at."),
    ] = "",
    reason: ReasonOption = "",
    note: Annotated[
        str,
        typer.Option("--note", help="What it means and what you chose to do next; published beside it."),
    ] = "",
    choose: Annotated[
        list[str] | None,
        typer.Option("--choose", help="NUMBER=proposed, stop, fix, scale, test or leave; once an action."),
    ] = None,
) -> None:
    """Approve exactly these bytes; with the last approval needed they are published at once."""
    from countersign.cli.asking_choices import choose_for_actions
    from countersign.cli.asking_note import ask_for_note
    from countersign.governance.deciding import Verdict
    from countersign.governance.policy import read_policy
    from countersign.governance.reviews import find_proposal, read_material

    context = open_context(workspace)
    ledger = _open(context)
    person = _who(ledger, context)
    proposal = find_proposal(ledger, proposal_id)
    if not proposal.digest.startswith(digest):
        raise ApprovalError(
            "This is not what you looked at.",
            found=f"digest {proposal.digest[:16]}, not {digest[:16]}",
            fix=f"look again: `countersign review show {proposal.id}`",
        )
    typer.echo(f"{proposal.title}\n  {proposal.id}, digest {proposal.digest[:16]}")
    questions = read_policy(context.workspace).policies.review_questions
    answers = _answers(questions, given=answer or [], all_yes=all_yes)
    draft = read_material(ledger, proposal.id).draft
    choices = choose_for_actions(draft, choose or [], is_quiet=all_yes)
    note = note or ask_for_note(is_quiet=all_yes)
    said = Verdict("approve", answers=answers, reason=reason, note=note, choices=choices)
    _decide(ledger, context, proposal, person=person, said=said)
    _publish(ledger, context, proposal)


@app.command("reject")
def reject(proposal_id: IdArgument, reason: ReasonOption, workspace: WorkspaceOption = None) -> None:
    """Reject a proposal for good; nothing is published."""
    _close(open_context(workspace), proposal_id, verdict="reject", reason=reason)


@app.command("send-back")
def send_back(proposal_id: IdArgument, reason: ReasonOption, workspace: WorkspaceOption = None) -> None:
    """Send a draft back; a new draft becomes a new proposal."""
    _close(open_context(workspace), proposal_id, verdict="send_back", reason=reason)


@app.command("edit")
def edit(
    proposal_id: IdArgument,
    workspace: WorkspaceOption = None,
    from_file: Annotated[
        Path | None, typer.Option("--from", help="An edited form instead of $EDITOR; see --form.")
    ] = None,
    form_only: Annotated[bool, typer.Option("--form", help="Print the form and end.")] = False,
) -> None:
    """Edit the prose in $EDITOR; the checks run again and earlier approvals count no more."""
    from countersign.cli.editor import edit_text, read_text
    from countersign.governance import reviews

    context = open_context(workspace)
    ledger = _open(context)
    proposal = reviews.find_proposal(ledger, proposal_id)
    draft = reviews.read_material(ledger, proposal.id).draft
    form = reviews.prose_form(draft)
    if form_only:
        typer.echo(form)
        return
    person = _who(ledger, context)
    written = read_text(from_file) if from_file else edit_text(form)
    if written is None:
        typer.echo("Nothing was saved, so nothing was changed.")
        return
    revised = reviews.edit(
        ledger,
        context.workspace,
        proposal_id=proposal.id,
        digest=proposal.digest,
        person=person,
        changes=reviews.read_form(written, draft),
        at=datetime.now(UTC),
    )
    _say_revised(ledger, revised)


@app.command("recheck")
def recheck(proposal_id: IdArgument, workspace: WorkspaceOption = None) -> None:
    """Check a proposal again after the company's rules changed; approvals start again."""
    from countersign.governance import reviews

    context = open_context(workspace)
    ledger = _open(context)
    person = _who(ledger, context)
    proposal = reviews.find_proposal(ledger, proposal_id)
    revised = reviews.recheck(
        ledger,
        context.workspace,
        proposal_id=proposal.id,
        digest=proposal.digest,
        person=person,
        at=datetime.now(UTC),
    )
    _say_revised(ledger, revised)


@app.command("code")
def code(proposal_id: IdArgument, workspace: WorkspaceOption = None) -> None:
    """Mint a single-use code to decide this proposal in Prefect's own form, within 15 minutes."""
    from countersign.governance.reviews import find_proposal, mint_code

    context = open_context(workspace)
    ledger = _open(context)
    person = _who(ledger, context)
    proposal = find_proposal(ledger, proposal_id)
    minted = mint_code(
        ledger, person=person, proposal_id=proposal.id, digest=proposal.digest, at=datetime.now(UTC)
    )
    typer.echo(minted)
    typer.echo(f"For {person.person.id}, {proposal.id} as it is now, once, for 15 minutes.", err=True)


app.command("carried-out")(say_whether_carried_out)


@app.command("publish")
def publish(workspace: WorkspaceOption = None) -> None:
    """Publish what was approved and did not get out, for example after a full disk."""
    context = open_context(workspace)
    ledger = _open(context)
    if not _publish_due(ledger, context):
        typer.echo("Everything approved is published.")


def _close(context: Context, proposal_id: str, *, verdict: "DecisionVerdict", reason: str) -> None:
    from countersign.governance.deciding import Verdict
    from countersign.governance.reviews import find_proposal

    ledger = _open(context)
    person = _who(ledger, context)
    proposal = find_proposal(ledger, proposal_id)
    said = Verdict(verdict, answers={}, reason=reason)
    _decide(ledger, context, proposal, person=person, said=said)
    typer.echo(
        f"{proposal.id} was {'rejected' if verdict == 'reject' else 'sent back'}. Nothing was published."
    )
    _close_paused_runs(context)


def _decide(
    ledger: "Ledger",
    context: Context,
    proposal: Proposal,
    *,
    person: "SignedIn",
    said: "Verdict",
) -> None:
    from countersign.governance.reviews import decide

    decide(
        ledger,
        context.workspace,
        proposal_id=proposal.id,
        revision=proposal.revision,
        digest=proposal.digest,
        person=person,
        verdict=said.verdict,
        answers=said.answers,
        reason=said.reason,
        note=said.note,
        choices=said.choices,
        at=datetime.now(UTC),
    )


def _publish(ledger: "Ledger", context: Context, proposal: Proposal) -> None:
    from countersign.governance.reviews import find_proposal, why_stale

    _publish_due(ledger, context)
    state = find_proposal(ledger, proposal.id).state
    if state == "pending":
        typer.echo(f"Your approval is recorded; it needs {proposal.required_approvals} in all.")
        return
    if state == "stale":
        raise ApprovalError(
            "Approved, but not published: its figures no longer hold.",
            found=f"{proposal.id} is stale: {why_stale(ledger, proposal.id)}",
            fix="run `countersign run weekly`: it proposes a fresh draft",
        )
    _close_paused_runs(context)


def _publish_due(ledger: "Ledger", context: Context) -> bool:
    from countersign.core.log import write_log_to
    from countersign.governance.publishing import folder_of, publish_due

    # What went on is for the log; the approver reads what came of it.
    write_log_to(context.workspace.logs / "countersign.jsonl")
    published = publish_due(ledger, context.workspace, at=datetime.now(UTC))
    for publication in published:
        folder = folder_of(ledger, context.workspace, proposal_id=publication.proposal_id)
        typer.echo(f"Published: {folder}/report.html")
        typer.echo(f"Receipt:   {folder}/receipt.json")
        typer.echo(f"Ledger head, to keep elsewhere: {publication.ledger_head}")
    return bool(published)


def _close_paused_runs(context: Context) -> None:
    from countersign.cli.after_decision import close_paused_runs

    close_paused_runs(context)


def _answers(questions: dict[str, str], *, given: list[str], all_yes: bool) -> dict[str, str]:
    answers = dict.fromkeys(questions, "yes") if all_yes else {}
    for one in given:
        name, _, said = one.partition("=")
        if name not in questions or said not in ("yes", "no"):
            raise ApprovalError(
                "An answer does not fit a question.",
                found=one,
                fix=f"write QUESTION=yes or =no, with {', '.join(questions)}",
            )
        answers[name] = said
    for name, question in questions.items():
        if name not in answers:
            answers[name] = _ask(question, name)
    return answers


def _ask(question: str, name: str) -> str:
    try:
        return "yes" if typer.confirm(question, default=None) else "no"
    except typer.Abort:
        raise ApprovalError(
            "A review question was not answered, so nothing was decided.",
            found=f"no answer to {name}",
            fix=f"answer at the keyboard, or give --answer {name}=yes, or --all-yes for all of them",
        ) from None


def _say_revised(ledger: "Ledger", revised: Proposal) -> None:
    from countersign.governance.reviews import read_material

    material = read_material(ledger, revised.id)
    if material.diff:
        typer.echo(material.diff)
    typer.echo(f"{revised.id} is at revision {revised.revision} now, and {revised.state}.")
    for result in material.checks:
        if result.verdict != "pass":
            typer.echo(f"  {result.verdict}: {result.reason}")
    typer.echo("Earlier approvals count no more.")


def _open_in_browser(ledger: "Ledger", context: Context, proposal: Proposal) -> None:
    import webbrowser

    from countersign.governance.reviews import read_material

    path = context.workspace.state / "preview" / f"{proposal.id}-{proposal.revision}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(read_material(ledger, proposal.id).html)
    typer.echo(str(path))
    webbrowser.open(path.as_uri())


def _open(context: Context) -> "Ledger":
    from countersign.governance.ledger import open_ledger

    return open_ledger(context.workspace, context.settings)


def _who(ledger: "Ledger", context: Context) -> "SignedIn":
    from countersign.governance.people import signed_in_person

    return signed_in_person(ledger, context.workspace, context.settings, at=datetime.now(UTC))


def _as_json(proposal: Proposal) -> dict[str, object]:
    return proposal.model_dump(mode="json")


def _when(instant: datetime) -> str:
    return f"{instant.astimezone():%a %d %b %H:%M}"


def _words(name: str) -> str:
    return name.replace("_", " ")
