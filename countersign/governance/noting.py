"""The note of who approves: what it means and what they chose to do, checked like all that goes out."""

from collections.abc import Iterable

from countersign.core.contracts import Decision
from countersign.core.errors import ApprovalError
from countersign.governance.checks import run_checks
from countersign.governance.policy import Policy
from countersign.governance.proposals import Material
from countersign.governance.rendered import Rendered
from countersign.reports.note import Note, put_into_html, put_into_markdown

LONGEST = 2000
REDACTED = "(redacted)"


def check_note(note: Note, material: Material, *, policy: Policy, is_needed: bool) -> None:
    """Refuse a note that may not be published, or the lack of one that the policy asks for.

    Raises:
        ApprovalError: it is missing, too long, or a check blocks what would be published with it.
    """
    if not note.text:
        if is_needed:
            raise ApprovalError(
                "This approval needs a note.",
                found="no note",
                fix='say what it means and what you chose to do next: --note "..."',
            )
        return
    if len(note.text) > LONGEST:
        raise ApprovalError(
            "The note is too long.",
            found=f"{len(note.text)} characters",
            fix=f"say it in {LONGEST}, or edit the draft itself",
        )
    html, markdown = (part.decode() for part in noted(material, [note]))
    results = run_checks(Rendered(material.draft, html=html, markdown=markdown), policy=policy)
    blocks = [result for result in results if result.verdict == "block"]
    if blocks:
        raise ApprovalError(
            "The note may not be published like this.",
            found=f"{blocks[0].reason} {blocks[0].span}".strip()[:300],
            fix="word the note anew; nothing was decided",
        )


def notes_of(decisions: Iterable[Decision]) -> list[Note]:
    """What those who approved said, in the order in which they did; what was redacted is gone."""
    return [
        Note(one.person, one.role, at=one.decided_at, text=one.note)
        for one in decisions
        if one.note and one.note != REDACTED
    ]


def noted(material: Material, notes: list[Note]) -> tuple[bytes, bytes]:
    """The files of a publication: the approved bytes with the notes put in; the same without notes."""
    return put_into_html(material.html, notes), put_into_markdown(material.markdown, notes)
