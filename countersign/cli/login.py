"""`countersign login`, `logout`, `whoami` and `people`: proving who is at the keyboard."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json
from countersign.core.errors import ApprovalError

people_app = typer.Typer(help="Who works here, and invitations to set a password.", no_args_is_help=True)

PersonOption = Annotated[str, typer.Option("--person", "-p", help="Your id in config/people.yaml.")]


def login(
    person: PersonOption,
    workspace: WorkspaceOption = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    setup_code: Annotated[
        str | None, typer.Option("--setup-code", help="From an invitation: set your password first.")
    ] = None,
) -> None:
    """Sign in with your password; the session lasts 12 hours."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.people import set_password, sign_in

    context = open_context(workspace)
    ledger = open_ledger(context.workspace, context.settings)
    password = _read_password(from_stdin=password_stdin, is_new=setup_code is not None)
    now = datetime.now(UTC)
    if setup_code is not None:
        set_password(
            ledger, context.workspace, person=person, password=password, setup_code=setup_code, at=now
        )
    token = sign_in(ledger, context.workspace, context.settings, person=person, password=password, at=now)
    typer.echo(f"Signed in as {person} until {token.expires_at.astimezone():%a %H:%M}.")


def logout(workspace: WorkspaceOption = None) -> None:
    """End your session here."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.people import sign_out

    context = open_context(workspace)
    ledger = open_ledger(context.workspace, context.settings)
    sign_out(ledger, context.workspace, context.settings, at=datetime.now(UTC))
    typer.echo("Signed out.")


def whoami(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Who is signed in here, and in which roles."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.people import signed_in_person

    context = open_context(workspace)
    ledger = open_ledger(context.workspace, context.settings)
    person = signed_in_person(ledger, context.workspace, context.settings, at=datetime.now(UTC)).person
    if as_json:
        print_json(person.model_dump(mode="json"))
        return
    typer.echo(f"{person.id}: {person.name} ({', '.join(person.roles)})")


@people_app.command("list")
def list_people(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Everybody in config/people.yaml, and whether they have set a password."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.people import has_password
    from countersign.governance.roster import read_people

    context = open_context(workspace)
    ledger = open_ledger(context.workspace, context.settings)
    found = [
        {**person.model_dump(mode="json"), "has_password": has_password(ledger, person.id)}
        for person in read_people(context.workspace)
    ]
    if as_json:
        print_json(found)
        return
    for person in found:
        note = "" if person["has_password"] else "  no password yet"
        note = note if person["active"] else "  not active"
        typer.echo(f"{person['id']:<14} {person['name']:<24} {', '.join(person['roles'])}{note}")


@people_app.command("invite")
def invite(
    person: Annotated[str, typer.Argument(help="The person's id in config/people.yaml.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Mint a setup code with which a person sets their password; needs the role engineer."""
    from countersign.governance import people
    from countersign.governance.ledger import open_ledger

    context = open_context(workspace)
    ledger = open_ledger(context.workspace, context.settings)
    now = datetime.now(UTC)
    by = None
    if people.has_any_password(ledger):
        by = people.signed_in_person(ledger, context.workspace, context.settings, at=now)
    code = people.invite(ledger, context.workspace, person=person, by=by, at=now)
    typer.echo(code)
    typer.echo(f"Once, for 72 hours: countersign login --person {person} --setup-code {code}", err=True)


def _read_password(*, from_stdin: bool, is_new: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise ApprovalError(
            "There is no terminal to ask for the password.",
            found="standard input is not a terminal",
            fix="run this in a terminal, or pipe the password in with --password-stdin",
        )
    prompt = "New password (12 characters or more)" if is_new else "Password"
    password: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=is_new)
    return password
