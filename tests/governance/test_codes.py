"""Approval codes: one person, one proposal, one digest, once, for 15 minutes."""

from datetime import timedelta

import pytest

from countersign.core.errors import ApprovalError
from countersign.governance import audit, people, publishing, reviews


@pytest.fixture
def form(office, desk):
    def redeem(proposal, code, *, person=None, at=desk.NOW, digest=None, answers=None, verdict="approve"):
        return reviews.redeem_code(
            office.ledger,
            office.workspace,
            code=code,
            proposal_id=proposal.id,
            person=person,
            verdict=verdict,
            answers=desk.YES if answers is None else answers,
            reason="as the form said",
            at=at,
            digest=digest,
        )

    return redeem


@pytest.fixture
def mint(office, desk):
    def mint(proposal, person="ines", at=desk.NOW):
        return reviews.mint_code(
            office.ledger,
            person=office.sign_in(person),
            proposal_id=proposal.id,
            digest=proposal.digest,
            at=at,
        )

    return mint


def refuses(office, proposal, redeem, match):
    with pytest.raises(ApprovalError, match=match):
        redeem()
    assert office.state(proposal) == "pending"
    assert office.entries("refused"), "the refusal is recorded"


def test_a_code_decides_for_whom_it_was_minted(office, desk, form, mint):
    proposal = office.propose()
    decision = form(proposal, mint(proposal), person="ines", digest=proposal.digest)

    assert (decision.person, decision.verdict) == ("ines", "approve")
    publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
    assert audit.verify(office.ledger, office.workspace).is_clean


def test_a_code_decides_once(office, desk, form, mint):
    proposal = office.propose(category="legal")
    code = mint(proposal)
    form(proposal, code)
    refuses(office, proposal, lambda: form(proposal, code), "used before")


def test_somebody_elses_code(office, form, mint):
    proposal = office.propose()
    code = mint(proposal)
    refuses(office, proposal, lambda: form(proposal, code, person="omar"), "somebody else")
    refuses(office, proposal, lambda: form(proposal, code), "used before")


def test_another_proposals_code(office, desk, form, mint):
    proposal, other = office.propose(), office.propose(desk.make_draft(agent="other"))
    refuses(office, proposal, lambda: form(proposal, mint(other)), "another proposal")


def test_an_expired_code(office, desk, form, mint):
    proposal = office.propose()
    code = mint(proposal)
    refuses(
        office,
        proposal,
        lambda: form(proposal, code, at=desk.NOW + timedelta(minutes=15)),
        "code that expired",
    )


def test_an_invented_code(office, form):
    proposal = office.propose()
    refuses(office, proposal, lambda: form(proposal, "AAAA-BBBB-CCCC"), "never minted")


def test_a_setup_code_is_no_approval_code(office, desk, form):
    proposal = office.propose()
    code = people.invite(
        office.ledger, office.workspace, person="ines", by=office.sign_in("jonas"), at=desk.NOW
    )
    refuses(office, proposal, lambda: form(proposal, code), "never minted")


def test_the_code_of_somebody_who_may_not_approve_is_burnt(office, form, mint):
    proposal = office.propose()
    code = mint(proposal, "mara")
    refuses(office, proposal, lambda: form(proposal, code), "may not approve")
    refuses(office, proposal, lambda: form(proposal, code), "used before")


def test_a_code_for_an_earlier_revision(office, desk, form, mint):
    proposal = office.propose()
    code = mint(proposal)
    reviews.edit(
        office.ledger,
        office.workspace,
        proposal_id=proposal.id,
        digest=proposal.digest,
        person=office.sign_in("mara"),
        changes={"blocks[1].text": "One lead cost {{fact:cost}}."},
        at=desk.NOW,
        render=desk.render,
    )
    with pytest.raises(ApprovalError, match="earlier version"):
        form(proposal, code)


def test_guessing_is_slowed_down(office, form, mint, desk):
    proposal = office.propose()
    for number in range(people.MAX_REFUSALS):
        refuses(office, proposal, lambda number=number: form(proposal, f"GUESS-{number}"), "never minted")
    refuses(office, proposal, lambda: form(proposal, mint(proposal)), "Too many attempts")
    later = desk.NOW + timedelta(minutes=20)
    form(proposal, mint(proposal, at=later), at=later)


def test_no_code_is_kept_in_the_clear(office, mint):
    code = mint(office.propose())
    for path in office.workspace.state.glob("ledger.db*"):
        assert code.encode() not in path.read_bytes()
        assert code.replace("-", "").encode() not in path.read_bytes()
