"""Server mode, with a real Prefect server and worker: schedules, a no through the form, and an edit."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import yaml

from countersign.governance.audit import verify
from countersign.governance.editing import edit
from countersign.governance.ledger import read_entries
from flows.deployments import DAILY, REVIEW, WEEKLY
from tests.flows.office import wait_for

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.xdist_group("server")]

REFUSED = {"decision": "reject", "confirm": False, "reason": "The second week is missing."}


def decided(office, proposal) -> list[dict]:
    with office.ledger.read() as connection:
        entries = [entry for entry in read_entries(connection) if entry.kind == "decided"]
    return [entry.fields() for entry in entries if entry.fields()["proposal_id"] == proposal.id]


def registered(office, name):
    return office.raw("GET", f"/deployments/name/{name}").json()


@pytest.mark.parametrize(("name", "clock", "days"), [(WEEKLY, "06:30", {0}), (DAILY, "05:00", set(range(7)))])
def test_the_server_plans_the_runs_by_itself(office, name, clock, days):
    wanted = {"deployments": {"id": {"any_": [registered(office, name)["id"]]}}}

    def planned():
        return office.raw("POST", "/flow_runs/filter", wanted).json()

    wait_for(planned, what=f"the server to plan {name}")
    zone = ZoneInfo(office.workspace.company().time_zone)
    times = [datetime.fromisoformat(run["expected_start_time"]).astimezone(zone) for run in planned()]
    assert {run["auto_scheduled"] for run in planned()} == {True}
    assert {f"{time:%H:%M}" for time in times} == {clock}
    assert {time.weekday() for time in times} <= days


@pytest.mark.parametrize(("name", "crons"), [(WEEKLY, ["30 6 * * 1"]), (DAILY, ["0 5 * * *"]), (REVIEW, [])])
def test_schedules_are_registered_in_the_companys_zone(office, name, crons):
    zone = yaml.safe_load((office.workspace.config / "company.yaml").read_text())["time_zone"]
    assert zone != "UTC"

    schedules = registered(office, name)["schedules"]

    assert [one["active"] for one in schedules] == [True] * len(crons)
    assert [one["schedule"]["cron"] for one in schedules] == crons
    assert [one["schedule"]["timezone"] for one in schedules] == [zone] * len(crons)


def test_a_no_through_the_form_ends_the_run_and_publishes_nothing(office):
    proposal = office.propose("Sales accepted fewer {{name:social}} leads")
    office.reconcile()
    run = office.paused_run(proposal)
    code = office.mint(proposal, office.person("ines"))
    with office.api() as api:
        assert api.resume(run.id, {**REFUSED, "approval_code": code}) == "ACCEPT"

    wait_for(lambda: office.run_state(run.id) == "COMPLETED", what="the run to read the no and end")
    assert office.state(proposal) == "rejected"
    [said] = decided(office, proposal)
    assert (said["verdict"], said["from"], said["to"]) == ("reject", "pending", "rejected")
    assert office.published() == []
    assert office.reconcile().created == 0
    assert office.paused_run(proposal) is None
    assert verify(office.ledger, office.workspace, head=None).problems == ()


def test_an_edit_cancels_the_old_run_and_asks_again_for_the_new_bytes(office):
    proposal = office.propose("{{name:search}} carried the week")
    office.reconcile()
    old, old_code = office.paused_run(proposal), office.mint(proposal, office.person("ines"))
    revised = edit(
        office.ledger,
        office.workspace,
        proposal_id=proposal.id,
        digest=proposal.digest,
        person=office.person("mara"),
        changes={"title": "{{name:search}} carried this week"},
        at=datetime.now(UTC),
    )
    passed = office.reconcile()

    assert (revised.state, revised.digest != proposal.digest) == ("pending", True)
    assert (passed.created, passed.ended) == (1, 1)
    assert office.run_state(old.id) == "CANCELLED"
    new = office.paused_run(revised)
    assert (new.id != old.id, new.digest) == (True, revised.digest)

    # The code was minted for the bytes before the edit: it decides nothing any more.
    office.answer_and_wait(
        revised, {"decision": "approve", "confirm": True, "reason": "", "approval_code": old_code}
    )
    assert office.state(revised) == "pending"
    assert decided(office, proposal) == []
    assert office.published() == []
