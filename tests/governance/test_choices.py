"""A person's own choice for each action: recorded beside the approved bytes, published, audited, judged."""

import io
import json
import sys
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from countersign.cli import asking_choices
from countersign.cli.app import app
from countersign.core.contracts import Action, Prose
from countersign.core.errors import ApprovalError
from countersign.core.expected import Forecast
from countersign.core.hashing import sha256_hex
from countersign.governance import audit, publishing, reviews
from countersign.governance.memory import read_memory
from countersign.governance.outcomes import judge_due, read_open, say_carried_out
from countersign.governance.track_record import read_track_record
from tests.governance.test_audit import tamper
from tests.governance.test_outcomes import EXPECTATION, ZONE, weeks_later

PAUSED = EXPECTATION.model_copy(update={"key": "money:Spring launch", "spend_after": {}, "spend_before": {}})
PLAIN = Forecast(expected=100, low=95, high=105)


def action(title, choice, *, key):
    """One proposed action."""
    return Action(
        title=title, choice=choice, why="Why.", effect="None.", effect_label="not_known", goal="Goal",
        owner="Owner", effort="low", confidence="low", undo="Undo.", cost="None.", judge_on=date(2026, 4, 1),
        against="Against.", key=key,
    )  # fmt: skip


ACTIONS = (
    action("Move money to search", "scale", key="budget"),
    action("Pause {{name:spring}}", "stop", key="money:Spring launch"),
)


@pytest.fixture
def recommend(office, desk):
    """Propose two actions, each with what it is judged by."""

    def recommend(*, category="report"):
        draft = desk.make_draft(agent="recommendation").model_copy(
            update={
                "kind": "recommendation",
                "blocks": (Prose(role="lede", text="Each lead cost {{fact:cost}}."), *ACTIONS),
                "expectations": (EXPECTATION, PAUSED),
                "names": {"spring": "<Spring> launch"},
            }
        )
        return office.propose(draft, category=category)

    return recommend


@pytest.fixture
def approve(office, desk):
    """Approves a proposal with some choices, publishes what is due and gives the folder."""

    def approve(proposal, choices=None, *, person="ines", note=""):
        decision = reviews.decide(
            office.ledger, office.workspace, proposal_id=proposal.id, digest=proposal.digest,
            person=office.sign_in(person), verdict="approve", answers=desk.YES, choices=choices, note=note,
            at=desk.NOW + timedelta(minutes=5),
        )  # fmt: skip
        publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
        folder = publishing.folder_of(office.ledger, office.workspace, proposal_id=proposal.id)
        return decision, folder

    return approve


def receipt_of(folder):
    return json.loads((folder / "receipt.json").read_text())


def is_clean(office):
    return audit.verify(office.ledger, office.workspace).problems == ()


def test_who_says_nothing_chooses_everything_as_proposed_and_changes_no_byte(office, recommend, approve):
    proposal = recommend()
    decision, folder = approve(proposal)
    material = reviews.read_material(office.ledger, proposal.id)

    assert decision.choices == {}
    assert (folder / "report.html").read_bytes() == material.html
    assert (folder / "report.md").read_bytes() == material.markdown
    assert [one["chosen"] for one in receipt_of(folder)["choices"]] == ["as_proposed", "as_proposed"]
    assert "approved_files" not in receipt_of(folder)
    assert is_clean(office)


def test_a_choice_is_recorded_with_person_time_and_the_digest_that_was_approved(office, recommend, approve):
    proposal = recommend()
    decision, _ = approve(proposal, {1: "test", 2: "leave"})

    [entry] = office.entries("decided")
    fields = entry.fields()
    assert (fields["choices"], fields["digest"]) == ({"1": "test", "2": "leave"}, proposal.digest)
    assert (entry.person, entry.at) == ("ines", decision.decided_at.isoformat(timespec="microseconds"))
    assert reviews.read_decisions(office.ledger, proposal.id)[0].choices == {1: "test", 2: "leave"}


