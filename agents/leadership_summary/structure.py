"""The parts of a summary that no writer chooses: the small table, what is proposed, what is not known."""

from collections.abc import Collection

from agents.language import capitalised, paragraph
from agents.leadership_summary.page import RECOMMENDATION, REPORT, Page, plainly
from agents.sentences import noun
from agents.sheet import Moved
from agents.targets import find_target, read_targets, small_line
from countersign.analytics.records import Movement
from countersign.core.contracts import Action, Block, Cell, Column, Heading, Prose, Row, Table

_ROWS = {
    "spend": "What we spent",
    "leads": "Leads that came in",
    "cost_per_lead": "What each lead cost",
    "revenue": "Sales won",
    "pipeline": "Value of new sales opportunities",
}
_AIMED_ROWS = {**_ROWS, "cost_per_accepted_lead": "What each lead that sales accepts cost"}
_MOST_ROWS, _MOST_GAPS = 3, 4
MISSING = {
    REPORT: "What the report of this week says. Its agent could not write it; this page is made without it.",
    RECOMMENDATION: "What we propose this week. The agent that recommends could not write;"
    " nothing is proposed here and nothing changes.",
}
NO_SPEND = "What this means in money. No source says what was spent."


def build_table(page: Page) -> Table | None:
    """The company's few figures beside those of the week before; None when no week can be told.

    A figure that a goal sets a target for stands there too, with its target.
    """
    analysis = page.story.analysis
    if analysis.week is None or analysis.prior_week is None:
        return None
    known = [(name, figure) for metric, name in _ROWS.items() if (figure := _figure(page, metric))]
    moved = known[:_MOST_ROWS]
    moved += _aimed(page, told={figure.movement.metric for _, figure in moved})
    if not moved:
        return None
    week, before = (
        page.story.sheet.period(window, alias)
        for window, alias in ((analysis.week, "week"), (analysis.prior_week, "week_before"))
    )
    return Table(
        row_label="In short",
        columns=(Column(label=week), Column(label=before), Column(label="Change")),
        rows=tuple(_row(page, name, figure) for name, figure in moved),
    )


def _aimed(page: Page, *, told: Collection[str]) -> list[tuple[str, Moved]]:
    """The figures that a goal sets a target for, where the table does not have them yet."""
    return [
        (_AIMED_ROWS.get(target.metric) or capitalised(plainly(noun(target.metric))), target.moved)
        for target in read_targets(page.story)
        if target.metric not in told and page.shown(target.moved.movement.now)
    ]


def _figure(page: Page, metric: str) -> Moved | None:
    figure = page.story.kpi(metric)
    if figure is None or figure.movement.week != page.story.analysis.week:
        return None
    return figure if page.shown(figure.movement.now) else None


def _row(page: Page, name: str, figure: Moved) -> Row:
    cells = [Cell(value=figure.now)]
    for alias, fact_id in ((figure.prior, figure.movement.prior), (figure.change, figure.movement.change)):
        known = page.shown(fact_id)
        cells.append(Cell(value=alias if known else None, missing="" if known else "Not known"))
    return Row(name=name, cells=tuple(cells), note=_row_note(page, figure.movement))


def _row_note(page: Page, movement: Movement) -> str:
    """The target of a figure; and where it is of earlier leads than the columns say, of which."""
    if find_target(page.story, movement.metric) is None:
        return ""
    said = small_line(page.story, movement, beside=" and of the week before that")
    return said if page.tellable(said) else ""


def build_proposals(page: Page) -> list[Block]:
    """What is proposed, who would do it, and whose word it waits for."""
    fed = page.fed.get(RECOMMENDATION)
    if fed is None:
        return []
    if not fed.actions:
        said = page.carried(RECOMMENDATION, fed.draft.title)
        return [Heading(anchor="proposals", text="What we propose"), Prose(text=paragraph(said))]
    approver = page.story.sheet.name(fed.approver, kind="approver")
    blocks: list[Block] = [Heading(anchor="proposals", text="What we propose, and who decides")]
    for action in fed.actions:
        blocks += _proposal(page, action)
    waits = f"{approver} decides; until then, and without an answer, nothing changes"
    return [*blocks, Prose(text=paragraph(waits))]


def _proposal(page: Page, action: Action) -> list[Block]:
    # Whoever only owns the goal is named without saying so: the recommendation does.
    owner = page.carried(RECOMMENDATION, action.owner.partition(",")[0])
    title = page.carried(RECOMMENDATION, action.title)
    if not title:
        return [Prose(text="A proposal rests on figures that this page may not show: open it to read it.")]
    blocks: list[Block] = [Prose(text=paragraph(f"{title} ({owner})"))]
    effect = page.carried(RECOMMENDATION, action.effect)
    if action.effect_label == "inferred" and action.choice in ("stop", "scale") and effect:
        blocks.append(Prose(text=effect, label="inferred"))
    return blocks


def build_gaps(page: Page) -> list[Block]:
    """What neither draft knows, the report's gaps first; above all that one of them is missing."""
    gaps = [page.carried(agent, text) for agent, fed in page.fed.items() for text in fed.not_known]
    if page.story.kpi("spend") is None:
        gaps.insert(0, NO_SPEND)
    if open_effects := _open_effects(page):
        gaps.insert(1, open_effects)
    missing = [said for agent, said in MISSING.items() if agent not in page.fed]
    told = [text for text in dict.fromkeys([*missing, *gaps]) if text][:_MOST_GAPS]
    if not told:
        return []
    lines = [Prose(text=text, label="not_known") for text in told]
    return [Heading(anchor="gaps", text="What we do not know"), *lines]


def _open_effects(page: Page) -> str:
    actions = page.fed[RECOMMENDATION].actions if RECOMMENDATION in page.fed else ()
    unknown = [action for action in actions if action.effect_label == "not_known"]
    if not unknown:
        return ""
    return f"What {'these' if len(unknown) == len(actions) else 'the other'} proposals would bring."
