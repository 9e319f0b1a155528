"""What the brand never says: banned claims and phrases of config/brand.yaml, however disguised."""

import re
from collections.abc import Iterator

from countersign.core.contracts import CheckResult
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered, Rule
from countersign.reports.disguise import unmask

_NEVER_SAY = Rule("brand.never_say", default="block")


def check(rendered: Rendered, policy: Policy) -> Iterator[CheckResult]:
    """Block each listed phrase found in what people would read, once a phrase."""
    text = " ".join(unmask(rendered.visible_text).split())
    for listed in policy.brand.never_say:
        if found := phrase_pattern(listed.phrase).search(text):
            reason = f"The brand never says {listed.phrase!r}. {listed.reason}".strip()
            yield from _NEVER_SAY.broken(policy, reason=reason, span=around(text, found))


def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """Finds a phrase as whole words, in any case, with anything but letters between its words."""
    words = [re.escape(word) for word in unmask(phrase).split()]
    return re.compile(r"(?<!\w)" + r"[\W_]+".join(words) + r"(?!\w)", re.IGNORECASE)


def around(text: str, found: re.Match[str]) -> str:
    """A match with some words on either side."""
    return text[max(0, found.start() - 40) : found.end() + 40].strip()
