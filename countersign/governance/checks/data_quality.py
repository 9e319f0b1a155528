"""The quality of the data a draft was made from, as the gate recorded it."""

from collections.abc import Iterator

from countersign.core.contracts import CheckResult
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered, Rule

_FAILED = Rule("data_quality.failed", default="flag")
_NOT_CHECKED = Rule("data_quality.not_checked", default="flag")


def check(rendered: Rendered, policy: Policy) -> Iterator[CheckResult]:
    """Flag each table that failed its checks or was never checked."""
    for used in rendered.draft.datasets:
        if used.quality == "failed":
            reason = f"{used.table} was used although its newest batch failed checks: figures may be old"
            yield from _FAILED.broken(policy, reason=reason, span=used.table)
        if used.quality == "not_checked":
            reason = f"nobody checked the data behind {used.table}"
            yield from _NOT_CHECKED.broken(policy, reason=reason, span=used.table)