def test_what_is_published_says_what_was_chosen_around_the_approved_bytes(office, recommend, approve):
    proposal = recommend()
    _, folder = approve(proposal, {2: "leave"}, note="We wait a week.")
    material = reviews.read_material(office.ledger, proposal.id)
    page, text, receipt = (
        (folder / "report.html").read_text(), (folder / "report.md").read_text(), receipt_of(folder),
    )  # fmt: skip

    assert "Pause &lt;Spring&gt; launch: <b>leave it as it is, where stop was proposed</b>" in page
    assert "Move money to search: <b>scale, as proposed</b>" in page
    assert text.index("We wait a week") < text.index("leave it as it is")
    chosen = receipt["choices"][1]
    assert (chosen["proposed"], chosen["chosen"], chosen["person"]) == ("stop", "leave", "ines")
    assert receipt["approved_files"]["report.html"] == sha256_hex(material.html)
    for part in material.html.decode().split("</p>"):
        assert part in page
    assert is_clean(office)


@pytest.mark.parametrize("choices", [{3: "leave"}, {0: "stop"}, {1: "drop"}])
def test_a_choice_that_fits_no_action_decides_nothing(office, recommend, approve, choices):
    proposal = recommend()
    with pytest.raises(ApprovalError, match=r"no such action|no choice for an action"):
        approve(proposal, choices)
    assert office.state(proposal) == "pending"


def test_a_no_chooses_nothing(office, desk, recommend):
    proposal = recommend()
    with pytest.raises(ApprovalError, match="Only an approval chooses"):
        reviews.decide(
            office.ledger, office.workspace, proposal_id=proposal.id, digest=proposal.digest,
            person=office.sign_in("ines"), verdict="reject", reason="No.", choices={1: "leave"}, at=desk.NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["1=leave", "2=proposed"], {1: "leave", 2: "as_proposed"}),
        (["2 = Stop"], {2: "as_proposed"}),
        ([], {}),
    ],
)
def test_choices_are_read_as_people_type_them(office, recommend, words, found):
    draft = reviews.read_material(office.ledger, recommend().id).draft
    assert reviews.read_choices(words, draft) == found


@pytest.mark.parametrize("words", [["leave"], ["1=maybe"], ["x=leave"], ["1=leave", "1=stop"], ["9=leave"]])
def test_what_is_no_choice_is_refused_with_how_to_say_it(office, recommend, words):
    draft = reviews.read_material(office.ledger, recommend().id).draft
    with pytest.raises(ApprovalError, match="fix:"):
        reviews.read_choices(words, draft)


def test_of_two_approvers_the_last_word_on_an_action_stands(office, recommend, approve):
    proposal = recommend(category="legal")
    approve(proposal, {1: "leave", 2: "leave"}, person="omar")
    _, folder = approve(proposal, {1: "as_proposed"}, person="ines")

    found = [(one["chosen"], one["person"]) for one in receipt_of(folder)["choices"]]
    assert found == [("as_proposed", "ines"), ("leave", "omar")]
    assert is_clean(office)


def test_a_choice_edited_in_the_ledger_is_found(office, recommend, approve):
    approve(recommend(), {2: "leave"})
    tamper(office, """update entries set payload = replace(payload, '"2":"leave"', '"2":"stop"')""")

    problems = audit.verify(office.ledger, office.workspace).problems
    assert any("its hash does not match" in problem for problem in problems)


def test_a_published_choice_edited_in_the_file_is_found(office, recommend, approve):
    _, folder = approve(recommend(), {2: "leave"})
    page = folder / "report.html"
    page.write_text(page.read_text().replace("leave it as it is", "stop it at once"))

    assert any("other bytes" in problem for problem in audit.verify(office.ledger, office.workspace).problems)


@pytest.mark.parametrize(
    ("choices", "verdict"),
    [({"7": "leave"}, "approve"), ({"1": "scale"}, "approve"), ({"1": "leave"}, "reject")],
)
def test_an_entry_written_around_the_program_with_choices_that_fit_nothing_is_found(
    office, desk, recommend, approve, choices, verdict
):
    proposal = recommend()
    approve(proposal, {2: "leave"})
    last = office.entries("decided")[-1].fields()
    forged = {**last, "choices": choices, "verdict": verdict, "outbox": [], "code": None}
    with office.ledger.write() as writing:
        writing.append("decided", person="ines", at=desk.NOW, fields=forged)

    problems = audit.verify(office.ledger, office.workspace).problems
    assert any("choice" in problem or "no such action" in problem for problem in problems)


def judged(office, desk, **weeks):
    at = desk.NOW + timedelta(weeks=9)
    found = judge_due(office.ledger, weeks_later(20, **weeks), snapshot_id="s-later", time_zone=ZONE, at=at)
    return {one.key: one.judgement for one in found}


