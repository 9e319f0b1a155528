"""One small flow per proposal: it waits as a suspended run, then asks the ledger, never the answer.

Prefect knows no person, so what comes in through a resume is only ever a code that the ledger minted
for one person, one proposal and one digest. Without a valid decision the run suspends again and says why.
"""

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput

from countersign.core.contracts import Draft, Proposal
from countersign.core.errors import ApprovalError
from countersign.core.settings import load_settings
from countersign.core.telemetry import switch_telemetry_off
from countersign.core.workspace import Workspace, open_workspace
from countersign.governance.ledger import Ledger, open_ledger
from countersign.governance.policy import read_policy
from countersign.governance.publishing import publish_due
from countersign.governance.reviews import (
    count_attempts,
    find_proposal,
    next_attempt,
    read_material,
    redeem_code,
)
from flows.review_form import ApprovalForm, choices_in, describe, form_for, pause_key

switch_telemetry_off()


class DecisionForm(RunInput, ApprovalForm):
    """The form as Prefect knows it; the fields are those that the reconciler announced."""


@flow(name="review", log_prints=False, persist_result=False)
def review(workspace: str, proposal_id: str, digest: str) -> str:
    """Wait for a decision on exactly these bytes; returns the proposal's final state.

    The body runs again from the top after every resume, in a new process: all it knows is in the ledger.
    """
    place = open_workspace(Path(workspace))
    ledger = open_ledger(place, load_settings())
    refusal = ""
    while True:
        publish_due(ledger, place, at=datetime.now(UTC))
        proposal = find_proposal(ledger, proposal_id)
        if proposal.state != "pending" or proposal.digest != digest:
            return proposal.state
        refusal = _ask_once(ledger, place, proposal, refusal=refusal)


def _ask_once(ledger: Ledger, workspace: Workspace, proposal: Proposal, *, refusal: str) -> str:
    """Suspend for one answer; returns why it did not approve, or "" when it did."""
    material = read_material(ledger, proposal.id)
    form = form_for(DecisionForm, material.draft).with_initial_data(
        description=describe(
            proposal, material.markdown.decode(), workspace=str(workspace.root), refusal=refusal
        )
    )
    key = pause_key(proposal, attempt=count_attempts(ledger, proposal.id))
    answer = suspend_flow_run(wait_for_input=form, key=key)
    try:
        _decide(ledger, workspace, proposal, answer=answer, draft=material.draft)
    except ApprovalError as error:
        # A used pause key would give this very answer again.
        next_attempt(ledger, proposal.id, at=datetime.now(UTC))
        return f"{error.problem} Found: {error.found}. What to do: {error.fix}."
    return ""


def _decide(
    ledger: Ledger, workspace: Workspace, proposal: Proposal, *, answer: ApprovalForm, draft: Draft
) -> None:
    questions = read_policy(workspace).policies.review_questions
    redeem_code(
        ledger,
        workspace,
        code=answer.approval_code,
        proposal_id=proposal.id,
        digest=proposal.digest,
        verdict=answer.decision,
        answers=dict.fromkeys(questions, "yes") if answer.confirm else {},
        reason=answer.reason,
        note=answer.note,
        choices=choices_in(answer, draft) if answer.decision == "approve" else {},
        at=datetime.now(UTC),
    )
