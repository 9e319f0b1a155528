"""Serious findings that a wording leaves out: told by code, in plain lines, so that none is ever lost."""

from agents.language import paragraph
from agents.sentences import bind, noun, place_of, say, were
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Action, Block, Draft, Finding, Heading, Prose
from countersign.reports.omissions import untold_findings

HEADING = "Also serious"


def tell_untold(story: Story, draft: Draft, *, heading: str = HEADING) -> tuple[Block, ...]:
    """A section with a line for each finding of severity act that the draft does not cite; empty if none."""
    lines = [text for finding in untold_findings(draft) if (text := tell_plainly(story, finding))]
    if not lines:
        return ()
    told = [Prose(text=text, label="measured") for text in dict.fromkeys(lines)]
    return (Heading(anchor="also-serious", text=heading), *told)


def tell_plainly(story: Story, finding: Finding) -> str:
    """A finding in one sentence, from whatever figures it has."""
    if said := say(story, finding):
        return paragraph(said)
    place = place_of(story, finding)
    where = f" in {place}" if place else ""
    figures = {role: alias for role in finding.facts if (alias := bind(story, finding, role))}
    if "now" in figures and "prior" in figures:
        levels = f"{noun(finding.metric)}{where} {were(finding.metric)} {cite(figures['now'])}"
        return paragraph(f"{levels}, against {cite(figures['prior'])} before")
    listed = ", ".join(f"{role.replace('_', ' ')} {cite(alias)}" for role, alias in figures.items())
    return paragraph(f"{noun(finding.metric)}{where} needs someone: {listed}") if listed else ""


def with_untold(draft: Draft, blocks: tuple[Block, ...]) -> Draft:
    """A draft with a section put behind its claims or actions, before what is not known."""
    own = draft.blocks
    if not blocks:
        return draft
    ends = [
        number + 1
        for number, block in enumerate(own)
        if isinstance(block, Action) or (isinstance(block, Prose) and block.label in ("measured", "inferred"))
    ]
    at = ends[-1] if ends else 1
    return draft.model_copy(update={"blocks": (*own[:at], *blocks, *own[at:])})
