"""Sources whose leads end clearly otherwise than all: learn from the good, look into the poor."""

from agents.language import capitalised, listed
from agents.recommendation.option import ACCEPTANCE_GOALS, NO_COST, NOT_KNOWN, Option
from agents.recommendation.wording import ActionWords
from agents.reporting.undated import BECAME
from agents.sentences import bind, place_of
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Finding

# Below this many leads a share still moves a lot with every further lead, and the action says so.
_FEW_LEADS = 100
_MOST_PLACES = 2


def build_source_options(story: Story) -> list[Option]:
    """One action for the sources above the average and one for those below, the weightier first."""
    groups = {note: story.apart(note)[:_MOST_PLACES] for note in ("above", "below")}
    order = [finding.note for finding in story.apart()]
    notes = sorted((note for note in groups if groups[note]), key=order.index)
    return [_build(story, groups[note], is_good=note == "above") for note in notes]


def _build(story: Story, findings: list[Finding], *, is_good: bool) -> Option:
    places = listed([place_of(story, finding) for finding in findings])
    title = (
        f"learn what makes leads from {places} convert, and whether there are more like them"
        if is_good
        else f"find out why leads from {places} convert so rarely"
    )
    return Option(
        key=f"sources:{'above' if is_good else 'below'}",
        short=f"learn from leads from {places}" if is_good else f"find out what {places} lack",
        noun=f"the look at {places}",
        words=ActionWords(
            title=capitalised(title),
            why=_why(story, findings),
            effect=NOT_KNOWN,
            against=_against(story, findings, is_good=is_good),
        ),
        choice="test" if is_good else "fix",
        effort="medium",
        confidence="low",
        undo="Nothing to undo until something is changed.",
        cost=NO_COST,
        goal_metrics=("conversion_rate", *ACCEPTANCE_GOALS),
        is_known_effect=False,
        moves_money=False,
        judge_after_days=28,
        finding=findings[0],
    )


def _why(story: Story, findings: list[Finding]) -> str:
    rows = story.analysis.cross_section
    became = BECAME.get(rows[0].outcome, "converted") if rows else "converted"
    told = [
        f"{cite(bind(story, item, 'count') or '')} of {cite(bind(story, item, 'leads') or '')} leads from"
        f" {place_of(story, item)} {became} ({cite(bind(story, item, 'now') or '')})"
        for item in findings
    ]
    return f"{listed(told)}; of all leads, {cite(bind(story, findings[0], 'all') or '')} did."


def _against(story: Story, findings: list[Finding], *, is_good: bool) -> str:
    said = (
        "People who come this way may have decided before they came, and there may be few more of them."
        if is_good
        else "These may be earlier in their choice than others, or simply newer: a young lead counts as not"
        " converted here."
    )
    few = [item for item in findings if float(story.sheet.value(item.facts["leads"]) or 0) < _FEW_LEADS]
    small = [
        f"{place_of(story, item)} has only {cite(bind(story, item, 'leads') or '')} leads, so its share may"
        " still move a lot"
        for item in few
    ]
    return f"{said} {capitalised(listed(small))}." if small else said
