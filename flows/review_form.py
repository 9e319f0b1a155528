"""The form an approver sees on a paused run: a code, a decision, the draft above them.

A plain record without Prefect, because the reconciler creates paused runs over HTTP.
"""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, Field, create_model

from countersign.core.choices import AS_PROPOSED, Chosen
from countersign.core.contracts import DecisionVerdict, Draft, Proposal
from countersign.governance.choosing import actions_of
from countersign.reports.tokens import fill_plain

Form = TypeVar("Form", bound=BaseModel)

CONFIRMATION = (
    "I looked at the draft and checked its source data. It is accurate, useful, on brand and tied to a real "
    "customer need; what it claims is proved, and it creates no risk that I know of."
)


class ApprovalForm(BaseModel):
    """What a person answers: a code that only they can have, and what they decide."""

    approval_code: str = Field(
        "",
        title="Approval code",
        description="Single use, bound to you and to exactly this draft.",
        max_length=64,
    )
    decision: DecisionVerdict = Field("approve", title="Decision")
    confirm: bool = Field(False, title="To approve, confirm", description=CONFIRMATION)
    reason: str = Field("", title="Reason", description="Needed to reject or send back.", max_length=2000)
    note: str = Field(
        "",
        title="Note",
        description="What it means, and what you chose to do next; published with what you approve.",
        max_length=2000,
    )


def form_for(base: type[Form], draft: Draft) -> type[Form]:
    """The form with one field for each action of a draft: as proposed, another way, or left as it is."""
    fields: dict[str, Any] = {
        _field(number): (
            Chosen,
            Field(
                AS_PROPOSED,
                title=f"Action {number}: {fill_plain(action.title, draft)}",
                description=f"Proposed: {action.choice}. Choose otherwise, or leave it as it is.",
            ),
        )
        for number, action in enumerate(actions_of(draft), start=1)
    }
    return create_model(base.__name__, __base__=base, __module__=base.__module__, **fields)


def choices_in(answer: BaseModel, draft: Draft) -> dict[int, Chosen]:
    """What a filled form chooses, by number of the action; a field left alone says nothing."""
    numbers = range(1, len(actions_of(draft)) + 1)
    said = {number: getattr(answer, _field(number), AS_PROPOSED) for number in numbers}
    return {number: chosen for number, chosen in said.items() if chosen != AS_PROPOSED}


def _field(number: int) -> str:
    return f"action_{number}"


def pause_key(proposal: Proposal, *, attempt: int) -> str:
    """The key of one pause. A used key would give the old answer again, so attempts are counted.

    The ledger counts them, because Prefect's own counter starts again in every process.
    """
    return f"{proposal.digest[:24]}-{attempt}"


def describe(proposal: Proposal, markdown: str, *, workspace: str, refusal: str = "") -> str:
    """What the approver reads above the field, as Markdown.

    Args:
        proposal: what waits.
        markdown: the draft, the very text that would be published.
        workspace: named in the commands.
        refusal: why the last answer did not publish, shown first.
    """
    lines = [f"**Not published:** {refusal}\n"] if refusal else []
    lines += [
        f"**{proposal.title}**\n",
        f"Proposal `{proposal.id}`, digest `{proposal.digest[:12]}`. Decide by "
        f"{proposal.expires_at:%d %b %Y, %H:%M} UTC; if nobody does, nothing changes and nothing is sent.\n",
        "To decide here, get your own single-use code and type it below:\n",
        f"    countersign review code {proposal.id} --workspace {workspace}\n",
        "Or decide on the command line, which closes this run:\n",
        f"    countersign review show {proposal.id} --open --workspace {workspace}",
        f"    countersign review approve {proposal.id} --workspace {workspace}",
        f'    countersign review reject {proposal.id} --reason "..." --workspace {workspace}\n',
        "---\n",
        markdown,
    ]
    return "\n".join(lines)


def form_schema(draft: Draft) -> str:
    """The JSON schema of a draft's form, as Prefect stores it for a run that waits."""
    return encode_input(form_for(ApprovalForm, draft).model_json_schema())


def encode_input(value: object) -> str:
    """A value as Prefect stores run inputs."""
    return json.dumps(value)
