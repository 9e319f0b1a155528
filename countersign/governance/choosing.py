"""What a person chooses for each action when they approve: as proposed, another way, or to leave it.

The choices stand in the approval's own entry, beside the digest of what was approved. They change no
byte of it: `actions_of` numbers the actions of exactly that draft, in the order of its page.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import get_args

from sqlalchemy import Connection

from countersign.core.choices import AS_PROPOSED, ActionChoice, Chosen
from countersign.core.contracts import Action, Decision, Draft
from countersign.core.errors import ApprovalError
from countersign.governance.projection import Entry
from countersign.governance.proposals import material_of
from countersign.reports.tokens import fill_plain

CHOICES: tuple[Chosen, ...] = get_args(Chosen)
_SHORT: dict[str, Chosen] = {"proposed": AS_PROPOSED, "as proposed": AS_PROPOSED}
_HOW = "write NUMBER=CHOICE, e.g. 2=leave, with one of proposed, stop, fix, scale, test, leave"


def actions_of(draft: Draft) -> list[Action]:
    """The actions of a draft in the order of its page; the first is number 1."""
    return [block for block in draft.blocks if isinstance(block, Action)]


def read_choices(words: Iterable[str], draft: Draft) -> dict[int, Chosen]:
    """Choices as people type them, `2=leave`, by the number of the action.

    Raises:
        ApprovalError: no such action, no such choice, or one action twice.
    """
    found: dict[int, Chosen] = {}
    for word in words:
        number, _, said = (part.strip().lower() for part in word.partition("="))
        chosen = next((one for one in CHOICES if one == said), _SHORT.get(said))
        if not number.isdecimal() or chosen is None:
            raise ApprovalError("This is no choice for an action.", found=word, fix=_HOW)
        if int(number) in found:
            raise ApprovalError("An action was chosen for twice.", found=word, fix="say it once")
        found[int(number)] = chosen
    return checked_choices(found, draft)


def checked_choices(choices: Mapping[int, Chosen], draft: Draft) -> dict[int, Chosen]:
    """The choices in order of the actions; choosing what is proposed anyway is `as_proposed`.

    Raises:
        ApprovalError: a number that no action of this draft has, or a choice that is none.
    """
    actions = actions_of(draft)
    for number, chosen in choices.items():
        if not 1 <= number <= len(actions):
            raise ApprovalError(
                "The draft has no such action.",
                found=f"action {number}; it has {len(actions) or 'none'}",
                fix="`countersign review show ID` numbers what there is to choose",
            )
        if chosen not in CHOICES:
            raise ApprovalError("This is no choice for an action.", found=chosen, fix=_HOW)
    return {
        number: AS_PROPOSED if choices[number] == actions[number - 1].choice else choices[number]
        for number in sorted(choices)
    }


def settle_choices(draft: Draft, approvals: Sequence[Decision]) -> list[ActionChoice]:
    """What becomes of each action by the approvals of this draft, oldest first.

    The last word on an action counts; who says nothing of it leaves an earlier word as it stands.
    """
    settled = []
    for number, action in enumerate(actions_of(draft), start=1):
        said = [one for one in approvals if one.choices and number in one.choices]
        last = said[-1] if said else None
        settled.append(
            ActionChoice(
                action=number,
                key=action.key,
                title=fill_plain(action.title, draft),
                proposed=action.choice,
                chosen=last.choices[number] if last and last.choices else AS_PROPOSED,
                person=last.person if last else "",
                at=last.decided_at if last else None,
            )
        )
    return settled


def find_choice_problems(connection: Connection, entries: Iterable[Entry]) -> Iterator[str]:
    """Choices in the chain that fit no action of what was approved, or that no approval made."""
    for entry in entries:
        if entry.kind != "decided":
            continue
        try:
            fields = entry.fields()
            said = {int(number): chosen for number, chosen in (fields.get("choices") or {}).items()}
            if said and fields["verdict"] != "approve":
                yield f"entry {entry.seq}: it holds choices for actions and approves nothing"
            elif said:
                draft = material_of(connection, fields["proposal_id"], revision=fields["revision"]).draft
                if checked_choices(said, draft) != said:
                    yield f"entry {entry.seq}: its choices do not fit the actions that were approved"
        except ApprovalError as error:
            if "redacted" not in error.problem:
                yield f"entry {entry.seq}: {error.problem} {error.found}"
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield f"entry {entry.seq}: its choices cannot be read: {error!r}"
