"""Real data, whole line: a CRM without spend, leads without dates, ad tables without leads; all published."""

import csv
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from tests.end_to_end.line import Line, wrong_facts
from tests.end_to_end.real_data import FOLDERS, real_line

pytestmark = pytest.mark.slow

# Share of leads that were won by origin, as the data's own description gives them.
WON = {
    "unknown": 0.163, "paid_search": 0.123, "organic_search": 0.118, "direct_traffic": 0.112,
    "referral": 0.085, "social": 0.056, "email": 0.030,
}  # fmt: skip


def whole_line(line: Line, as_of: datetime) -> SimpleNamespace:
    result = line.run(as_of)
    return SimpleNamespace(line=line, result=result, published=line.approve(result))


@pytest.fixture(scope="module")
def olist(tmp_path_factory, test_data):
    """8,000 leads of 2017 and 2018 by origin, and what was won; no spend, no sessions."""
    company = {"name": "Olist", "reporting_currency": "BRL", "time_zone": "America/Sao_Paulo"}
    root = tmp_path_factory.mktemp("olist") / "olist"
    line = real_line(root, test_data, company=company, mappings={"olist": "olist"})
    _keep_unknown_as_an_origin(root / "config" / "sources.yaml")
    return whole_line(line, datetime(2018, 11, 19, tzinfo=UTC))


def _keep_unknown_as_an_origin(path: Path) -> None:
    config = yaml.safe_load(path.read_text())
    leads = config["sources"]["olist"]["tables"][0]
    leads.pop("missing")
    leads["columns"]["channel"]["values"]["unknown"] = None
    path.write_text(yaml.safe_dump(config))


@pytest.fixture(scope="module")
def xeducation(tmp_path_factory, test_data):
    """9,240 leads of one source, without a date."""
    company = {"name": "X Education", "reporting_currency": "INR", "time_zone": "Asia/Kolkata"}
    root = tmp_path_factory.mktemp("xeducation") / "xeducation"
    line = real_line(root, test_data, company=company, mappings={"xeducation": "xed"})
    return whole_line(line, datetime(2026, 1, 5, tzinfo=UTC))


@pytest.fixture(scope="module")
def ads(tmp_path_factory, test_data):
    """A dozen rows of two ad platforms; nobody knows of any lead."""
    company = {"name": "Two Platforms", "reporting_currency": "USD", "time_zone": "America/Los_Angeles"}
    root = tmp_path_factory.mktemp("ads") / "ads"
    mappings = {"google_ads": "google_ads", "facebook_ads": "facebook_ads"}
    line = real_line(root, test_data, company=company, mappings=mappings)
    return whole_line(line, datetime(2022, 6, 1, tzinfo=UTC))


@pytest.fixture(params=["olist", "xeducation", "ads"])
def any_run(request):
    """Each of the three in turn."""
    return request.getfixturevalue(request.param)


def html_of(run, agent: str = "reporting") -> str:
    (proposal,) = [one for one in run.result.proposals if one.agent == agent]
    return (run.line.folder(proposal.id) / "report.html").read_text(encoding="utf-8")


def facts(run, metric: str, dimension: str) -> dict[str, object]:
    draft = run.line.draft(run.result)
    return {
        fact.dimensions[dimension]: fact.value
        for fact in draft.facts
        if fact.metric == metric and dimension in fact.dimensions
    }


def test_every_run_ends_with_its_report_published(any_run):
    assert {proposal.state for proposal in any_run.result.proposals} == {"pending"}
    assert len(any_run.published) == len(any_run.result.proposals) == 3
    assert any_run.line.lost_rows() == []


def test_every_fact_is_recomputed_to_the_same_value(any_run):
    draft = any_run.line.draft(any_run.result)

    assert draft.facts
    assert wrong_facts(any_run.line, draft) == []


def test_every_figure_in_the_html_has_its_evidence(any_run):
    page = html_of(any_run)
    draft = any_run.line.draft(any_run.result)
    shown = re.search(r"(\d+) of (\d+)", page[page.rindex("matched to a quer") - 400 :])
    pills = set(re.findall(r'href="#(e-?[\w-]+)"', page))

    assert pills
    assert all(f'id="{pill}"' in page for pill in pills)
    assert {fact.title for fact in draft.facts if fact.id in draft.bindings.values()}
    assert shown is None or shown[1] == shown[2]


# ---------------------------------------------------------------- a CRM without spend or sessions


