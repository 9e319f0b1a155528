"""The form an approver sees on a paused run: a code, a decision, the draft above them.

A plain record without Prefect, because the reconciler creates paused runs over HTTP.
"""

import json

from pydantic import BaseModel, Field

from countersign.core.contracts import DecisionVerdict, Proposal

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


def form_schema() -> str:
    """The form's JSON schema, as Prefect stores it for a run that waits."""
    return encode_input(ApprovalForm.model_json_schema())


def encode_input(value: object) -> str:
    """A value as Prefect stores run inputs."""
    return json.dumps(value)
