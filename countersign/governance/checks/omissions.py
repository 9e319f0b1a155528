"""A draft tells every finding that needs someone, and what speaks against its own recommendation."""

from collections.abc import Iterator

from countersign.core.contracts import CheckResult
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered, Rule
from countersign.reports.omissions import find_omissions

_LEFT_OUT = Rule("omissions.left_out", default="block")


def check(rendered: Rendered, policy: Policy) -> Iterator[CheckResult]:
    """Block a draft that leaves out what its reader would need to decide."""
    for problem in find_omissions(rendered.draft):
        reason = f"{problem.reason} ({problem.where})"
        yield from _LEFT_OUT.broken(policy, reason=reason, span=problem.span)
