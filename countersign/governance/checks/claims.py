"""A comparison or a superlative needs a measured fact in its own sentence, or a proof on record.

Accepted proof: campaign data, CRM reports and platform reports are the facts themselves; customer research,
case studies and trusted studies are records in config/brand.yaml that carry a claim word for word.
"""

import re
from collections.abc import Iterator

from countersign.core.contracts import CheckResult, Draft
from countersign.governance.checks.brand import phrase_pattern
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered, Rule
from countersign.reports.assertions import find_false_claims

_COMPARATIVE = Rule("claims.comparative", default="block")
_SUPERLATIVE = Rule("claims.superlative", default="block")
_RETURN = Rule("claims.return", default="block")
_CERTAINTY = Rule("claims.certainty", default="block")
_FALSE = Rule("claims.false", default="block")
_CITED = re.compile(r"\{\{fact:([^}|]+)")
# Tables that say how good the data are, not how the marketing does.
_NO_PROOF = ("data_trust",)
_COMPARATIVES = (
    "better than",
    "better",
    "worse",
    "cheaper",
    "faster",
    "slower",
    "stronger",
    "weaker",
    "higher ROI",
    "higher return",
    "more efficient",
    "more effective",
    "outperforms",
    "outperformed",
)
_SUPERLATIVES = (
    "best",
    "worst",
    "cheapest",
    "fastest",
    "leading",
    "unrivalled",
    "unmatched",
    "most effective",
)
_RETURNS = ("ROI", "ROAS", "return on investment", "return on ad spend", "pays for itself", "paid for itself")
_CERTAINTIES = ("guaranteed", "guarantees", "will definitely", "proven to", "risk-free", "always works")


def check(rendered: Rendered, policy: Policy) -> Iterator[CheckResult]:
    """Flag or block each sentence that claims more than a fact beside it shows."""
    comparatives = (*_COMPARATIVES, *policy.brand.comparatives)
    for problem in find_false_claims(rendered.draft):
        yield from _FALSE.broken(policy, reason=f"{problem.reason} ({problem.where})", span=problem.span)
    for spot in rendered.sentences():
        # Certainty about what is to come has no fact that could prove it.
        if word := _first(spot.text, _CERTAINTIES):
            reason = f"{word!r} promises what no record can prove ({spot.where})"
            yield from _CERTAINTY.broken(policy, reason=reason, span=spot.text)
        if _cites_proof(spot.text, rendered.draft) or _is_on_record(spot.text, rendered.draft, policy):
            continue
        if word := _first(spot.text, comparatives):
            reason = f"{word!r} compares without a fact in the same sentence ({spot.where})"
            yield from _COMPARATIVE.broken(policy, reason=reason, span=spot.text)
        if word := _first(spot.text, _SUPERLATIVES):
            reason = f"{word!r} claims a rank without a fact in the same sentence ({spot.where})"
            yield from _SUPERLATIVE.broken(policy, reason=reason, span=spot.text)
        if word := _first(spot.text, _RETURNS):
            reason = f"{word!r} speaks of a return without a fact in the same sentence ({spot.where})"
            yield from _RETURN.broken(policy, reason=reason, span=spot.text)


def _cites_proof(sentence: str, draft: Draft) -> bool:
    """Whether a sentence holds a figure read from campaign, CRM or platform data."""
    facts = {fact.id: fact for fact in draft.facts}
    cited = (facts.get(draft.bindings.get(alias, "")) for alias in _CITED.findall(sentence))
    return any(
        fact is not None and any(column.split(".")[0] not in _NO_PROOF for column in fact.columns)
        for fact in cited
    )


def _is_on_record(sentence: str, draft: Draft, policy: Policy) -> bool:
    """Whether a sentence is a claim with a proof that holds at the end of the draft's period."""
    day = draft.period.end if draft.period else None
    said = _plainly(sentence)
    return any(
        said == _plainly(proof.claim)
        and (day is None or proof.valid_until is None or day <= proof.valid_until)
        for proof in policy.brand.proofs
    )


def _plainly(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()


def _first(sentence: str, phrases: tuple[str, ...]) -> str:
    return next((phrase for phrase in phrases if phrase_pattern(phrase).search(sentence)), "")
