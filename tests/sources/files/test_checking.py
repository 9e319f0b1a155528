"""`data check`: what would be landed, what would be set aside and why, and nothing is kept."""

import json

import pytest
from typer.testing import CliRunner

from countersign.cli.data import app
from countersign.core.errors import SettingsError
from tests.sources.files.mapped import ads, leads


@pytest.fixture
def troubled(drop):
    drop.write(
        "ads.csv",
        "id,day,cost,cur,spare\n1,2026-01-05,1,EUR,\n1,2026-01-05,2,EUR,\n2,2026-02-30,3,EUR,\n"
        "3,2026-01-06,x,EUR,\n4,2026-01-07,x,EUR,\n5,2026-01-08,1,USD,\n6,2026-01-09,,EUR,\n7,2026-01-10,1\n",
    )
    mapping = ads(columns={"currency": "cur"})
    del mapping["currency"]
    drop.map(mapping)
    return drop


def test_a_report_counts_what_would_be_set_aside_and_why(troubled):
    (report,) = troubled.check()

    assert (report.rows, report.rows_set_aside) == (8, 6)
    assert report.columns_unused == ("spare",)
    assert set(report.columns_used) == {"id", "day", "cost", "cur"}
    assert "campaign_name" in report.columns_unfilled
    assert [(one.column, one.rows) for one in report.problems] == [
        ("spend", 2),
        ("(line)", 1),
        ("account_day", 1),
    ]
    assert report.problems[0].examples == ("spend: 'x' is not a number",)
    assert report.missing_required == {"spend": 1}
    assert (report.keys_repeated, report.rows_in_other_currency) == (1, 1)
    assert report.key_examples == ("google_ads |  | 1 |  | 2026-01-05",)
    assert (str(report.first_day), str(report.last_day)) == ("2026-01-05", "2026-01-09")


def test_a_check_lands_nothing(troubled):
    (report,) = troubled.check()
    assert not report.is_landed
    assert not troubled.workspace.landing.exists()

    (batch,) = troubled.land()
    (again,) = troubled.check()
    assert (again.batch_id, again.is_landed) == (batch.id, True)
    assert again.rows == batch.rows_landed


def test_undated_rows_are_counted(drop):
    drop.write("leads.csv", "id,made\n1,\n2,2026-01-05\n")
    drop.map(leads(time_zone="UTC", columns={"created_at": "made"}))

    (report,) = drop.check()
    assert report.undated_rows == 1


def test_the_commands_show_catalogue_and_report(troubled):
    run = CliRunner().invoke
    place = ["--workspace", str(troubled.workspace.root)]

    assert "ad_performance <- data/ads.csv" in run(app, ["sources", *place]).output
    (entry,) = json.loads(run(app, ["sources", "--json", *place]).output)
    assert (entry["name"], entry["tables"][0]["table"]) == ("drop", "ad_performance")

    shown = run(app, ["check", "drop", *place]).output
    assert "8, of which 6 would be set aside" in shown
    assert "spend: 'x' is not a number" in shown
    (report,) = json.loads(run(app, ["check", "--json", *place]).output)
    assert report["rows_set_aside"] == 6


def test_a_source_that_is_not_there_is_refused_with_those_that_are(troubled):
    with pytest.raises(SettingsError, match="No such source") as error:
        troubled.check("google")
    assert error.value.fix == "use one of drop"