def test_what_was_left_is_judged_like_what_was_rejected(office, desk, recommend, approve):
    proposal = recommend()
    approve(proposal, {1: "leave", 2: "leave"})
    with pytest.raises(ApprovalError, match="nothing of it as it was proposed"):
        say_carried_out(
            office.ledger, proposal_id=proposal.id, was_done=True, why="Done",
            person=office.sign_in("mara"), at=desk.NOW,
        )  # fmt: skip
    found = judged(office, desk, accepted=100, moved=0.0)

    assert {(one.standing, one.outcome, one.held_against) for one in found.values()} == {
        ("declined", "held", PLAIN)
    }
    record = read_track_record(office.ledger, agent="recommendation", time_zone=ZONE)
    assert (record.changed, record.chosen) == ((), {"leave": 2})


def test_each_action_is_judged_by_its_own_choice(office, desk, recommend, approve):
    proposal = recommend()
    approve(proposal, {2: "test"})
    standings = {one.expectation.key: one.standing for one in read_open(office.ledger, time_zone=ZONE)}
    say_carried_out(
        office.ledger, proposal_id=proposal.id, was_done=True, why="Done",
        person=office.sign_in("mara"), at=desk.NOW,
    )  # fmt: skip
    found = judged(office, desk, accepted=120, moved=1.0)

    assert standings == {"budget": "approved", "money:Spring launch": "chosen_otherwise"}
    assert found["budget"].outcome == "held"
    assert (found["money:Spring launch"].outcome, found["money:Spring launch"].is_inside) == (
        "cannot_tell", None,
    )  # fmt: skip


def test_an_agent_remembers_what_was_chosen_and_no_verdict_on_what_was_left(office, desk, recommend, approve):
    approve(recommend(), {2: "leave"})
    judged(office, desk, accepted=120, moved=1.0)

    (found,) = read_memory(office.ledger, agents=["recommendation"])

    assert found.chosen == ("as_proposed", "leave")
    assert found.approved_actions == ("Move money to search",)
    assert found.outcomes == ("held",)


def test_a_code_carries_choices_too(office, desk, recommend):
    proposal = recommend()
    code = reviews.mint_code(
        office.ledger, person=office.sign_in("ines"), proposal_id=proposal.id, digest=proposal.digest,
        at=desk.NOW,
    )  # fmt: skip
    decision = reviews.redeem_code(
        office.ledger, office.workspace, code=code, proposal_id=proposal.id, verdict="approve",
        answers=desk.YES, choices={2: "fix"}, at=desk.NOW,
    )  # fmt: skip

    assert decision.choices == {2: "fix"}


def _run(office, *words):
    return CliRunner().invoke(
        app, [*words, "--workspace", str(office.workspace.root)], catch_exceptions=False
    )


def test_people_see_the_numbered_actions_and_what_was_chosen(office, recommend, approve):
    proposal = recommend()
    waiting = _run(office, "review", "show", proposal.id).output
    approve(proposal, {2: "leave"})
    decided = _run(office, "review", "show", proposal.id).output
    facts = json.loads(_run(office, "review", "show", proposal.id, "--json").output)
    record = _run(office, "agents", "record", "recommendation").output

    assert "--choose 1=leave" in waiting
    assert "2. Pause <Spring> launch: stop\n" in waiting
    assert "1. Move money to search: scale, as proposed\n" in decided
    assert (
        "2. Pause <Spring> launch: leave it as it is, where stop was proposed (ines, 09 Mar 2026)" in decided
    )
    assert [one["chosen"] for one in facts["choices"]] == ["as_proposed", "leave"]
    assert "Of 2 actions in approved drafts people chose 1 as proposed, 1 to leave as it is." in record


class Keyboard(io.StringIO):
    """Somebody sits at it."""

    def isatty(self):
        return True


def test_at_a_keyboard_each_action_is_asked_for_and_enter_says_nothing(office, recommend, monkeypatch):
    draft = reviews.read_material(office.ledger, recommend().id).draft
    monkeypatch.setattr(sys, "stdin", Keyboard("\nleave\n"))

    assert asking_choices.choose_for_actions(draft, [], is_quiet=False) == {2: "leave"}
    assert asking_choices.choose_for_actions(draft, ["1=test"], is_quiet=False) == {1: "test"}
    assert asking_choices.choose_for_actions(draft, [], is_quiet=True) == {}
