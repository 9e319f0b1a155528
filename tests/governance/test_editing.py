"""Edits: new bytes, checked again, approvals void, numbers kept as stated by their author."""

import pytest

from countersign.core.errors import ApprovalError
from countersign.governance import audit, reviews


@pytest.fixture
def edit(office, desk):
    def edit(proposal, text, *, person="mara", place="blocks[1].text"):
        return reviews.edit(
            office.ledger,
            office.workspace,
            proposal_id=proposal.id,
            digest=proposal.digest,
            person=office.sign_in(person),
            changes={place: text},
            at=desk.NOW,
            render=desk.render,
        )

    return edit


def test_an_edit_voids_approvals(office, edit):
    proposal = office.propose(category="legal")
    office.decide(proposal, "omar")
    revised = edit(proposal, "A lead now costs {{fact:cost}}.")

    assert (revised.revision, revised.state) == (2, "pending")
    assert revised.digest != proposal.digest
    office.decide(revised, "ines")
    assert office.state(proposal) == "pending"
    office.decide(revised, "omar")
    assert office.state(proposal) == "approved"


def test_the_digest_of_before_the_edit_is_refused(office, edit):
    proposal = office.propose()
    edit(proposal, "A lead now costs {{fact:cost}}.")
    with pytest.raises(ApprovalError, match="not what waits"):
        office.decide(proposal)
    with pytest.raises(ApprovalError, match="not what waits"):
        edit(proposal, "Twice edited {{fact:cost}}.")


def test_both_versions_and_the_difference_are_kept(office, edit):
    proposal = office.propose()
    edit(proposal, "A lead now costs {{fact:cost}}.")
    first = reviews.read_material(office.ledger, proposal.id, revision=1)
    second = reviews.read_material(office.ledger, proposal.id, revision=2)

    assert first.draft.blocks[1].text == "Each lead cost {{fact:cost}}."
    assert second.author == "mara"
    assert "-blocks[1].text: Each lead" in second.diff
    assert "+blocks[1].text: A lead" in second.diff
    assert audit.verify(office.ledger, office.workspace).is_clean


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("We met 40 people.", "40"),
        ("About 12% left.", "12%"),
        ("We met twelve people.", "twelve"),
        ("One left for € 40.", None),
    ],
)
def test_a_typed_number_is_stated_by_its_author(office, edit, typed, number):
    revised = edit(office.propose(), typed)

    assert revised.state == "pending"
    draft = reviews.read_material(office.ledger, revised.id).draft
    expected = [number] if number else ["One", "€ 40"]
    assert draft.stated == dict.fromkeys(expected, "Mara Lindt")


def test_an_edit_that_breaks_a_rule_blocks(office, edit):
    revised = edit(office.propose(), "Write to ines@example.com for guaranteed results.")
    assert revised.state == "blocked"
    with pytest.raises(ApprovalError, match="check blocks"):
        office.decide(revised)

    mended = edit(revised, "Each lead cost {{fact:cost}}, as before.")
    assert mended.state == "pending"


def test_an_invented_token_does_not_fit(office, edit):
    with pytest.raises(ApprovalError, match="does not fit"):
        edit(office.propose(), "It cost {{fact:cost.")


def test_the_editor_cannot_be_the_only_approver(office, edit):
    proposal = office.propose(category="public_content")
    revised = edit(proposal, "A lead now costs {{fact:cost}}.", person="ines")
    with pytest.raises(ApprovalError, match="edited a draft cannot"):
        office.decide(revised, "ines")
    assert office.state(proposal) == "pending"


def test_somebody_without_the_role_cannot_edit(office, edit):
    with pytest.raises(ApprovalError, match="may not edit"):
        edit(office.propose(), "Mine now.", person="jonas")


def test_the_form_comes_back_as_it_went(office, desk):
    draft = desk.make_draft()
    form = reviews.prose_form(draft)

    assert reviews.read_form(form, draft) == {}
    changed = form.replace("Each lead cost", "A lead now costs")
    assert reviews.read_form(changed, draft) == {"blocks[1].text": "A lead now costs {{fact:cost}}."}
    with pytest.raises(ApprovalError, match="lost or gained"):
        reviews.read_form(form.replace("## title", "title"), draft)


def test_running_again_does_not_undo_an_edit(office, edit):
    proposal = office.propose()
    revised = edit(proposal, "A lead now costs {{fact:cost}}.")
    assert office.propose() == revised
