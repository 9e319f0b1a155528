"""What stands beside an approval: the approver's note, checked like all that goes out, and their choices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from countersign.core.choices import AS_PROPOSED, ActionChoice
from countersign.core.contracts import Decision, Draft
from countersign.core.errors import ApprovalError
from countersign.governance.checks import run_checks
from countersign.governance.choosing import settle_choices
from countersign.governance.policy import Policy
from countersign.governance.proposals import Material
from countersign.governance.rendered import Rendered
from countersign.reports.chosen import put_choices_into_html, put_choices_into_markdown
from countersign.reports.note import Note, put_into_html, put_into_markdown

LONGEST = 2000
REDACTED = "(redacted)"


@dataclass(frozen=True)
class Beside:
    """What approvers said beside the bytes that they approved.

    `choices` has every action of the draft, or nothing when it has none or was approved before there was
    a choice.
    """

    notes: tuple[Note, ...] = ()
    choices: tuple[ActionChoice, ...] = ()

    @property
    def is_otherwise(self) -> bool:
        """Whether anything was chosen that is not what was proposed."""
        return any(one.chosen != AS_PROPOSED for one in self.choices)


def beside(draft: Draft, approvals: Sequence[Decision]) -> Beside:
    """What stands beside a draft by its approvals, oldest first."""
    is_asked = any(one.choices is not None for one in approvals)
    choices = settle_choices(draft, approvals) if is_asked else []
    return Beside(tuple(notes_of(approvals)), tuple(choices))


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
    html, markdown = (part.decode() for part in noted(material, Beside((note,))))
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


def noted(material: Material, said: Beside) -> tuple[bytes, bytes]:
    """The files of a publication: the approved bytes with notes and choices put in; else the same bytes.

    Choices are put in where one is not what was proposed: without them the page would say it was.
    """
    choices = said.choices if said.is_otherwise else ()
    html = put_choices_into_html(put_into_html(material.html, said.notes), choices)
    # Each goes before the first section, so the choices go first to stand behind the notes.
    markdown = put_into_markdown(put_choices_into_markdown(material.markdown, choices), said.notes)
    return html, markdown
