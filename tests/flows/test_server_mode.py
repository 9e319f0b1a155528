"""Server mode, with a real Prefect server and worker: the ledger decides, whatever Prefect is told."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from countersign.cli.up import Running
from countersign.core.settings import load_settings
from countersign.core.workspace import Workspace, shipped
from countersign.governance.audit import verify
from countersign.governance.codes import mint_code
from countersign.governance.deciding import decide
from countersign.governance.ledger import open_ledger
from countersign.governance.people import create_demo_people, sign_in, signed_in_person
from countersign.governance.policy import read_policy
from countersign.governance.proposals import find_proposal
from countersign.governance.proposing import propose
from countersign.governance.publishing import publish_due
from countersign.reports.html import render_html
from countersign.reports.markdown import render_markdown
from flows import local_server
from flows.deployments import REVIEW
from flows.prefect_api import open_prefect_api
from flows.reconciler import close_runs, reconcile
from tests.reports.sample_draft import sample_draft

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.xdist_group("server")]

PATIENCE_S = 180


class Office:
    """A company with a ledger, people, a Prefect server and a worker."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root / "company")
        shutil.copytree(shipped("config"), self.workspace.config)
        self.root = root
        self.settings = load_settings({})
        self.ledger = open_ledger(self.workspace, self.settings)
        self.passwords = {
            one.person.id: one.password
            for one in create_demo_people(self.ledger, self.workspace, at=datetime.now(UTC))
        }
        self.address = local_server.server_address(self.workspace)
        self.proposed = 0
        self.start()

    def start(self) -> None:
        self.server = local_server.start_server(self.workspace, self.address)
        run_register(self.workspace, self.address.url, self.address.credential)
        self.worker = local_server.start_worker(self.workspace, self.address)

    def stop(self) -> None:
        for process in (self.worker, self.server):
            local_server.stop(process, grace_s=3)

    def kill(self) -> None:
        for process in (self.worker, self.server):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def api(self):
        return open_prefect_api(self.address.url, credential=self.address.credential)

    def person(self, who: str):
        settings = load_settings({"COUNTERSIGN_TOKEN_FILE": str(self.root / f"{who}.token")})
        now = datetime.now(UTC)
        sign_in(self.ledger, self.workspace, settings, person=who, password=self.passwords[who], at=now)
        return signed_in_person(self.ledger, self.workspace, settings, at=now)

    def propose(self, title: str):
        # A newer draft of the same agent and week would supersede the one that waits.
        self.proposed += 1
        draft = sample_draft(title=title).model_copy(update={"agent": f"reporting_{self.proposed}"})
        return propose(
            self.ledger,
            self.workspace,
            draft,
            html=render_html(draft, company="Northlight"),
            markdown=render_markdown(draft),
            category="report",
            policy=read_policy(self.workspace),
            at=datetime.now(UTC),
        )

    def reconcile(self):
        with self.api() as api:
            return reconcile(self.ledger, self.workspace, api, at=datetime.now(UTC))

    def paused_run(self, proposal):
        with self.api() as api:
            runs = api.review_runs(api.deployment_id(REVIEW))
        mine = [run for run in runs if run.proposal_id == proposal.id]
        return mine[0] if mine and mine[0].state == "PAUSED" else None

    def raw(self, method: str, path: str, body: object = None) -> httpx.Response:
        user, _, password = self.address.credential.partition(":")
        return httpx.request(
            method, f"{self.address.url}{path}", json=body, auth=(user, password), timeout=20
        )

    def attempts(self, proposal) -> int:
        from countersign.governance.proposals import count_attempts

        return count_attempts(self.ledger, proposal.id)

    def state(self, proposal) -> str:
        return find_proposal(self.ledger, proposal.id).state

    def published(self) -> list[Path]:
        return sorted(self.workspace.reports.glob("*/receipt.json"))

    def answer_and_wait(self, proposal, answer: dict[str, object]) -> str:
        """Resume with an answer and wait until the run waits again or the proposal is decided."""
        run, before = self.paused_run(proposal), self.attempts(proposal)
        with self.api() as api:
            status = api.resume(run.id, answer)
        wait_for(
            lambda: (
                self.state(proposal) == "published"
                or (self.attempts(proposal) > before and self.paused_run(proposal))
            ),
            what=f"the run to read {sorted(answer)}",
        )
        return status


def run_register(workspace: Workspace, url: str, credential: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "countersign.cli.app", "register", "--workspace", str(workspace.root)]
    environment = {**os.environ, "PREFECT_API_URL": url, "PREFECT_API_AUTH_STRING": credential}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


def wait_for(done: Callable[[], object], *, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline, f"waited {PATIENCE_S} s for {what}"
        time.sleep(0.5)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    found = Office(tmp_path_factory.mktemp("office"))
    yield found
    found.stop()


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
    wait_for(lambda: state_type(office, run_id) == "COMPLETED", what="the run to complete")
    scheduled = {"state": {"type": "SCHEDULED", "name": "Scheduled"}, "force": True}
    assert office.raw("POST", f"/flow_runs/{run_id}/set_state", scheduled).json()["status"] == "ACCEPT"
    wait_for(lambda: state_type(office, run_id) == "COMPLETED", what="the replayed run to complete")


def state_type(office, run_id: str) -> str:
    return office.raw("GET", f"/flow_runs/{run_id}").json()["state"]["type"]


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
    assert state_type(office, run.id) == "COMPLETED"


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
