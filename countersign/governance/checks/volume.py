"""More drafts waiting than people will read is itself a risk: the next one is held back."""

from collections.abc import Iterator

from countersign.core.contracts import CheckResult
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered, Rule

WAITING = "volume.waiting"
_TOO_MANY = Rule("volume.waiting", default="block")


def check(rendered: Rendered, policy: Policy) -> Iterator[CheckResult]:
    """Block a draft whose agent already has as many waiting for approval as the policy allows."""
    if rendered.waiting >= policy.policies.max_waiting_per_agent:
        reason = (
            f"{rendered.waiting} drafts of {rendered.draft.agent} already wait; "
            f"the policy allows {policy.policies.max_waiting_per_agent}: decide on one, then check this again"
        )
        yield from _TOO_MANY.broken(policy, reason=reason)
