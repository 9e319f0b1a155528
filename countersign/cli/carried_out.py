"""`countersign review carried-out`: a person's word on whether an approved change was made."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from countersign.cli.context import WorkspaceOption, open_context


def say_whether_carried_out(
    proposal_id: Annotated[str, typer.Argument(help="Id of the proposal, or its first letters.")],
    was_done: Annotated[bool, typer.Option("--yes/--no", help="Whether the change was made.")],
    why: Annotated[str, typer.Option("--why", help="How you know; kept with your name.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Say whether an approved change was made; it outweighs what spend shows. Sign in first."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.outcomes import say_carried_out
    from countersign.governance.people import signed_in_person
    from countersign.governance.reviews import find_proposal

    context = open_context(workspace)
    ledger = open_ledger(context.workspace, context.settings)
    now = datetime.now(UTC)
    person = signed_in_person(ledger, context.workspace, context.settings, at=now)
    proposal = find_proposal(ledger, proposal_id)
    say_carried_out(ledger, proposal_id=proposal.id, was_done=was_done, why=why, person=person, at=now)
    typer.echo(
        f"Recorded: {proposal.id} was {'' if was_done else 'not '}carried out, says {person.person.id}."
    )
    typer.echo("The next run judges it as soon as the weeks that count are over.")
