"""What a draft leaves out: a finding that needs someone, or the evidence against its own recommendation."""

from collections.abc import Iterator

from countersign.core.contracts import Action, Derived, Draft, Finding, Prose
from countersign.reports.consistency import Problem
from countersign.reports.figures import DraftError
from countersign.reports.outline import read_strings
from countersign.reports.token_syntax import Token, parse

# A split by factor or campaign tells the finding that it splits once more.
_COMPANIONS = (":factors", ":campaigns")
# What speaks against stopping a place, and against giving it more.
_AGAINST = {
    "stop": ("opportunity",),
    "scale": ("waste", "quality", "slow_follow_up", "drop_off"),
}


def find_omissions(draft: Draft) -> list[Problem]:
    """Findings of severity act that no prose tells, and actions without what speaks against them.

    A finding is told where prose cites one of its own figures, or one worked out from them alone.
    """
    problems = [
        Problem("draft", finding.key, "a finding that needs someone is left out")
        for finding in untold_findings(draft)
    ]
    for number, block in enumerate(draft.blocks):
        if isinstance(block, Action):
            problems += _one_sided(block, draft, where=f"blocks[{number}].against")
    return problems + list(_repeated(draft))


def untold_findings(draft: Draft) -> list[Finding]:
    """The findings of severity act that no sentence of the draft cites."""
    cited = {draft.bindings[alias] for spot in read_strings(draft) for alias in _cited(spot.text, draft)}
    return [
        finding
        for finding in draft.findings
        if finding.severity == "act"
        and not finding.key.endswith(_COMPANIONS)
        and not cited & _own_facts(finding, draft)
    ]


def _own_facts(finding: Finding, draft: Draft) -> set[str]:
    own = {*finding.facts.values(), *(part.fact for part in finding.parts)}
    worked_out = {
        fact.id
        for fact in draft.facts
        if isinstance(fact.definition, Derived)
        and fact.definition.inputs
        and own >= {*fact.definition.inputs}
    }
    return own | worked_out


def _one_sided(action: Action, draft: Draft, *, where: str) -> Iterator[Problem]:
    if not action.against.strip():
        yield Problem(where, action.title[:80], "a recommendation without the evidence against it")
    acted_on = {draft.names[alias].casefold() for alias in _names(action.title) if alias in draft.names}
    cited = {
        draft.bindings[alias]
        for text in (action.why, action.effect, action.against)
        for alias in _cited(text, draft)
    }
    for finding in draft.findings:
        places = {place.replace("_", " ").casefold() for place in finding.place.values()}
        speaks_against = finding.kind in _AGAINST.get(action.choice, ()) and finding.severity != "watch"
        if speaks_against and places & acted_on and not cited & _own_facts(finding, draft):
            yield Problem(
                where, finding.key, "a finding on the same place speaks against this and is left out"
            )


def _repeated(draft: Draft) -> Iterator[Problem]:
    """A line that stands there twice takes the place of one that is missing."""
    seen: set[str] = set()
    for number, block in enumerate(draft.blocks):
        if isinstance(block, Prose) and block.label is not None:
            if block.text in seen:
                yield Problem(f"blocks[{number}].text", block.text[:80], "the same line stands there twice")
            seen.add(block.text)


def _cited(text: str, draft: Draft) -> list[str]:
    return [token.alias for token in _tokens(text) if token.kind == "fact" and token.alias in draft.bindings]


def _names(text: str) -> list[str]:
    return [token.alias for token in _tokens(text) if token.kind == "name"]


def _tokens(text: str) -> list[Token]:
    try:
        return [piece for piece in parse(text) if isinstance(piece, Token)]
    except DraftError:
        return []  # find_ungrounded reports it
