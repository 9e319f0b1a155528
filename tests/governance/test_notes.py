"""The note of who approves: published beside exactly what they approved, in the chain, checked."""

import json

import pytest
import yaml

from countersign.core.errors import ApprovalError
from countersign.core.hashing import sha256_hex
from countersign.governance import audit, publishing, reviews
from countersign.governance.redacting import redact_bodies
from countersign.reports.note import Note, put_into_html, put_into_markdown

NOTE = "Search got dearer for a while.\nWe wait a week before we touch <any> budget."


@pytest.fixture
def approve(office, desk):
    """Approves a fresh proposal with a note and publishes it; gives its folder."""

    def approve(note=NOTE, *, person="ines"):
        proposal = office.propose()
        decision = reviews.decide(
            office.ledger, office.workspace, proposal_id=proposal.id, digest=proposal.digest,
            person=office.sign_in(person), verdict="approve", answers=desk.YES, note=note, at=desk.NOW,
        )  # fmt: skip
        publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
        folder = publishing.folder_of(office.ledger, office.workspace, proposal_id=proposal.id)
        return proposal, decision, folder

    return approve


def test_a_note_stands_in_what_is_published_with_who_said_it(office, approve):
    proposal, decision, folder = approve()

    assert decision.note == NOTE
    assert [one.note for one in reviews.read_decisions(office.ledger, proposal.id)] == [NOTE]
    page, text = ((folder / name).read_text() for name in ("report.html", "report.md"))
    assert "We wait a week before we touch &lt;any&gt; budget." in page
    assert "<h2>What it means, by ines (approver)</h2>" in page
    assert '<p class="who">9 March 2026</p>' in page
    assert "> Search got dearer for a while." in text
    assert audit.verify(office.ledger, office.workspace).problems == ()


def test_around_the_note_the_approved_bytes_stay_as_they_are(office, approve):
    proposal, decision, folder = approve()
    material = reviews.read_material(office.ledger, proposal.id)
    note = Note("ines", "approver", at=decision.decided_at, text=NOTE)
    receipt = json.loads((folder / "receipt.json").read_text())

    for name, approved, put in (
        ("report.html", material.html, put_into_html),
        ("report.md", material.markdown, put_into_markdown),
    ):
        published = (folder / name).read_bytes()
        assert published == put(approved, [note])
        assert len(published) > len(approved)
        assert receipt["files"][name] == sha256_hex(published)
        assert receipt["approved_files"][name] == sha256_hex(approved)


def test_without_a_note_the_published_bytes_are_the_approved_ones(office, approve):
    proposal, decision, folder = approve(note="  \n ")
    material = reviews.read_material(office.ledger, proposal.id)

    assert decision.note == ""
    assert (folder / "report.html").read_bytes() == material.html
    assert (folder / "report.md").read_bytes() == material.markdown
    assert "notes_by" not in json.loads((folder / "receipt.json").read_text())


def test_a_note_changed_in_the_published_file_is_found(office, approve):
    _, _, folder = approve()
    page = folder / "report.html"
    page.write_text(page.read_text().replace("We wait a week", "We wait a year"))

    assert any("other bytes" in problem for problem in audit.verify(office.ledger, office.workspace).problems)


def test_what_was_published_still_holds_when_a_later_version_words_notes_otherwise(
    office, approve, monkeypatch
):
    proposal, _, folder = approve()
    monkeypatch.setattr(Note, "by", property(lambda note: f"said by {note.person}"))

    opened = publishing.read_published(
        office.ledger, office.workspace, proposal_id=proposal.id, name="report.html"
    )

    assert opened == folder / "report.html"
    assert audit.verify(office.ledger, office.workspace).problems == ()


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_a_changed_file_is_not_handed_on(office, approve, name):
    proposal, _, folder = approve()
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")

    with pytest.raises(ApprovalError, match="not what was approved"):
        publishing.read_published(office.ledger, office.workspace, proposal_id=proposal.id, name=name)


@pytest.mark.parametrize(
    ("note", "says"),
    [
        ("Ask dana@example.com about it.", "may not be published"),
        ("This is guaranteed to work.", "may not be published"),
        ("long " * 500, "too long"),
    ],
)
def test_a_note_that_may_not_go_out_decides_nothing(office, desk, note, says):
    brand = yaml.safe_load((office.workspace.config / "brand.yaml").read_text())
    brand["never_say"] = [{"phrase": "guaranteed"}]
    (office.workspace.config / "brand.yaml").write_text(yaml.safe_dump(brand))
    proposal = office.propose()

    with pytest.raises(ApprovalError, match=says):
        reviews.decide(
            office.ledger, office.workspace, proposal_id=proposal.id, digest=proposal.digest,
            person=office.sign_in("ines"), verdict="approve", answers=desk.YES, note=note, at=desk.NOW,
        )  # fmt: skip
    assert office.state(proposal) == "pending"
    assert reviews.read_decisions(office.ledger, proposal.id) == []


def test_a_company_can_ask_for_a_note_with_every_approval(office, approve):
    policies = yaml.safe_load((office.workspace.config / "policies.yaml").read_text())
    policies["categories"]["report"]["needs_note"] = True
    (office.workspace.config / "policies.yaml").write_text(yaml.safe_dump(policies))

    with pytest.raises(ApprovalError, match="needs a note"):
        approve(note="")
    approve()


def test_both_approvers_notes_are_published_in_their_order(office, desk):
    proposal = office.propose(category="legal")
    for person, note in (("omar", "Fine by me."), ("ines", "Then we go on.")):
        reviews.decide(
            office.ledger, office.workspace, proposal_id=proposal.id, digest=proposal.digest,
            person=office.sign_in(person), verdict="approve", answers=desk.YES, note=note, at=desk.NOW,
        )  # fmt: skip
    publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
    folder = publishing.folder_of(office.ledger, office.workspace, proposal_id=proposal.id)

    text = (folder / "report.md").read_text()
    assert 0 < text.index("Fine by me.") < text.index("Then we go on.")
    assert "## What it means, by those who approved it" in text
    assert text.count(", 9 March 2026") == 2


def test_a_code_carries_a_note_too(office, desk):
    proposal = office.propose()
    code = reviews.mint_code(
        office.ledger, person=office.sign_in("ines"), proposal_id=proposal.id, digest=proposal.digest,
        at=desk.NOW,
    )  # fmt: skip
    decision = reviews.redeem_code(
        office.ledger, office.workspace, code=code, proposal_id=proposal.id, verdict="approve",
        answers=desk.YES, note=NOTE, at=desk.NOW,
    )  # fmt: skip

    assert decision.note == NOTE


def test_a_redacted_note_takes_the_published_copies_along_and_the_audit_stays_clean(office, desk, approve):
    proposal, _, folder = approve(note="Petra Beispiel asked for it.")
    done = redact_bodies(
        office.ledger, office.workspace, lambda text: "Petra" in text, person="jonas", reason="asked",
        at=desk.NOW,
    )  # fmt: skip

    assert done.publications == (folder.name,)
    assert [path.name for path in folder.iterdir()] == ["receipt.json"]
    assert audit.verify(office.ledger, office.workspace).problems == ()
    assert reviews.read_decisions(office.ledger, proposal.id)[0].note == "(redacted)"
