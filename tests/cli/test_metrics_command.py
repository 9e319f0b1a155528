"""`countersign metrics`: what a metric means and what it is, for people and for programs."""

import json

import pytest
from typer.testing import CliRunner

from countersign.cli.app import app
from countersign.cli.metric_table import say_value
from countersign.core.errors import SettingsError, SnapshotError
from countersign.core.snapshot import latest_snapshot
from tests.flows.metric_company import build_with_snapshot

runner = CliRunner()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build_with_snapshot(tmp_path_factory.mktemp("company"))


@pytest.fixture
def metrics(built):
    def invoke(*arguments):
        line = ["metrics", *arguments, "--workspace", str(built.root)]
        return runner.invoke(app, line, catch_exceptions=False).output

    return invoke


def test_list_says_unit_owner_and_splits_of_every_kpi(metrics):
    listed = {entry["name"]: entry for entry in json.loads(metrics("list", "--json"))}
    assert listed["cost_per_lead"] == {
        "name": "cost_per_lead",
        "label": "Cost per lead",
        "unit": "currency",
        "good_direction": "down",
        "owner": "marketing-analytics",
        "subject": "Leads and their cost",
        "formula": "spend divided by leads",
        "dimensions": ["channel", "campaign", "platform"],
    }
    assert "campaign_cost_per_lead" not in listed, "the same KPI over another mart is no KPI of its own"
    text = metrics("list")
    assert "cost_per_lead: Cost per lead" in text
    assert "currency, down is good; marketing-analytics; by channel, campaign, platform" in text


def test_show_tells_formula_marts_columns_and_the_sql_of_each(metrics):
    shown = json.loads(metrics("show", "cost_per_lead", "--json"))
    assert [reading["marts"] for reading in shown["readings"]] == [["channel_day"], ["campaign_week"]]
    first = shown["readings"][0]
    assert first["formula"] == "spend / leads"
    assert first["columns"] == ["channel_day.spend_reporting", "channel_day.leads"]
    assert first["grains"] == ["day", "week", "month"]
    assert '"marts"."channel_day"' in first["sql"]
    text = metrics("show", "cost_per_lead")
    assert "formula   spend divided by leads" in text
    assert "null without leads" in text
    assert "From campaign_week (campaign_cost_per_lead)" in text


def test_query_prints_money_percent_and_what_is_not_known(metrics, built):
    said = metrics("query", "spend", "click_rate", "conversion_rate", "--by", "channel", "--grain", "week")
    header, first = said.splitlines()[:2]
    assert header.split() == ["week_start", "channel", "spend", "click_rate", "conversion_rate"]
    assert first.split("  ")[0] == "2026-03-02"
    assert "150.50 EUR" in first
    assert "10.0%" in first
    assert "not known" in said
    snapshot = latest_snapshot(built)
    assert (
        f"Snapshot {snapshot.id} as of 2026-03-15 23:00 UTC; data complete through: files 2026-03-15." in said
    )
    assert "click_rate: clicks divided by impressions, from channel_day." in said


def test_query_as_json_keeps_rates_as_shares_and_names_its_source(metrics, built):
    said = json.loads(
        metrics(
            "query", "click_rate", "spend", "--by", "channel", "--since", "2026-03-02", "--until",
            "2026-03-09", "--where", "channel=Paid search", "--json", "--sql",
        )
    )  # fmt: skip
    assert said["rows"] == [{"channel": "Paid search", "click_rate": 0.1, "spend": 150.5}]
    assert said["snapshot"] == latest_snapshot(built).id
    assert (said["since"], said["until"], said["currency"]) == ("2026-03-02", "2026-03-09", "EUR")
    assert said["metrics"]["spend"]["marts"] == ["channel_day"]
    assert "in ('Paid search')" in said["sql"]


def test_query_by_campaign_says_which_mart_answered(metrics):
    said = metrics("query", "cost_per_lead", "--by", "campaign")
    assert "google_ads" in said
    assert "Brand" in said
    assert "from campaign_week" in said


def test_a_period_that_is_not_over_is_called_so(metrics):
    assert "is not over" in metrics("query", "leads", "--grain", "month")
    assert "is not over" not in metrics("query", "leads", "--grain", "week")


def test_a_question_without_an_answer_says_so(metrics):
    said = metrics("query", "leads", "--by", "channel", "--where", "channel=Paid Search")
    assert said.startswith("No row")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "spent"], "did you mean spend"),
        (["query", "spend", "--where", "channel"], "not DIMENSION=VALUE"),
        (["query", "spend", "--since", "last week"], "--since is not a day"),
        (["query", "spend", "--grain", "week", "--until", "2026-03-10"], "use 2026-03-09 or 2026-03-16"),
    ],
)
def test_a_question_that_is_none_is_refused_with_what_to_do(metrics, arguments, says):
    with pytest.raises(SettingsError, match=says):
        metrics(*arguments)


def test_before_the_first_run_metrics_are_listed_and_not_read(tmp_path):
    runner.invoke(app, ["init", str(tmp_path / "new")], catch_exceptions=False)
    place = ["--workspace", str(tmp_path / "new")]
    listed = runner.invoke(app, ["metrics", "list", *place], catch_exceptions=False)
    assert "cost_per_lead" in listed.output
    with pytest.raises(SnapshotError, match="countersign run weekly"):
        runner.invoke(app, ["metrics", "query", "spend", *place], catch_exceptions=False)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.0734, "rate", "7.3%"),
        (1234.5, "currency", "1,234.50 EUR"),
        (1200, "count", "1,200"),
        (2.345, "ratio", "2.35"),
        (7.25, "hours", "7.25 hours"),
        (None, "rate", "not known"),
    ],
)
def test_values_are_said_with_their_unit(value, unit, said):
    assert say_value(value, unit=unit, currency="EUR") == said
