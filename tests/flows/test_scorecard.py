"""The shared scorecard from a real snapshot: figures recompute, people approve it, and it is published."""

import json
from contextlib import closing
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from countersign.analytics.explain import recompute
from countersign.cli.app import app
from countersign.core.contracts import Agreed, Elapsed, Query, Table
from countersign.core.errors import ApprovalError, SettingsError
from countersign.core.snapshot import latest_snapshot, open_granted
from countersign.governance import audit, reviews
from countersign.governance.policy import QUESTIONS
from countersign.governance.publishing import publish_due
from countersign.reports.markdown import render_markdown
from flows.scorecard import draft_scorecard, propose_scorecard
from tests.flows.shared_company import GOALS, NOW, SharedCompany, kpi

RATE = kpi(
    "conversion_rate", direction="up", target=0.9,
    marketing={"owner": "mara", "goal": "pipeline"}, technology={"goal": "launched"},
)  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    made = SharedCompany(tmp_path_factory.mktemp("shared") / "company")
    made.record_two_pilots()
    return made


def _draft(company, *kpis, **more):
    company.agree(*kpis)
    return draft_scorecard(company.workspace, company.company, company.settings, **more)


def _page(draft):
    page = render_markdown(draft).partition("\n## Evidence\n")[0]
    return page.replace("\\", "").replace("\u00a0", " ")


def test_each_kpi_names_a_marketing_and_a_technology_owner(company):
    page = _page(_draft(company, kpi(), RATE))
    assert "Cost per accepted lead, Marketing: Ines Okafor · Technology: Viktor Hale" in page
    assert "Conversion rate, Marketing: Mara Lindt · Technology: Viktor Hale" in page


def test_every_figure_is_what_its_definition_gives_again(company):
    draft = _draft(company, kpi(), RATE)
    snapshot = latest_snapshot(company.workspace)
    facts = {fact.id: fact for fact in draft.facts}
    grants = {name: list(table.columns) for name, table in snapshot.tables.items()}
    with closing(open_granted(company.workspace, snapshot, grants=grants)) as connection:
        explained = [recompute(fact, facts, connection=connection) for fact in draft.facts]
    assert all(one.matches for one in explained)
    assert {Query, Elapsed, Agreed} <= {type(fact.definition) for fact in draft.facts}


def test_figures_are_of_whole_weeks_and_of_matured_ones_where_sales_still_changes_them(company):
    draft = _draft(company, kpi(), RATE)
    windows = {
        fact.metric: (fact.window.start, fact.window.end)
        for fact in draft.facts
        if isinstance(fact.definition, Query) and fact.window.end > date(2026, 10, 20)
    }
    assert windows["conversion_rate"] == (date(2026, 10, 19), date(2026, 11, 16))
    assert windows["cost_per_accepted_lead"] == (date(2026, 10, 5), date(2026, 11, 2))


def test_a_figure_equals_hand_written_sql(company):
    draft = _draft(company, RATE)
    now = next(
        fact.value for fact in draft.facts
        if fact.metric == "conversion_rate" and fact.window.end == date(2026, 11, 16)
    )  # fmt: skip
    snapshot = latest_snapshot(company.workspace)
    with closing(
        open_granted(company.workspace, snapshot, grants={"channel_day": ["report_day", "leads", "sessions"]})
    ) as connection:
        sql = (
            "select sum(leads) / sum(sessions) from marts.channel_day"
            " where report_day >= '2026-10-19' and report_day < '2026-11-16'"
        )
        assert float(now) == pytest.approx(connection.execute(sql).fetchone()[0])


def test_time_to_value_is_split_and_what_is_open_is_never_a_zero(company):
    page = _page(_draft(company, kpi()))
    assert "| Reply drafts, Owner: Mara Lindt" in page
    rows = {line.split(",")[0].strip("| "): line for line in page.splitlines() if line.startswith("| ")}
    assert [f"{days} days" in rows["Reply drafts"] for days in (28, 70, 63)] == [True] * 3
    assert "– not yet, 14 days" in rows["Page tests"]
    assert "– not yet, 42 days" in rows["Page tests"]
    assert " 0 days" not in page


def test_a_pilot_counts_from_its_selection_and_only_up_to_the_day_that_is_asked(company):
    page = _page(_draft(company, kpi(), as_of=date(2026, 7, 1)))
    assert "Page tests" not in page
    assert "– not yet, 2 days" in page
    assert "Leads are called" not in page


def test_conflicts_are_named_with_who_is_on_each_side(company):
    page = _page(_draft(company, kpi(technology={"priority": 3}), RATE))
    assert "is priority 1[" in page
    assert "for marketing (Ines Okafor) and priority 3" in page
    assert "“Conversion rate” serves “More pipeline” for marketing (Mara Lindt) and “The new site”" in page
    assert "“The new site”, the goal that Viktor Hale names for “Conversion rate”, is not active" in page
    assert "No conflict is on record" in _page(_draft(company, kpi()))


def test_a_name_that_is_also_a_word_of_ours_is_told_apart(company):
    company.record("word", name="Pilot", goal="cheaper", owner="mara", selected=date(2026, 11, 2))
    assert "| “Pilot”, Owner: Mara Lindt" in _page(_draft(company, kpi(name="Target")))


