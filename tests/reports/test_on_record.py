"""Figures that people put on record: where they stand is shown, and none is passed off as a query."""

from datetime import date
from decimal import Decimal

import pytest

from countersign.core.contracts import (
    Agreed,
    Cell,
    Column,
    Derived,
    Draft,
    Elapsed,
    Fact,
    Fitted,
    ModelCall,
    Prose,
    Row,
    Table,
    Window,
)
from countersign.reports.figures import write_figure
from countersign.reports.grounding import find_ungrounded
from countersign.reports.html import render_html
from countersign.reports.markdown import render_markdown
from countersign.reports.wording import describe_proof

ENTRY = "a" * 64
DAYS = Fact(
    id="f-days", metric="selection_to_execution_days", title="Days of pilots", value=28, unit="days",
    window=Window(start=date(2026, 6, 1), end=date(2026, 6, 30)),
    definition=Elapsed(entries=(ENTRY,), start=date(2026, 6, 1), end=date(2026, 6, 29)),
    columns=("ledger.pilot_recorded",), snapshot_id="s-1",
)  # fmt: skip
TARGET = Fact(
    id="f-target", metric="leads_target", title="What was agreed", value=Decimal("420"), unit="count",
    definition=Agreed(file="config/scorecard.yaml", key="kpis.leads.target", value=Decimal("420")),
    columns=("config/scorecard.yaml.kpis",), snapshot_id="s-1",
)  # fmt: skip


@pytest.fixture
def draft():
    table = Table(
        row_label="Pilot",
        columns=(Column(label="To execution"),),
        rows=(Row(name="{{name:pilot}}", note="Owner: {{name:owner}}", cells=(Cell(value="days"),)),),
    )
    return Draft(
        agent="scorecard", agent_version="1", kind="scorecard", title="What was agreed",
        period=DAYS.window, compared_with=None,
        blocks=(Prose(text="The target is {{fact:target}}."), table),
        facts=(DAYS, TARGET), bindings={"days": DAYS.id, "target": TARGET.id},
        names={"pilot": "Reply drafts", "owner": "Mara <Lindt>"}, periods={}, datasets=(), snapshot_id="s-1",
        model_call=ModelCall(provider="none", model="none", prompt_hash=""),
    )  # fmt: skip


def test_the_evidence_says_in_which_entry_and_which_file_a_figure_stands(draft):
    page = render_html(draft, company="Acme")
    assert "On record: 2026-06-01 to 2026-06-29, ledger entry aaaaaaaaaaaa." in page
    assert "On record: kpis.leads.target in config/scorecard.yaml." in page
    assert (
        "Every figure was matched to a query, an entry of the ledger or what was agreed on file (2 of 2)."
        in page
    )


@pytest.mark.parametrize(("agreed", "written"), [("420", "€420"), ("420.50", "€420.50")])
def test_an_amount_is_written_as_it_was_agreed(agreed, written):
    value = Decimal(agreed)
    definition = TARGET.definition.model_copy(update={"value": value})
    changes = {"value": value, "unit": "currency", "currency": "EUR", "definition": definition}
    assert write_figure(TARGET.model_copy(update=changes)) == written


def test_a_page_without_such_figures_still_says_that_all_are_queries(draft):
    no_figures = draft.model_copy(update={"blocks": (Prose(text="Nothing."),), "bindings": {}, "facts": ()})
    assert "what was agreed on file" not in render_html(no_figures, company="Acme")


def test_the_small_line_of_a_row_stands_under_its_name_and_is_escaped(draft):
    page = render_html(draft, company="Acme")
    assert 'Reply drafts<span class="sub2 muted">Owner: Mara &lt;Lindt&gt;</span>' in page
    assert "| Reply drafts, Owner: Mara \\<Lindt\\> | 28 days" in render_markdown(draft)


def test_a_figure_in_the_small_line_of_a_row_is_checked_like_any_other(draft):
    table = draft.blocks[1]
    row = table.rows[0].model_copy(update={"note": "Owner of 3 pilots"})
    false = draft.model_copy(update={"blocks": (table.model_copy(update={"rows": (row,)}),)})
    assert [problem.span for problem in find_ungrounded(false)] == ["3"]


def test_days_that_no_entry_holds_are_not_shown(draft):
    unproved = DAYS.model_copy(update={"definition": DAYS.definition.model_copy(update={"entries": ()})})
    made = draft.model_copy(update={"facts": (unproved, TARGET)})
    assert any("no entry of the ledger" in problem.reason for problem in find_ungrounded(made))


def test_it_says_that_no_model_worded_it_and_no_agent_drafted_it(draft):
    page = render_html(draft, company="Acme")
    assert "Its wording is fixed; no model was asked." in page
    assert "agent, version" not in page


def test_a_page_says_that_a_model_stands_behind_figures_that_were_worked_out_from_one(draft):
    fitted = TARGET.model_copy(
        update={"id": "f-fit", "definition": Fitted(function="budget_advice", version=2, arguments={})}
    )
    half = TARGET.model_copy(
        update={
            "id": "f-half",
            "definition": Derived(function="share", version=1, inputs=(fitted.id, fitted.id), arguments={}),
        }
    )
    page = draft.model_copy(update={"facts": (fitted, half), "bindings": {"target": half.id}})
    assert describe_proof(page, figures=1) == (
        "Every figure was matched to a query or a model fitted to the snapshot (1 of 1)."
    )