def test_olist_reports_the_last_whole_week_of_leads(olist):
    draft = olist.line.draft(olist.result)

    # Deals were won until November; the last lead came on Thursday 31 May 2018.
    assert (str(draft.period.start), str(draft.period.end)) == ("2018-05-21", "2018-05-28")


def test_olist_leads_and_customers_add_up_by_channel_and_week(olist):
    ((leads, customers, first, last),) = olist.line.ask("""
        select sum(leads), sum(customers), min(week_start)::varchar, max(week_start)::varchar
        from marts.channel_week where leads > 0
    """)

    assert (leads, customers) == (8000, 842)
    assert (first, last) == ("2017-06-12", "2018-05-28")
    by_channel = facts(olist, "leads", "channel")
    assert {"Organic search", "Paid search", "Social", "Unassigned"} <= set(by_channel)


def test_olist_conversion_by_origin_is_what_the_data_say(olist):
    rates = facts(olist, "customers_per_lead_ratio", "lead_source")

    assert {origin: round(float(rates[origin]), 3) for origin in WON} == WON
    assert sum(facts(olist, "customers", "lead_source").values()) == 842


def test_olist_says_what_it_cannot_know_and_invents_nothing(olist):
    text = olist.line.markdown(olist.result)
    metrics = {fact.metric for fact in olist.line.draft(olist.result).facts}

    assert "No spend was recorded, so no cost per lead can be known." in text
    assert "No web sessions were recorded" in text
    assert not {name for name in metrics if "cost" in name or "spend" in name or "session" in name}
    assert not {"revenue", "pipeline", "conversion_rate"} & metrics
    assert "R$" not in text
    assert "BRL" not in text


def test_olist_claims_no_verdict_of_sales_that_nobody_gave(olist):
    assert olist.line.one("select count(*) from raw.sales_feedback") == 0
    assert "accepted by sales" not in olist.line.markdown(olist.result)


# ---------------------------------------------------------------- leads without dates


def test_undated_leads_make_a_cross_section_that_says_so(xeducation):
    draft, text = xeducation.line.draft(xeducation.result), xeducation.line.markdown(xeducation.result)

    assert draft.period is None
    assert "The leads have no dates, so no trend and no change can be known." in text
    assert {block.kind for block in draft.blocks}.isdisjoint({"trend", "waterfall", "kpis"})


def test_undated_conversion_is_counted_right(xeducation):
    leads = facts(xeducation, "leads", "lead_source")
    customers = facts(xeducation, "customers", "lead_source")

    assert xeducation.line.one("select sum(customers) from marts.lead_source_summary") == 3561
    assert xeducation.line.one("select sum(leads) from marts.lead_source_summary") == 9240
    assert (leads["Google"], customers["Google"]) == (2868, 1147)


def test_undated_report_holds_no_week_and_no_invented_day(xeducation):
    draft = xeducation.line.draft(xeducation.result)

    assert {fact.window for fact in draft.facts} == {None}
    assert xeducation.line.one("select count(*) from marts.channel_week") == 0
    assert xeducation.line.ask("select distinct data_through from marts.data_trust") == [(None,)]
    assert "2026" not in xeducation.line.markdown(xeducation.result)


# ---------------------------------------------------------------- a dozen rows of ads


def spend_of(test_data: Path, folder: str, file: str, column: str) -> Decimal:
    with (test_data / FOLDERS[folder] / file).open(newline="", encoding="utf-8") as rows:
        return sum((Decimal(row[column]) for row in csv.DictReader(rows)), Decimal(0))


def test_ad_spend_is_the_sum_of_the_files(ads, test_data):
    by_platform = dict(
        ads.line.ask("select platform, sum(spend_reporting) from marts.campaign_week group by all")
    )

    google = spend_of(test_data, "google_ads", "campaign_stats_data.csv", "cost_micros") / 1_000_000
    facebook = spend_of(test_data, "facebook_ads", "facebook_ads_basic_ad_data.csv", "spend")
    assert by_platform == {"google_ads": google, "facebook_ads": facebook}
    assert ads.line.one("select sum(spend_reporting) from marts.channel_day") == google + facebook


def test_sparse_ads_make_a_report_of_spend_alone(ads):
    text = ads.line.markdown(ads.result)

    assert "No dated leads were recorded" in text
    assert str(ads.line.draft(ads.result).period.start) == "2021-02-15"
    assert not {fact.metric for fact in ads.line.draft(ads.result).facts if "lead" in fact.metric}
    assert "$4.72" in text


def test_sources_that_ended_earlier_are_called_behind(ads):
    assert "Behind" in ads.line.markdown(ads.result)
