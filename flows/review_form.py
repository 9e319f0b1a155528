"""The form an approver sees on a paused run: one field, the draft above it, and how to decide.

Plain data without Prefect, because the reconciler creates paused runs over HTTP.
"""

import json

from countersign.core.contracts import Proposal

TITLE = "ApprovalForm"
FIELD = "approval_code"

# Equal to what Prefect derives from the ApprovalForm class; a test compares the two.
SCHEMA = {
    "additionalProperties": False,
    "properties": {
        FIELD: {
            "default": "",
            "description": "Single use, bound to you and to exactly this draft.",
            "position": 0,
            "title": "Approval code",
            "type": "string",
        }
    },
    "title": TITLE,
    "type": "object",
}


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
        "To approve here, get your own single-use code and type it below:\n",
        f"    countersign review code {proposal.id} --workspace {workspace}\n",
        "Or decide on the command line, which closes this run:\n",
        f"    countersign review show {proposal.id} --open --workspace {workspace}",
        f"    countersign review approve {proposal.id} --workspace {workspace}",
        f'    countersign review reject {proposal.id} --reason "..." --workspace {workspace}\n',
        "---\n",
        markdown,
    ]
    return "\n".join(lines)


def encode_input(value: object) -> str:
    """A value as Prefect stores run inputs."""
    return json.dumps(value)
