"""Make Prefect show what the ledger says: one paused run per pending proposal, none for decided ones.

The runs are a projection. Losing Prefect's database loses no decision: the next pass makes them again.
"""

from dataclasses import dataclass
from datetime import datetime

from countersign.core.contracts import Proposal
from countersign.core.log import EventLog
from countersign.core.workspace import Workspace
from countersign.governance.ledger import Ledger
from countersign.governance.publishing import publish_due
from countersign.governance.reviews import (
    count_attempts,
    expire_due,
    list_proposals,
    next_attempt,
    read_material,
)
from flows.deployments import REVIEW
from flows.prefect_api import PrefectApi, ReviewRun
from flows.review_form import describe, encode_input, form_schema, pause_key

log = EventLog(__name__)

# Thousands of runs at once are slow on SQLite, and nobody reads thousands: a pass makes a few.
NEW_RUNS_A_PASS = 25


@dataclass(frozen=True)
class Reconciled:
    """What one pass did."""

    created: int
    ended: int
    published: int
    expired: int


def reconcile(ledger: Ledger, workspace: Workspace, api: PrefectApi, *, at: datetime) -> Reconciled:
    """One pass: expire, publish what was approved, end runs of decided proposals, make missing ones.

    Raises:
        PrefectError: the server cannot be reached; the ledger's part is done by then.
    """
    expired = len(expire_due(ledger, at=at))
    published = len(publish_due(ledger, workspace, at=at))
    deployment = api.deployment_id(REVIEW)
    if deployment is None:
        return Reconciled(0, 0, published, expired)
    pending = {found.id: found for found in list_proposals(ledger, states=("pending",))}
    runs = api.review_runs(deployment)
    ended = _end_needless(api, runs, pending, ledger=ledger)
    waiting = {run.proposal_id for run in runs if _fits(run, pending)}
    missing = [proposal for proposal in pending.values() if proposal.id not in waiting]
    for proposal in missing[:NEW_RUNS_A_PASS]:
        _create_run(ledger, workspace, api, proposal, deployment=deployment, at=at)
    return Reconciled(len(missing[:NEW_RUNS_A_PASS]), ended, published, expired)


def close_runs(ledger: Ledger, api: PrefectApi) -> int:
    """End the paused runs of proposals that no longer wait; returns how many."""
    deployment = api.deployment_id(REVIEW)
    if deployment is None:
        return 0
    pending = {found.id: found for found in list_proposals(ledger, states=("pending",))}
    return _end_needless(api, api.review_runs(deployment), pending, ledger=ledger)


def _fits(run: ReviewRun, pending: dict[str, Proposal]) -> bool:
    return run.proposal_id in pending and run.digest == pending[run.proposal_id].digest


def _end_needless(
    api: PrefectApi, runs: list[ReviewRun], pending: dict[str, Proposal], *, ledger: Ledger
) -> int:
    ended = 0
    kept: set[str] = set()
    states = {found.id: found.state for found in list_proposals(ledger)}
    for run in runs:
        if _fits(run, pending) and run.proposal_id not in kept:
            kept.add(run.proposal_id)
        elif run.state == "PAUSED":
            # A run that is not paused is reading the ledger itself and ends by what it finds there.
            _end(api, run, state=states.get(run.proposal_id, "unknown"))
            ended += 1
    return ended


def _end(api: PrefectApi, run: ReviewRun, *, state: str) -> None:
    if state == "published":
        api.end_run(run.id, state="COMPLETED", name="Published", message="Approved and published.")
    else:
        words = state.replace("_", " ").capitalize()
        api.end_run(run.id, state="CANCELLED", name=words, message=f"The proposal is {state} in the ledger.")
    log.info("run_closed", run=run.id, proposal=run.proposal_id, state=state)


def _create_run(
    ledger: Ledger,
    workspace: Workspace,
    api: PrefectApi,
    proposal: Proposal,
    *,
    deployment: str,
    at: datetime,
) -> None:
    attempt = count_attempts(ledger, proposal.id) or next_attempt(ledger, proposal.id, at=at)
    key = pause_key(proposal, attempt=attempt)
    epoch = api.count_runs(deployment, tag=f"proposal:{proposal.id}")
    material = read_material(ledger, proposal.id)
    text = describe(proposal, material.markdown.decode(), workspace=str(workspace.root))
    run = api.create_suspended_run(
        deployment,
        name=_run_name(proposal),
        parameters={
            "workspace": str(workspace.root),
            "proposal_id": proposal.id,
            "digest": proposal.digest,
        },
        tags=["countersign", f"proposal:{proposal.id}"],
        pause_key=key,
        idempotency_key=f"{proposal.id}-{proposal.digest}-{epoch}",
    )
    api.put_input(run, f"suspended-{key}-schema", form_schema(material.draft))
    api.put_input(run, f"suspended-{key}-description", encode_input(text))
    api.put_markdown(run, key=f"draft-{proposal.id.lower()}", text=text, description=proposal.title)
    log.info("run_created", run=run, proposal=proposal.id)


def _run_name(proposal: Proposal) -> str:
    return f"{proposal.agent}: {proposal.title}"[:120]
