"""What agents may know of the past: decisions with their entries, words cut, no figure without its proof."""

from datetime import date, timedelta

from countersign.core.contracts import Action, Prose
from countersign.governance import reviews
from countersign.governance.memory import LONGEST, read_memory
from countersign.governance.redacting import redact_bodies


def action(title):
    """An action with a title of its own."""
    return Action(
        title=title, choice="stop", why="Why.", effect="None.", effect_label="not_known", goal="Goal",
        owner="Owner", effort="low", confidence="low", undo="Undo.", cost="None.", judge_on=date(2026, 4, 1),
        against="Against.",
    )  # fmt: skip


def proposed(office, desk, number=0, **changes):
    """One more draft, told from the others by its words."""
    draft = desk.make_draft(f"Each lead cost {{{{fact:cost}}}}{'.' * (number + 1)}")
    return office.propose(draft.model_copy(update=changes), at=desk.NOW + timedelta(minutes=number))


def test_a_decision_is_remembered_with_its_reason_its_note_and_its_entry(office, desk):
    rejected = proposed(office, desk)
    office.decide(rejected, verdict="reject", reason="Too long.\n Nobody reads it.")
    approved = proposed(office, desk, 1)
    reviews.decide(
        office.ledger, office.workspace, proposal_id=approved.id, digest=approved.digest,
        person=office.sign_in("ines"), verdict="approve", answers=desk.YES, note="We wait.",
        at=desk.NOW + timedelta(hours=1),
    )  # fmt: skip

    newest, older = read_memory(office.ledger, agents=["reporting"])

    assert (newest.proposal_id, newest.state, newest.notes) == (approved.id, "approved", ("We wait.",))
    assert (older.proposal_id, older.state) == (rejected.id, "rejected")
    assert older.reasons == ("Too long. Nobody reads it.",)
    hashes = [entry.hash for entry in office.entries("decided")]
    assert older.entries == (hashes[0],)
    assert newest.entries == (hashes[1],)


def test_what_waits_and_what_others_drafted_is_not_remembered(office, desk):
    proposed(office, desk)
    other = proposed(office, desk, 1, agent="recommendation")
    office.decide(other, verdict="reject", reason="No.")

    assert read_memory(office.ledger, agents=["reporting"]) == ()
    assert [one.agent for one in read_memory(office.ledger, agents=["reporting", "recommendation"])] == [
        "recommendation"
    ]


def test_an_edit_an_expiry_and_long_words_are_remembered_as_such(office, desk):
    edited = proposed(office, desk)
    revised = reviews.edit(
        office.ledger, office.workspace, proposal_id=edited.id, digest=edited.digest,
        person=office.sign_in("mara"), changes={"blocks[0].text": "What one pays"}, render=desk.render,
        at=desk.NOW,
    )  # fmt: skip
    office.decide(revised, verdict="send_back", reason="why " * 500)
    late = proposed(office, desk, 1)
    reviews.expire_due(office.ledger, at=late.expires_at + timedelta(days=9))

    found = {one.proposal_id: one for one in read_memory(office.ledger, agents=["reporting"])}

    assert (found[edited.id].was_edited, found[edited.id].state) == (True, "sent_back")
    assert len(found[edited.id].reasons[0]) == LONGEST
    assert (found[late.id].was_edited, found[late.id].state) == (False, "expired")


def test_a_title_keeps_its_names_and_loses_its_figures(office, desk):
    blocks = (
        Prose(role="lede", text="Each lead cost {{fact:cost}}."),
        action("Pause {{name:channel_1}}"),
        action("Pause what costs {{fact:cost}}"),
    )
    made = proposed(office, desk, blocks=blocks, names={"channel_1": "Paid social"})
    office.decide(made, verdict="reject", reason="No.")

    (found,) = read_memory(office.ledger, agents=["reporting"])

    assert found.actions == ("Pause Paid social", "Pause what costs …")
    assert found.period == desk.make_draft().period


def test_a_redacted_draft_is_remembered_without_its_words(office, desk):
    made = proposed(office, desk)
    office.decide(made, verdict="reject", reason="Petra said no.")
    redact_bodies(
        office.ledger, office.workspace, lambda text: "Petra" in text or "Each lead" in text,
        person="jonas", reason="asked", at=desk.NOW,
    )  # fmt: skip

    (found,) = read_memory(office.ledger, agents=["reporting"])

    assert (found.state, found.reasons, found.period) == ("rejected", ("(redacted)",), None)
