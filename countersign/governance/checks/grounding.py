"""Every number and name in the prose is a token bound to a fact; the rest fails closed."""

from collections.abc import Iterator

from countersign.core.contracts import CheckResult
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered, Rule
from countersign.reports.grounding import find_ungrounded

_UNGROUNDED = Rule("grounding.ungrounded", default="block")


def check(rendered: Rendered, policy: Policy) -> Iterator[CheckResult]:
    """Block each number or name that no fact and no person stands behind."""
    for problem in find_ungrounded(rendered.draft):
        reason = f"{problem.reason} ({problem.where})"
        yield from _UNGROUNDED.broken(policy, reason=reason, span=problem.span)
