"""Words that only fill space: a draft says something or leaves it out."""

import re
from collections.abc import Iterator

from countersign.core.contracts import CheckResult
from countersign.governance.checks.brand import around
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered, Rule
from countersign.reports.disguise import unmask

_FILLER = Rule("filler.phrase", default="block")
_PHRASES = re.compile(
    r"\b(actionable insights?|leverag\w+|AI-powered|delv(?:e|es|ing)|synerg\w+|(?:it is )?worth noting"
    r"|unlock(?:s|ing)? (?:growth|value|potential)|in today's|holistic|game.?chang\w+|cutting.edge"
    r"|seamless\w*|best.in.class|data.driven excellence|mov(?:e|es|ing) the needle|needless to say"
    r"|at the end of the day)\b",
    re.IGNORECASE,
)


def check(rendered: Rendered, policy: Policy) -> Iterator[CheckResult]:
    """Block each sentence that holds a phrase of filler."""
    for spot in rendered.sentences():
        if found := _PHRASES.search(unmask(spot.text)):
            reason = f"{found.group()!r} fills space; say what was found or leave it out ({spot.where})"
            yield from _FILLER.broken(policy, reason=reason, span=around(unmask(spot.text), found))
