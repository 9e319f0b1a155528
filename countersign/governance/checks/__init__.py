"""Policy checks, one file each; a new file with a `check` function is found by itself.

`check(rendered, policy)` yields one CheckResult a breach; a check that yields none has passed.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache

from countersign.core.contracts import CheckResult
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered

Check = Callable[[Rendered, Policy], Iterable[CheckResult]]


@cache
def find_checks() -> dict[str, Check]:
    """Every check of this folder by its file's name, in order of name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").check for name in names}


def run_checks(rendered: Rendered, *, policy: Policy) -> tuple[CheckResult, ...]:
    """Run every check: what it objected to, or one `pass` from each that objected to nothing."""
    results: list[CheckResult] = []
    for name, check in find_checks().items():
        found = list(check(rendered, policy))
        passed = CheckResult(check=name, verdict="pass", policy_version=policy.version)
        results.extend(found or [passed])
    return tuple(results)


def is_blocked(results: Iterable[CheckResult]) -> bool:
    """Whether any check blocks: the draft cannot be approved until somebody edits it."""
    return any(result.verdict == "block" for result in results)
