"""The demo company read through connectors is the company that its files tell of."""

from types import SimpleNamespace

import pytest

from countersign.core.landed import LANDED_TABLES
from countersign.sources.catalogue import read_catalogue
from countersign.sources.demo import write_demo
from tests.end_to_end.line import Line

pytestmark = pytest.mark.slow

# Verdicts are not compared: one of the files' is dated 31 November on purpose.
MEASURES = (
    "spend_reporting", "impressions", "clicks", "sessions", "leads", "mqls", "customers", "opportunities",
    "pipeline_reporting", "revenue_reporting",
)  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same company twice: through connectors, and from dropped files."""
    lines = {}
    for via in ("connectors", "files"):
        root = tmp_path_factory.mktemp("demo") / via
        demo = write_demo(root, weeks=8, scale=0.3, via=via)
        line = lines[via] = Line(root)
        line.daily(line.midnight(demo.until))
    return SimpleNamespace(**lines, as_of=line.midnight(demo.until))


def test_the_demo_lands_through_its_connectors(both):
    entries = read_catalogue(both.connectors.workspace, both.connectors.workspace.company(), as_of=both.as_of)

    assert {entry.name: entry.status for entry in entries} == dict.fromkeys(
        ("google_ads", "meta_ads", "linkedin_ads", "exchange_rates", "web_analytics", "crm", "support",
         "newsletter"), "fresh"
    )  # fmt: skip
    assert {entry.name for entry in entries if entry.kind == "files"} == {"exchange_rates", "web_analytics"}
    assert both.connectors.lost_rows() == []


@pytest.mark.parametrize("measure", MEASURES)
def test_the_marts_are_those_of_the_files(both, measure):
    asked = f"select channel, week_start, {measure} from marts.channel_week order by all"

    assert both.connectors.ask(asked) == both.files.ask(asked)


def test_single_ads_add_up_to_their_ad_groups_and_a_source_without_them_has_none(both):
    asked = (
        "select platform, ad_group_id, week_start, sum(spend_reporting), sum(clicks) from marts.{}"
        " where platform <> 'linkedin_ads' group by all order by all"
    )

    added = both.connectors.ask(asked.format("ad_week"))
    assert added == both.connectors.ask(asked.format("ad_group_week")) != []
    assert both.files.ask(asked.format("ad_week")) == []


def test_what_customers_write_and_what_is_sent_lands_too(both):
    counts = {
        table: both.connectors.one(f"select count(*) from raw.{table}")
        for table in ("support_tickets", "email_campaigns", "email_events", "lead_events", "crm_accounts")
    }

    assert all(counts.values()), counts


def test_a_second_run_with_nothing_new_changes_no_row(both):
    line = both.connectors
    before = _rows(line)

    line.daily(both.as_of)

    assert _rows(line) == before


def _rows(line: Line) -> dict[str, list]:
    """What every landed table holds, whichever batch brought it last."""
    names = {
        table.name: ", ".join(column.name for column in table.columns) for table in LANDED_TABLES.values()
    }
    return {
        table: line.ask(f"select {columns} from raw.{table} order by all") for table, columns in names.items()
    }
