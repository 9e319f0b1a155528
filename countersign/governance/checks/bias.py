"""Words that single people out, from a short list and config/brand.yaml: a person should look."""

from collections.abc import Iterator

from countersign.core.contracts import CheckResult
from countersign.governance.checks.brand import around, phrase_pattern
from countersign.governance.policy import Phrase, Policy
from countersign.governance.rendered import Rendered, Rule

_TERM = Rule("bias.term", default="flag")
_TERMS = {
    "manpower": "say people or staff",
    "chairman": "say chair",
    "salesman": "say salesperson",
    "salesmen": "say salespeople",
    "housewives": "name the need, not the person",
    "the elderly": "say older people, if age matters at all",
    "digital natives": "an age, not a skill",
    "third world": "name the countries",
    "blacklist": "say blocklist",
    "whitelist": "say allowlist",
    "crazy": "says nothing and hurts some",
    "the disabled": "say disabled people",
}


def check(rendered: Rendered, policy: Policy) -> Iterator[CheckResult]:
    """Flag each listed term found in what people would read."""
    text = " ".join(rendered.visible_text.split())
    ours = (Phrase(phrase=phrase, reason=reason) for phrase, reason in _TERMS.items())
    for listed in (*ours, *policy.brand.biased_terms):
        if found := phrase_pattern(listed.phrase).search(text):
            reason = f"{listed.phrase!r} may read as biased: {listed.reason or 'see config/brand.yaml'}"
            yield from _TERM.broken(policy, reason=reason, span=around(text, found))
