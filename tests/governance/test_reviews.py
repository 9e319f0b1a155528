"""Proposing and deciding: the same bytes once, only these people, only these bytes, never by waiting."""

from datetime import date, timedelta

import pytest

from countersign.core.contracts import Window
from countersign.core.errors import ApprovalError
from countersign.governance import publishing, reviews


def test_same_bytes_are_one_proposal(office):
    first, second = office.propose(), office.propose()

    assert first == second
    assert len(office.entries("proposed")) == 1


def test_approval_publishes_the_ledgers_bytes_with_a_receipt(office, desk):
    proposal = office.propose()
    office.decide(proposal)
    [publication] = publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)

    folder = publishing.folder_of(office.ledger, office.workspace, proposal_id=proposal.id)
    html, markdown = desk.render(desk.make_draft())
    assert (folder / "report.html").read_text(encoding="utf-8") == html
    assert (folder / "report.md").read_text(encoding="utf-8") == markdown
    assert office.state(proposal) == "published"
    assert publication.ledger_head == office.entries("decided")[-1].hash
    assert publication.ledger_head in (folder / "receipt.json").read_text(encoding="utf-8")


def test_publishing_twice_publishes_once(office, desk):
    office.decide(office.propose())
    publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)

    assert publishing.publish_due(office.ledger, office.workspace, at=desk.NOW) == []
    assert len(office.entries("published")) == 1


@pytest.mark.parametrize("person", ["mara", "jonas"])
def test_somebody_without_the_role_cannot_approve(office, person):
    proposal = office.propose()
    with pytest.raises(ApprovalError, match="may not approve") as error:
        office.decide(proposal, person)

    assert "approver or leader" in error.value.fix
    assert office.state(proposal) == "pending"


def test_somebody_inactive_cannot_sign_in(office):
    office.sign_in("ines")
    with pytest.raises(ApprovalError, match="Nobody active"):
        office.sign_in("gone")


def test_role_is_read_at_the_time_of_deciding(office):
    proposal = office.propose()
    office.sign_in("ines")
    people_yaml = office.workspace.config / "people.yaml"
    people_yaml.write_text(
        people_yaml.read_text().replace("roles: [approver, leader]", "roles: [marketer]", 1)
    )

    with pytest.raises(ApprovalError, match="may not approve"):
        office.decide(proposal)


def test_another_digest_than_what_waits_is_refused(office):
    proposal = office.propose()
    with pytest.raises(ApprovalError, match="not what waits"):
        office.decide(proposal, digest="0" * 64)
    assert office.state(proposal) == "pending"


@pytest.mark.parametrize(
    "question", ["accurate", "useful", "on_brand", "proof", "risk", "customer_need", "source_data"]
)
@pytest.mark.parametrize("said", ["no", "", None])
def test_approval_needs_a_yes_to_every_question(office, desk, question, said):
    proposal = office.propose()
    answers = {**desk.YES, question: said}
    with pytest.raises(ApprovalError, match=question):
        office.decide(proposal, answers={name: one for name, one in answers.items() if one is not None})
    assert office.state(proposal) == "pending"


def test_the_answers_are_recorded_with_the_decision(office, desk):
    kept, refused = office.propose(), office.propose(desk.make_draft(agent="recommendation"))
    said = {**desk.YES, "proof": "no"}
    office.decide(kept, answers=desk.YES)
    office.decide(refused, verdict="reject", answers=said, reason="A claim has no proof.")

    recorded = [entry.fields()["answers"] for entry in office.entries("decided")]
    assert recorded == [desk.YES, said]
    [decision] = reviews.read_decisions(office.ledger, kept.id)
    assert decision.answers == desk.YES


@pytest.mark.parametrize("verdict", ["reject", "send_back"])
def test_saying_no_needs_a_reason_and_closes(office, verdict):
    proposal = office.propose()
    with pytest.raises(ApprovalError, match="needs a reason"):
        office.decide(proposal, verdict=verdict)
    decision = office.decide(proposal, "mara", verdict, reason="The second week is missing.")

    assert decision.reason == "The second week is missing."
    assert office.state(proposal) in ("rejected", "sent_back")
    with pytest.raises(ApprovalError, match="cannot"):
        office.decide(proposal)


def test_two_approvals_are_two_people_and_one_a_leader(office):
    proposal = office.propose(category="legal")
    office.decide(proposal, "omar")
    assert office.state(proposal) == "pending"
    assert reviews.has_valid_approval(office.ledger, proposal.id, proposal.digest) is None
    with pytest.raises(ApprovalError, match="approved this already"):
        office.decide(proposal, "omar")

    office.decide(proposal, "ines")
    assert office.state(proposal) == "approved"
    assert reviews.has_valid_approval(office.ledger, proposal.id, proposal.digest).person == "ines"