def test_a_kpi_against_a_goal_over_another_mart_is_the_same_number(company):
    goals = [*GOALS, {**GOALS[0], "key": "campaigns", "metric": "campaign_cost_per_lead", "direction": "up"}]
    company.write("goals", {"goals": goals})
    against = kpi("cost_per_lead", marketing={"goal": "campaigns"}, technology={"goal": "campaigns"})
    page = _page(_draft(company, against))
    company.write("goals", {"goals": GOALS})
    assert "the goal that Ines Okafor and Viktor Hale name, is for the same number to go up" in page


def test_a_missed_target_is_the_title_and_one_that_nobody_agreed_on_is_not_known(company):
    draft = _draft(company, RATE, kpi(target=None))
    page = _page(draft)
    assert "# Conversion rate has not reached its target" in page
    assert "**Not known:** Where Cost per accepted lead should get: no target was agreed." in page


def test_a_metric_that_has_no_weeks_or_needs_a_split_is_refused(company):
    for metric in ("brand_score", "cohort_spend"):
        with pytest.raises(SettingsError, match="kept by week in total"):
            _draft(company, kpi(metric))


def test_somebody_who_left_cannot_answer_for_a_kpi(company):
    with pytest.raises(SettingsError, match="'gone'"):
        _draft(company, kpi(technology={"owner": "gone"}))


def test_a_company_without_an_agreement_is_told_how_to_begin(company):
    company.agree(kpi())
    (company.workspace.config / "scorecard.yaml").unlink()
    with pytest.raises(SettingsError, match=r"no config/scorecard.yaml"):
        draft_scorecard(company.workspace, company.company, company.settings)


def test_it_is_published_only_after_two_people_have_approved_it(company):
    company.agree(kpi(), RATE)
    place = (company.workspace, company.company, company.settings)
    proposal = propose_scorecard(*place, at=NOW)
    assert (proposal.state, proposal.required_approvals, proposal.category) == ("pending", 2, "scorecard")
    assert propose_scorecard(*place, at=NOW + timedelta(hours=1)).id == proposal.id

    def approve(person):
        reviews.decide(
            company.ledger, company.workspace, proposal_id=proposal.id, digest=proposal.digest,
            person=company.sign_in(person), verdict="approve", answers=dict.fromkeys(QUESTIONS, "yes"),
            reason="", at=NOW + timedelta(minutes=5),
        )  # fmt: skip
        return publish_due(company.ledger, company.workspace, at=NOW + timedelta(minutes=6))

    with pytest.raises(ApprovalError):
        approve("mara")
    assert approve("viktor") == []
    (published,) = approve("ines")
    (folder,) = company.workspace.reports.iterdir()
    assert "Time to Value" in (folder / "report.md").read_text()
    assert published.proposal_id == proposal.id
    assert audit.verify(company.ledger, company.workspace).is_clean


def test_a_page_whose_pilot_was_recorded_anew_cannot_be_approved(company):
    company.agree(kpi(target=450))
    company.record("short", name="Short pilot", goal="cheaper", owner="mara", selected=date(2026, 11, 2))
    proposal = propose_scorecard(company.workspace, company.company, company.settings, at=NOW)
    company.record("short", executed=date(2026, 11, 4))
    with pytest.raises(ApprovalError, match="recorded anew"):
        reviews.decide(
            company.ledger, company.workspace, proposal_id=proposal.id, digest=proposal.digest,
            person=company.sign_in("ines"), verdict="approve", answers=dict.fromkeys(QUESTIONS, "yes"),
            reason="", at=NOW + timedelta(minutes=5),
        )  # fmt: skip


def test_a_later_scorecard_replaces_the_one_that_waits(company):
    company.agree(kpi(), kpi("leads", direction="up", target=100, technology={"goal": "pipeline"}))
    place = (company.workspace, company.company, company.settings)
    first = propose_scorecard(*place, at=NOW)
    second = propose_scorecard(*place, at=NOW, as_of=date(2026, 11, 10))
    assert reviews.find_proposal(company.ledger, first.id).state == "superseded"
    assert reviews.find_proposal(company.ledger, second.id).state == "pending"


def test_the_command_proposes_and_explain_says_where_a_recorded_figure_comes_from(company):
    company.agree(kpi(target=500))
    place = ["--workspace", str(company.workspace.root)]
    done = CliRunner().invoke(app, ["scorecard", "propose", *place], catch_exceptions=False)
    assert "It waits for 2 people until" in done.output
    listed = json.loads(
        CliRunner().invoke(app, ["scorecard", "propose", "--json", *place], catch_exceptions=False).output
    )
    draft = reviews.read_material(company.ledger, listed["id"]).draft
    assert any(isinstance(block, Table) for block in draft.blocks)
    days = next(fact for fact in draft.facts if isinstance(fact.definition, Elapsed))
    shown = CliRunner().invoke(app, ["explain", days.id, *place], catch_exceptions=False)
    assert shown.exit_code == 0
    assert "recorded by mara" in shown.output
