"""Server mode, with a real Prefect server and worker: the ledger decides, whatever Prefect is told."""

import json
import shutil
import time
from datetime import UTC, datetime

import pytest

from countersign.cli.up import Running
from countersign.core.workspace import Workspace
from countersign.governance.audit import verify
from countersign.governance.codes import mint_code
from countersign.governance.deciding import decide
from countersign.governance.policy import read_policy
from countersign.governance.publishing import publish_due
from flows import local_server
from flows.prefect_api import open_prefect_api
from flows.reconciler import close_runs
from tests.flows.office import run_register, wait_for

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.xdist_group("server")]

APPROVED = {"decision": "approve", "confirm": True, "reason": ""}


def test_a_pending_proposal_is_one_suspended_run_that_holds_no_process(office):
    proposal = office.propose("Sales accepted fewer {{name:social}} leads")
    assert proposal.state == "pending"
    assert office.reconcile().created == 1
    assert office.reconcile().created == 0

    run = office.paused_run(proposal)
    assert run.state_name == "Suspended"
    assert "Paid social" in run.name
    described = office.raw("GET", f"/flow_runs/{run.id}").json()
    assert described["infrastructure_pid"] is None
    key = described["state"]["state_details"]["run_input_keyset"]["description"]
    text = json.loads(office.raw("GET", f"/flow_runs/{run.id}/input/{key}").text)
    assert f"countersign review code {proposal.id}" in text
    assert "nothing changes and nothing is sent" in text


def test_nothing_but_the_right_code_publishes_and_only_once(office):
    proposal = office.propose("{{name:search}} carried the week")
    other = office.propose("{{name:partner}} stayed in its range")
    office.reconcile()
    approver, marketer = office.person("ines"), office.person("mara")

    office.kill()
    office.start()
    assert office.paused_run(proposal).state_name == "Suspended"

    # A resume without a code; then a forged response, stored by a holder of the credential, and the run
    # set to go. Five refusals within minutes would close the form for a while, so there are four.
    office.answer_and_wait(proposal, {})
    forge_response(office, proposal, {**APPROVED, "approval_code": "forged"})
    # A code of somebody who may not approve, and one that was minted for another proposal.
    now = datetime.now(UTC)
    for person, for_proposal in ((marketer, proposal), (approver, other)):
        code = mint_code(
            office.ledger, person=person, proposal_id=for_proposal.id, digest=for_proposal.digest, at=now
        )
        office.answer_and_wait(proposal, {**APPROVED, "approval_code": code})
    assert office.state(proposal) == "pending"
    assert office.published() == []

    code = mint_code(
        office.ledger, person=approver, proposal_id=proposal.id, digest=proposal.digest, at=datetime.now(UTC)
    )
    run = office.paused_run(proposal)
    began = time.monotonic()
    assert office.answer_and_wait(proposal, {**APPROVED, "approval_code": code}) == "ACCEPT"
    print(f"form to published: {time.monotonic() - began:.1f} s")  # noqa: T201 - a measurement
    assert len(office.published()) == 1

    # The same code on the other proposal, and the finished run set to go once more.
    office.answer_and_wait(other, {**APPROVED, "approval_code": code})
    replay(office, run.id)
    assert office.state(other) == "pending"
    assert len(office.published()) == 1
    assert verify(office.ledger, office.workspace, head=None).problems == ()


def forge_response(office, proposal, answer) -> None:
    run, before = office.paused_run(proposal), office.attempts(proposal)
    state = office.raw("GET", f"/flow_runs/{run.id}").json()["state"]
    key = state["state_details"]["run_input_keyset"]["response"]
    stored = office.raw("POST", f"/flow_runs/{run.id}/input", {"key": key, "value": json.dumps(answer)})
    assert stored.status_code == 201
    scheduled = {"state": {"type": "SCHEDULED", "name": "Resuming"}, "force": True}
    assert office.raw("POST", f"/flow_runs/{run.id}/set_state", scheduled).json()["status"] == "ACCEPT"
    wait_for(
        lambda: office.attempts(proposal) > before and office.paused_run(proposal), what="the forged answer"
    )


def replay(office, run_id: str) -> None:
    wait_for(lambda: office.run_state(run_id) == "COMPLETED", what="the run to complete")
    scheduled = {"state": {"type": "SCHEDULED", "name": "Scheduled"}, "force": True}
    assert office.raw("POST", f"/flow_runs/{run_id}/set_state", scheduled).json()["status"] == "ACCEPT"
    wait_for(lambda: office.run_state(run_id) == "COMPLETED", what="the replayed run to complete")


def test_approving_outside_prefect_publishes_at_once_and_closes_the_run(office):
    proposal = office.propose("{{name:display}} took a small share of spend")
    office.reconcile()
    run = office.paused_run(proposal)
    before = len(office.published())
    now = datetime.now(UTC)

    decide(
        office.ledger,
        office.workspace,
        proposal_id=proposal.id,
        digest=proposal.digest,
        person=office.person("ines"),
        verdict="approve",
        answers=dict.fromkeys(read_policy(office.workspace).policies.review_questions, "yes"),
        at=now,
    )
    publish_due(office.ledger, office.workspace, at=now)
    with office.api() as api:
        assert close_runs(office.ledger, api) >= 1

    assert len(office.published()) == before + 1
    assert office.run_state(run.id) == "COMPLETED"


def test_a_lost_prefect_database_loses_no_decision(office):
    proposal = office.propose("{{name:search}} and {{name:social}} moved apart")
    office.reconcile()
    office.kill()
    shutil.rmtree(office.workspace.state / "prefect")
    office.start()
    assert office.paused_run(proposal) is None
    office.reconcile()
    assert office.paused_run(proposal).state_name == "Suspended"


def test_a_worker_that_ended_is_started_again(office):
    running = Running(office.workspace, office.address, server=office.server, worker=office.worker)
    running.keep_alive()
    assert running.worker is office.worker
    local_server.stop(office.worker, grace_s=3)
    running.keep_alive()
    office.worker = running.worker
    assert office.worker.poll() is None


def test_deployments_register_on_a_server_that_runs_already(office, tmp_path):
    elsewhere = Workspace(tmp_path / "elsewhere")
    address = local_server.server_address(elsewhere)
    server = local_server.start_server(elsewhere, address)
    try:
        said = run_register(office.workspace, address.url, address.credential).stdout
        with open_prefect_api(address.url, credential=address.credential) as api:
            registered = [name for name in said.split() if api.deployment_id(name)]
        assert registered == ["review/person", "weekly/company", "daily/company"]
    finally:
        local_server.stop(server, grace_s=3)