def test_leadership_tier_needs_a_leader(office):
    proposal = office.propose(category="budget")
    with pytest.raises(ApprovalError, match="must include a leader"):
        office.decide(proposal, "omar")
    assert office.state(proposal) == "pending"


def test_deciding_after_the_deadline_expires_and_changes_nothing(office, desk):
    proposal = office.propose()
    office.sign_in("ines")
    # a session outlives no deadline here, so the person signs in again
    office.signed_in.clear()
    late = proposal.expires_at
    from countersign.governance import people

    people.sign_in(
        office.ledger,
        office.workspace,
        office.settings("ines"),
        person="ines",
        password=desk.PASSWORD,
        at=late,
    )
    office.signed_in["ines"] = people.signed_in_person(
        office.ledger, office.workspace, office.settings("ines"), at=late
    )
    with pytest.raises(ApprovalError, match="deadline has passed"):
        office.decide(proposal, at=late)

    assert office.state(proposal) == "expired"
    assert office.entries("decided") == []


@pytest.mark.parametrize("hours", [0, 167, 168, 100_000])
def test_waiting_never_approves(office, desk, hours):
    proposal = office.propose()
    reviews.expire_due(office.ledger, at=desk.NOW + timedelta(hours=hours))

    assert office.state(proposal) == ("expired" if hours >= 168 else "pending")
    assert publishing.publish_due(office.ledger, office.workspace, at=desk.NOW) == []


def test_expired_bytes_may_be_proposed_again(office, desk):
    proposal = office.propose()
    later = proposal.expires_at + timedelta(hours=1)
    reviews.expire_due(office.ledger, at=later)
    again = office.propose(at=later)

    assert again.id != proposal.id
    assert again.state == "pending"


def test_newer_draft_of_the_same_week_supersedes_the_older(office, desk):
    older = office.propose()
    newer = office.propose(desk.make_draft("One lead cost {{fact:cost}} this week."))

    assert office.state(older) == "superseded"
    assert newer.state == "blocked" or newer.state == "pending"
    with pytest.raises(ApprovalError):
        office.decide(older)


def test_one_draft_too_many_is_held_back_until_people_decide(office, desk):
    def of_week(back):
        week = Window(start=date(2026, 2, 23) - timedelta(weeks=back), end=date(2026, 3, 2))
        return desk.make_draft().model_copy(update={"period": week})

    def recheck(held):
        return reviews.recheck(
            office.ledger,
            office.workspace,
            proposal_id=held.id,
            digest=held.digest,
            person=office.sign_in("mara"),
            at=desk.NOW,
        )

    waiting = [office.propose(of_week(back)) for back in range(5)]
    held = office.propose(of_week(5))
    assert [proposal.state for proposal in [*waiting, held]] == ["pending"] * 5 + ["blocked"]
    assert office.propose(of_week(6)).state == "blocked"
    assert recheck(held).state == "blocked"

    office.decide(waiting[0], verdict="reject", reason="Too old.")
    assert recheck(held).state == "pending"
    with pytest.raises(ApprovalError, match="today's rules already"):
        recheck(held)


def test_a_session_of_somebody_else_is_refused(office):
    from countersign.governance.people import SignedIn

    proposal = office.propose()
    forged = SignedIn(office.sign_in("ines").person, session=office.sign_in("mara").session)
    office.signed_in["ines"] = forged
    with pytest.raises(ApprovalError, match="Nobody is signed in"):
        office.decide(proposal)


def test_changed_rules_need_a_new_check(office):
    proposal = office.propose()
    brand = office.workspace.config / "brand.yaml"
    brand.write_text(brand.read_text() + "\n# a new rule\n")
    with pytest.raises(ApprovalError, match="rules changed"):
        office.decide(proposal)

    from datetime import timedelta

    again = reviews.recheck(
        office.ledger,
        office.workspace,
        proposal_id=proposal.id,
        digest=proposal.digest,
        person=office.sign_in("mara"),
        at=proposal.created_at + timedelta(minutes=1),
    )
    assert again.digest != proposal.digest
    office.decide(again)
    assert office.state(proposal) == "approved"


def test_an_agent_cannot_state_numbers_in_a_persons_name(office, desk):
    with pytest.raises(ApprovalError, match="agent cannot state"):
        office.propose(desk.make_draft("About 40 leads came.", stated={"40": "Ines Okafor"}))
