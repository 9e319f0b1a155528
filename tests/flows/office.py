"""A company with people, a real Prefect server and a worker, for the tests of server mode."""

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

from countersign.core.settings import load_settings
from countersign.core.workspace import Workspace, shipped
from countersign.governance.codes import mint_code
from countersign.governance.ledger import open_ledger
from countersign.governance.people import create_demo_people, sign_in, signed_in_person
from countersign.governance.policy import read_policy
from countersign.governance.proposals import find_proposal
from countersign.governance.proposing import propose
from countersign.reports.html import render_html
from countersign.reports.markdown import render_markdown
from flows import local_server
from flows.deployments import REVIEW
from flows.prefect_api import open_prefect_api
from flows.reconciler import reconcile
from tests.reports.sample_draft import sample_draft

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

    def mint(self, proposal, person) -> str:
        """A code with which this person can decide what waits now."""
        return mint_code(
            self.ledger, person=person, proposal_id=proposal.id, digest=proposal.digest, at=datetime.now(UTC)
        )

    def run_state(self, run_id: str) -> str:
        return self.raw("GET", f"/flow_runs/{run_id}").json()["state"]["type"]

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
