"""Redacting whatever names a person: the chain stays whole, publications are said, copies here go."""

import pytest

from countersign.core.errors import ApprovalError
from countersign.governance import audit, publishing, reviews
from countersign.governance.ledger import read_body
from countersign.governance.redacting import redact_bodies


@pytest.fixture
def published(office, desk):
    """One report that was approved and published."""
    proposal = office.propose()
    office.decide(proposal)
    publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
    return proposal


def redact(office, desk, word):
    """Redact every body that holds a word."""
    return redact_bodies(
        office.ledger,
        office.workspace,
        lambda text: word in text,
        person="jonas",
        reason="asked",
        at=desk.NOW,
    )


def word_of(office, proposal):
    """Something that the report says."""
    return reviews.read_material(office.ledger, proposal.id).draft.title


def test_a_published_report_is_named_and_its_files_go(office, desk, published):
    folder = publishing.folder_of(office.ledger, office.workspace, proposal_id=published.id)
    done = redact(office, desk, word_of(office, published))

    assert done.publications == (folder.name,)
    assert sorted(path.name for path in folder.iterdir()) == ["receipt.json"]


def test_a_later_redaction_of_something_else_does_not_name_it_again(office, desk, published):
    redact(office, desk, word_of(office, published))

    assert redact(office, desk, "no report says this").publications == ()


def test_the_audit_says_redacted_and_finds_nothing(office, desk, published):
    done = redact(office, desk, word_of(office, published))
    report = audit.verify(office.ledger, office.workspace)

    assert report.problems == ()
    assert report.redacted == len(done.digests) > 0


def test_a_redacted_text_says_so_when_it_is_asked_for(office, desk, published):
    done = redact(office, desk, word_of(office, published))

    with office.ledger.read() as connection, pytest.raises(ApprovalError, match="was redacted"):
        read_body(connection, done.digests[0])


def test_each_redaction_is_an_entry_of_its_own(office, desk, published):
    done = redact(office, desk, word_of(office, published))
    entries = office.entries("body_redacted")

    assert [entry.fields()["redacts"] for entry in entries] == list(done.digests)
    assert {entry.person for entry in entries} == {"jonas"}


def test_what_names_nobody_stays(office, desk, published):
    done = redact(office, desk, "no report says this")

    assert (done.digests, done.publications) == ((), ())
    assert reviews.read_material(office.ledger, published.id).html


def test_no_redacted_byte_is_left_in_the_file(office, desk, published):
    word = word_of(office, published)
    redact(office, desk, word)
    entries = " ".join(entry.payload for entry in office.entries())
    files = office.workspace.state.glob("ledger.db*")
    left = sum(path.read_bytes().count(word.encode()) for path in files)

    # The title also stands in entries and in the projection; those cannot change, and the report says so.
    assert entries.count(word) >= 1
    assert left <= entries.count(word) + 1
