"""`countersign data adopt`: what it recognises, what it asks, and what it writes."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from countersign.cli.app import app
from countersign.sources.adopted.files_store import DuckDBStore
from countersign.sources.adopted.recognising import survey_tables
from countersign.sources.files.sources_file import read_sources
from tests.sources.adopted.small_tables import GOOGLE, HUBSPOT, changed, write_tables

BEFORE = """\
# Ours; do not touch.
sources:
  handmade:            # the first one
    description: By hand.
    tables:
      - table: crm_leads
        files: data/leads.csv
        columns: {lead_id: id}
"""


@pytest.fixture
def lake(tmp_path):
    return write_tables(tmp_path / "lake.duckdb", GOOGLE, HUBSPOT)


@pytest.fixture
def adopt(workspace, lake):
    path = workspace.config / "sources.yaml"
    path.write_text(BEFORE)

    def run(*words):
        result = CliRunner().invoke(
            app,
            ["data", "adopt", str(lake), *words, "--workspace", str(workspace.root)],
            env={"COLUMNS": "200"},
        )
        assert result.exit_code == 0, result.output + str(result.exception)
        return result.output

    return run


def test_a_source_is_added_for_each_vendor_and_no_line_changes(workspace, adopt):
    adopt()

    after = (workspace.config / "sources.yaml").read_text()
    assert after.startswith(BEFORE)
    assert list(read_sources(workspace)) == ["handmade", "google_ads", "hubspot"]


def test_a_dry_run_prints_what_would_be_added_and_writes_nothing(workspace, adopt):
    said = adopt("--dry-run")

    assert (workspace.config / "sources.yaml").read_text() == BEFORE
    entries = yaml.safe_load(said[said.index("\nsources:") :])["sources"]
    assert set(entries) == {"google_ads", "hubspot"}


def test_a_second_time_nothing_is_added(workspace, adopt):
    adopt()
    once = (workspace.config / "sources.yaml").read_text()

    assert "adopted before" in adopt()
    assert (workspace.config / "sources.yaml").read_text() == once


def test_values_that_nobody_knows_are_asked_for_with_their_rows(adopt):
    found = {one["source"]: one for one in json.loads(adopt("--dry-run", "--json"))["recognised"]}

    (channel,) = [one for one in found["hubspot"]["questions"] if one["column"] == "channel"]
    assert channel["values"] == {"OFFLINE": 1, "PAID_SEARCH": 1, "Partnership": 1}
    assert channel["mapping"]["values"]["PAID_SEARCH"] == "Paid search"
    assert channel["mapping"]["values"]["Partnership"] is None


def test_what_is_missing_and_what_is_not_read_is_named(lake, adopt):
    with changed(lake) as sync:
        sync.execute("create table google_ads.keyword_stats as select 1 as id, now() as _fivetran_synced")
        sync.execute("drop table google_ads.account_history")

    told = json.loads(adopt("--dry-run", "--json"))
    (google,) = [one for one in told["recognised"] if one["vendor"] == "google_ads"]
    assert google["missing_tables"] == ["account_history"]
    assert google["missing_columns"] == ["campaign_stats.conversions_value"]
    assert told["not_read"] == ["google_ads.keyword_stats"]
    (money,) = google["questions"]
    assert money["mapping"] == {"constant": "EUR"}


def test_a_table_that_lacks_what_is_needed_is_named_with_it(lake, adopt):
    with changed(lake) as sync:
        sync.execute("create table hubspot.deal as select 1 as deal_id, now() as _fivetran_synced")

    told = json.loads(adopt("--dry-run", "--json"))
    (hubspot,) = [one for one in told["recognised"] if one["vendor"] == "hubspot"]
    assert hubspot["not_usable"] == ["deal (no property_createdate, deal_pipeline_stage_id)"]


def test_tables_of_nobody_are_refused_with_what_to_do(workspace, tmp_path):
    other = write_tables(tmp_path / "other.duckdb", "create table stuff as select 1 as id")
    result = CliRunner().invoke(app, ["data", "adopt", str(other), "--workspace", str(workspace.root)])

    assert result.exit_code != 0
    assert "No table of a loader we know" in result.output + str(result.exception)


def test_a_name_that_is_taken_gets_the_schema_s_name_added(workspace, lake, adopt):
    path = workspace.config / "sources.yaml"
    path.write_text(BEFORE.replace("handmade", "google_ads"))
    adopt()

    assert "google_ads_google_ads" in read_sources(workspace)


def test_the_prefixes_of_one_schema_keep_vendors_apart(seeds, tmp_path):
    store = DuckDBStore(seeds, tmp_path)
    found = [one for one in survey_tables(store.tables()).recognised if one.schema == "ad_reporting"]
    store.close()

    read = {one.vendor: one.matched["campaigns"].table.name for one in found}
    assert read == {
        "facebook_ads": "facebook_ads_campaign_history_data",
        "google_ads": "google_ads_campaign_history_data",
        "linkedin_ads": "linkedin_ad_campaign_history_data",
        "microsoft_ads": "microsoft_ads_campaign_history_data",
        "tiktok_ads": "tiktok_campaign_history_data",
    }


def test_every_vendor_of_airbyte_is_recognised_and_no_other_s_tables(airbyte, tmp_path):
    store = DuckDBStore(airbyte, tmp_path)
    found = {(one.schema, one.vendor) for one in survey_tables(store.tables()).recognised}
    store.close()

    assert {vendor for _, vendor in found} == {schema.removesuffix("_click") for schema, _ in found}
