"""One decision and one publication: a hundred approvers at once, and a kill at any point."""

import random
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from countersign.core.errors import ApprovalError
from countersign.governance import audit, publishing, reviews

ROOT = Path(__file__).resolve().parents[2]
POINTS = ("start", "before_files", "after_report.html", "after_report.md", "after_receipt.json",
          "before_entry", "after_entry", "end")  # fmt: skip
SCRIPT = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from countersign.core.errors import PipelineError
from countersign.core.workspace import Workspace
from countersign.governance import publishing, reviews
from countersign.governance.ledger import open_ledger
from countersign.governance.people import SignedIn
from countersign.governance.roster import read_person

root, session, person, proposal, digest, at, deed = sys.argv[1:8]
workspace = Workspace(Path(root))
ledger = open_ledger(workspace)
at = datetime.fromisoformat(at)

def decide():
    who = SignedIn(read_person(workspace, person), session=session)
    answers = dict.fromkeys(
        ("accurate", "useful", "on_brand", "proof", "risk", "customer_need", "source_data"), "yes")
    reviews.decide(ledger, workspace, proposal_id=proposal, digest=digest, person=who,
                   verdict="approve", answers=answers, at=at)

def reach(name):
    if name == deed:
        os.kill(os.getpid(), signal.SIGKILL)

print("ready", flush=True)
if deed == "race":
    sys.stdin.readline()
    for _ in range(10):
        try:
            decide()
            print("decided", flush=True)
        except PipelineError:
            pass
if deed == "all":
    decide()
publishing.publish_due(ledger, workspace, at=at, reach=reach)
"""


def child(office, desk, proposal, deed, **options):
    who = office.sign_in("ines")
    arguments = [
        str(office.workspace.root),
        who.session,
        "ines",
        proposal.id,
        proposal.digest,
        desk.NOW.isoformat(),
        deed,
    ]
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), *arguments]
    return subprocess.Popen(command, cwd=ROOT, text=True, **options)


def assert_published_once(office, proposal):
    report = audit.verify(office.ledger, office.workspace)
    assert report.problems == ()
    assert office.state(proposal) == "published"
    assert len(office.entries("decided")) == 1
    assert len(office.entries("published")) == 1
    [folder] = office.workspace.reports.iterdir()
    assert sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) == [
        "receipt.json",
        "report.html",
        "report.md",
    ]


def test_a_hundred_approvers_in_threads_decide_once(office, desk):
    proposal = office.propose()
    office.sign_in("ines")
    office.sign_in("omar")

    def approve(number):
        try:
            office.decide(proposal, "ines" if number % 2 else "omar")
        except ApprovalError:
            return 0
        finally:
            publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
        return 1

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(approve, range(100))) == 1
    assert_published_once(office, proposal)


def test_a_hundred_approvals_from_ten_processes_decide_once(office, desk):
    proposal = office.propose()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    children = [child(office, desk, proposal, "race", **pipes) for _ in range(10)]
    for one in children:
        assert one.stdout.readline() == "ready\n"
    for one in children:
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate(timeout=120)[0] for one in children]

    assert [one.returncode for one in children] == [0] * 10
    assert "".join(said).count("decided") == 1
    assert_published_once(office, proposal)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_point_and_run_again(office, desk, point):
    proposal = office.propose()
    office.decide(proposal)
    killed = child(office, desk, proposal, point, stdout=subprocess.DEVNULL)

    assert killed.wait(timeout=60) == -signal.SIGKILL
    publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
    assert_published_once(office, proposal)


@pytest.mark.slow
def test_killed_at_fifty_random_moments_and_run_again(signed_in_office, desk, tmp_path):
    chance = random.Random(7)
    outcomes = set()
    for number in range(50):
        office = desk.copy_office(signed_in_office, tmp_path / str(number))
        proposal = office.propose()
        running = child(office, desk, proposal, "all", stdout=subprocess.PIPE)
        running.stdout.readline()
        time.sleep(chance.uniform(0, 0.12))
        running.kill()
        running.communicate(timeout=60)
        outcomes.add(office.state(proposal))
        if office.state(proposal) == "pending":
            office.decide(proposal)
        publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
        assert_published_once(office, proposal)
    assert len(outcomes) > 1, "every kill fell on the same moment"


def test_a_full_disk_fails_and_the_next_run_repairs(office, desk):
    from countersign.core.errors import PipelineError

    proposal = office.propose()
    office.decide(proposal)
    office.workspace.reports.parent.mkdir(exist_ok=True)
    office.workspace.reports.write_text("a file where the folder should be")
    with pytest.raises(PipelineError, match="could not be written"):
        publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
    assert office.state(proposal) == "publish_failed"

    office.workspace.reports.unlink()
    publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
    assert_published_once(office, proposal)


def test_money_is_not_published_on_figures_that_moved(office, desk):
    proposal = office.propose(category="budget")
    office.decide(proposal)
    out = publishing.publish_due(
        office.ledger, office.workspace, at=desk.NOW, recheck=lambda *_: "cost per lead moved by a fifth"
    )

    assert out == []
    assert office.state(proposal) == "stale"
    assert not office.workspace.reports.exists()
    assert publishing.publish_due(office.ledger, office.workspace, at=desk.NOW) == []
    assert reviews.has_valid_approval(office.ledger, proposal.id, proposal.digest) is None
