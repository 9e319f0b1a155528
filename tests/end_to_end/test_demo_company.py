"""The demo company, both weeks: files in, three proposals, approved, published, every number explained."""

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from countersign.analytics.analyse import analyse
from countersign.cli.explain import explain_fact
from countersign.core.snapshot import open_granted
from countersign.governance.audit import verify
from countersign.sources.demo import write_demo, write_second_week
from tests.end_to_end.line import Line, cited, wrong_facts

pytestmark = pytest.mark.slow

AGENTS = ("reporting", "recommendation", "leadership_summary")
SPEND = "select sum(spend)::double from raw.ad_performance"
WEEK = "where account_day between '2026-11-09' and '2026-11-15' and platform = 'google_ads'"


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """Week one run twice, approved and published; then week two likewise, in the same workspace."""
    root = tmp_path_factory.mktemp("demo") / "northbeam"
    demo = write_demo(root)
    line = Line(root)
    first = line.run(line.midnight(demo.until))
    again = line.run(line.midnight(demo.until))
    # A newer snapshot of the same data: what was drafted on the older one still goes out.
    line.daily(line.midnight(demo.until) + timedelta(hours=8))
    first_published = line.approve(first)
    google_before = line.one(f"{SPEND} {WEEK}")
    rows_before = line.one("select count(*) from raw.crm_leads")
    second_demo = write_second_week(root)
    second = line.run(line.midnight(second_demo.until))
    return SimpleNamespace(
        line=line, first=first, again=again, first_published=first_published,
        google_before=google_before, rows_before=rows_before, second=second,
        second_published=line.approve(second), truth=json.loads((root / "truth.json").read_text()),
    )  # fmt: skip


@pytest.fixture(scope="module", params=["first", "second"])
def week(request, company):
    """One of the two weeks: its run and what was published of it."""
    return SimpleNamespace(
        line=company.line,
        result=getattr(company, request.param),
        published=getattr(company, f"{request.param}_published"),
    )


def test_each_week_ends_with_three_pending_proposals(week):
    found = {(proposal.agent, proposal.state) for proposal in week.result.proposals}

    assert found == {(agent, "pending") for agent in AGENTS}


def test_published_bytes_are_those_that_the_ledger_holds(week):
    assert len(week.published) == 3
    for proposal in week.result.proposals:
        folder, held = week.line.folder(proposal.id), week.line.material(proposal)
        assert (folder / "report.html").read_bytes() == held.html
        assert (folder / "report.md").read_bytes() == held.markdown


def test_the_ledger_holds_together_after_both_weeks(company):
    found = verify(company.line.ledger, company.line.workspace)

    assert found.problems == ()


@pytest.mark.parametrize("agent", AGENTS)
def test_every_fact_is_recomputed_to_the_same_value_after_restatement_too(week, agent):
    draft = week.line.draft(week.result, agent)

    assert draft.facts
    assert wrong_facts(week.line, draft) == []


def test_a_headline_is_explained_down_to_rows(week):
    draft = week.line.draft(week.result)
    cost = next(fact for fact in cited(draft, metric="cost_per_lead") if not fact.dimensions)
    found = explain_fact(week.line.workspace, draft, fact_id=cost.id)

    assert found.matches
    assert found.sql or found.inputs


def test_the_same_week_again_changes_nothing(company):
    assert company.again.batches == ()
    assert company.again.snapshot.id == company.first.snapshot.id
    assert company.again.proposals == company.first.proposals


def test_no_row_is_lost(company):
    assert company.line.lost_rows() == []


def test_planted_dirty_rows_are_set_aside_with_a_reason(company):
    set_aside = Counter()
    for batch in company.first.batches:
        set_aside[batch.source] += batch.rows_quarantined
    planted = Counter()
    for row in company.truth["dirty_rows"]:
        planted[row["export"].partition("/")[0]] += row["rows"]

    assert +set_aside == planted
    assert company.line.one("select count(*) from quality.quarantined_rows where reason = ''") == 0


def test_spend_in_is_spend_in_the_marts(company):
    euros, dollars, converted = company.line.ask("""
        select sum(spend) filter (currency = 'EUR'), sum(spend) filter (currency = 'USD'),
            sum(spend_reporting) filter (currency = 'USD')
        from facts.fct_ad_performance
    """)[0]
    assert company.line.one("select sum(spend) from raw.ad_performance") == euros + dollars
    # The test in the US account: three days, at about 1.09 dollars a euro.
    assert dollars == Decimal("58.2")
    assert 0.88 * float(dollars) < converted < 0.96 * float(dollars)

    for mart in ("channel_day", "channel_week", "campaign_week", "lead_cost_week"):
        assert company.line.one(f"select sum(spend_reporting) from marts.{mart}") == euros + converted


def test_restated_rows_replace_what_they_restate(company):
    after = company.line.one(f"{SPEND} {WEEK}")
    twice = company.line.ask("""
        select platform, ad_group_id, account_day from raw.ad_performance group by all having count(*) > 1
        union all select 'lead', lead_id, null from raw.crm_leads group by all having count(*) > 1
    """)

    assert 0.98 * company.google_before < after < 0.998 * company.google_before
    assert twice == []
    assert company.line.one("select count(*) from raw.crm_leads") > company.rows_before


@pytest.fixture(scope="module")
def findings(company):
    """What the analysis of week one found, by kind, metric and place."""
    from agents.registry import read_cards

    line, snapshot = company.line, company.first.snapshot
    grants = read_cards(line.workspace)["reporting"].grants
    analysis = analyse(
        open_granted(line.workspace, snapshot, grants=grants), snapshot, line.workspace.company(), week=None
    )
    return [finding for finding in analysis.findings if finding.kind not in ("normal_variation", "unknown")]


@pytest.mark.parametrize(
    ("metric", "channel"),
    [("cost_per_lead", "Paid search"), ("sales_acceptance_rate", "Paid social")],
)
def test_report_shows_the_planted_incidents_that_were_visible(company, findings, metric, channel):
    found = [one for one in findings if one.metric == metric and one.place.get("channel") == channel]
    shown = set(company.line.draft(company.first).bindings.values())

    assert found
    assert any(fact in shown for one in found for fact in one.facts.values())
    assert channel in company.line.markdown(company.first)
