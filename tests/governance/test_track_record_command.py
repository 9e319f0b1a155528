"""What people see of a track record, and how they say that a change was made."""

import json
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from countersign.cli.app import app
from countersign.core.expected import Expectation, Forecast
from countersign.governance.outcomes import judge_due
from tests.governance.test_outcomes import EXPECTATION, ZONE, weeks_later

runner = CliRunner()


@pytest.fixture
def approved(office, desk):
    """One approved and one rejected recommendation."""
    found = []
    for word, verdict in (("earlier", "approve"), ("later", "reject")):
        draft = desk.make_draft(f"Each lead cost {{{{fact:cost}}}}, says the {word}.", agent="recommendation")
        period = draft.period.model_copy(update={"end": draft.period.end + timedelta(days=len(word))})
        update = {"kind": "recommendation", "expectations": (EXPECTATION,), "period": period}
        proposal = office.propose(draft.model_copy(update=update))
        office.decide(proposal, "ines", verdict, reason="" if verdict == "approve" else "not now")
        found.append(proposal)
    return found[0]


def _run(office, *words):
    return runner.invoke(app, [*words, "--workspace", str(office.workspace.root)], catch_exceptions=False)


def test_before_any_verdict_the_record_says_so(office, approved):
    shown = _run(office, "agents", "record", "recommendation").output
    assert "Nothing that recommendation expected has been judged yet. 2 of its expectations wait" in shown


def test_the_record_shows_every_verdict_with_what_it_was_held_against(office, desk, approved):
    judge_due(
        office.ledger, weeks_later(8, accepted=120, moved=1.0),
        snapshot_id="s-later", time_zone=ZONE, at=desk.NOW,
    )  # fmt: skip
    shown = _run(office, "agents", "record", "recommendation").output
    assert "2 expectations judged, 0 waiting" in shown
    assert f"{approved.id}  budget: held" in shown
    assert "120.0 a week, expected 120.0 (80%: 112.2 to 127.8)" in shown
    assert "it names no cause" in shown
    found = json.loads(_run(office, "agents", "record", "recommendation", "--json").output)
    assert (found["judged"], found["share_inside"]) == (2, 1.0)
    assert {one["outcome"] for one in found["verdicts"]} == {"held", "cannot_tell"}


def test_an_agent_that_is_none_is_refused_by_name(office):
    result = runner.invoke(app, ["agents", "record", "nobody", "--workspace", str(office.workspace.root)])
    assert result.exit_code != 0


def test_a_person_says_at_the_terminal_that_a_change_was_made(office, desk, monkeypatch):
    monkeypatch.setenv("COUNTERSIGN_TOKEN_FILE", str(office.workspace.root / "terminals" / "mara"))
    login = ["login", "--person", "mara", "--password-stdin", "--workspace", str(office.workspace.root)]
    assert runner.invoke(app, login, input=f"{desk.PASSWORD}\n").exit_code == 0
    draft = desk.make_draft(agent="recommendation")
    expectation = Expectation(
        key="page", metric="leads", channels=("Paid search",), spend_before={}, spend_after={},
        no_change=Forecast(expected=10, low=5, high=15), effect=None,
        made_on=date(2026, 3, 9), settle_weeks=1, judged_weeks=4, judge_on=date(2026, 5, 1),
    )  # fmt: skip
    proposal = office.propose(draft.model_copy(update={"expectations": (expectation,)}))
    office.decide(proposal, "ines")
    result = _run(office, "review", "carried-out", proposal.id, "--yes", "--why", "The page was mended")
    assert f"Recorded: {proposal.id} was carried out, says mara." in result.output
    assert [entry.fields()["was_done"] for entry in office.entries("carried_out_said")] == [True]
