"""Goals with a target: the report and the summary say on which side of it the week is, and for how long."""

import pytest

from agents.feeding import Fed
from agents.goals import Goal
from agents.leadership_summary.agent import write_summary
from agents.recommendation.agent import write_recommendation
from agents.reporting.agent import write_report
from countersign.core.contracts import Agreed, Kpis, Table
from countersign.reports.html import render_html
from countersign.reports.tokens import Filler

METRIC = "cost_per_accepted_lead"


@pytest.fixture
def aim(card):
    """A shipped card whose company has one active goal on a figure; None sets no target."""

    def aimed(name, *, metric=METRIC, target=None, active=True):
        asked = {"metric": metric, "target": target, "active": active}
        goal = Goal(key="cheaper", direction="down", owner="Mara", **asked)
        return card(name).model_copy(update={"goals": (goal,)})

    return aimed


@pytest.fixture
def report(aim, made_up):
    """Writes the report of a company that has a goal."""

    def write(opened, **goal):
        own = aim("reporting", **goal)
        return write_report(opened.analyse(), opened.snapshot, card=own, company=made_up.COMPANY, ask=None)

    return write


@pytest.fixture
def climbing(open_books, made_up):
    """Fourteen weeks of one channel whose accepted leads got dearer in each of the last matured weeks."""
    books = made_up.Books()
    for back in range(14):
        spend = 10_000 + 500 * (9 - back) if back < 7 else 10_000 + 100 * (back % 2)
        made = {"leads": 100, "accepted_leads": 40, "rejected_leads": 40}
        books.week(back, "Paid search", spend_reporting=spend, **made)
        books.week(back, "Direct", spend_reporting=0, **made)
    return open_books(books)


def lede_of(draft):
    return Filler(draft).plain(draft.blocks[0].text)


def notes_of(draft):
    (tiles,) = [block.tiles for block in draft.blocks if isinstance(block, Kpis)]
    return {tile.name: Filler(draft).plain(tile.note) for tile in tiles}


@pytest.mark.parametrize(("target", "side"), [(100, "above"), (9_000, "below")])
def test_the_tile_says_on_which_side_of_the_target_the_week_is(eventful, report, target, side):
    note = notes_of(report(eventful, target=target))["Cost per accepted lead"]

    assert note.endswith(f"{side} the target of €{target:,}")
    assert "all channels, leads of" in note


def test_the_opening_says_where_the_goal_stands_and_for_how_many_weeks_it_has_run(climbing, report):
    draft = report(climbing, target=150)

    said = next(line for line in lede_of(draft).split(". ") if "target" in line)
    weeks = next(fact.value for fact in draft.facts if fact.metric == f"{METRIC}_rises_in_a_row")
    assert said.startswith("A lead that sales accepts cost €")
    assert f"against a target of €150; it has risen {weeks} weeks in a row" in said
    assert weeks >= 3


def test_the_target_is_a_figure_agreed_on_file_with_its_own_evidence(eventful, report):
    draft = report(eventful, target=420)

    (fact,) = [fact for fact in draft.facts if isinstance(fact.definition, Agreed)]
    assert (fact.definition.file, fact.definition.key) == ("config/goals.yaml", "cheaper.target")
    assert (float(fact.value), fact.currency) == (420, "EUR")
    page = render_html(draft, company="Acme")
    assert "On record: cheaper.target in config/goals.yaml." in page
    assert "matched to a query or what was agreed on file" in page


@pytest.mark.parametrize("goal", [{}, {"target": 420, "active": False}, {"target": 420, "metric": "nps"}])
def test_without_an_active_target_on_a_known_figure_no_target_is_named(eventful, report, goal):
    draft = report(eventful, **goal)

    assert "target" not in lede_of(draft)
    assert not any("target" in note for note in notes_of(draft).values())
    assert not any(isinstance(fact.definition, Agreed) for fact in draft.facts)


def test_a_figure_that_a_goal_aims_at_has_a_tile_even_where_others_come_first(eventful, report):
    assert "Revenue" in " ".join(notes_of(report(eventful, metric="revenue", target=90_000)))
    assert "Revenue" not in " ".join(notes_of(report(eventful, metric="revenue")))


@pytest.mark.parametrize("target", [None, 100])
def test_the_summary_has_the_goal_as_a_row_with_its_target(eventful, aim, made_up, target):
    analysis, shot, company = eventful.analyse(), eventful.snapshot, made_up.COMPANY
    drafts = [
        write(analysis, shot, card=aim(name, target=target), company=company, ask=None)
        for name, write in (("reporting", write_report), ("recommendation", write_recommendation))
    ]
    fed = tuple(Fed(draft, approver="Head of marketing") for draft in drafts)
    card = aim("leadership_summary", target=target).model_copy(update={"fed": fed})
    draft = write_summary(analysis, shot, card=card, company=company, ask=None)

    (table,) = [block for block in draft.blocks if isinstance(block, Table)]
    rows = {row.name: Filler(draft).plain(row.note) for row in table.rows}
    name = "What each lead that sales accepts cost"
    assert (name in rows) is (target is not None)
    if target:
        assert "and of the week before that; above the target of €100" in rows[name]
