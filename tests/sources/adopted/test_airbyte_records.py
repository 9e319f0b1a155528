"""Airbyte's records of real sandbox accounts, as its destinations type them: all accepted."""

from decimal import Decimal

import pytest

from countersign.sources.adopted.shipped import vendors_of
from tests.sources.adopted.loader_tables import airbyte_records
from tests.sources.adopted.loading import land, only, refused, rows_of, tell


@pytest.mark.parametrize("vendor", vendors_of("airbyte"))
def test_every_row_lands(workspace, airbyte, vendor):
    batches = land(workspace, airbyte, "airbyte", vendor, schema=vendor)

    assert batches
    for batch in batches:
        why = refused(workspace, batch)
        kept = f"{batch.rows_landed:>4} rows, {batch.rows_landed - len(why):>4} accepted"
        tell(f"{vendor:<28}{batch.table:<20}{batch.file:<28}{kept}  {', '.join(sorted(set(why)))}")
        assert why == []


def test_spend_of_meta_is_the_sum_of_its_records(workspace, airbyte, test_data):
    batch = only(
        land(workspace, airbyte, "airbyte", "facebook_marketing", schema="facebook_marketing"),
        "ad_performance",
    )

    records = airbyte_records(test_data / "airbyte_expected_records" / "facebook-marketing.jsonl")
    spent = sum(Decimal(str(record["spend"])) for record in records["ads_insights"])
    assert sum(row["spend"] for row in rows_of(workspace, batch)) == spent


def test_figures_of_tiktok_come_out_of_its_json(workspace, airbyte, test_data):
    batch = only(
        land(workspace, airbyte, "airbyte", "tiktok_marketing", schema="tiktok_marketing"), "ad_performance"
    )

    records = airbyte_records(test_data / "airbyte_expected_records" / "tiktok-marketing.jsonl")
    told = records["campaigns_reports_daily"]
    spent = sum(Decimal(record["metrics"]["spend"]) for record in told)
    assert sum(row["spend"] for row in rows_of(workspace, batch)) == spent
    assert {row["currency"] for row in rows_of(workspace, batch)} == {"USD"}


def test_the_account_of_a_google_campaign_is_told_by_its_resource(workspace, airbyte):
    batch = only(land(workspace, airbyte, "airbyte", "google_ads", schema="google_ads"), "ad_performance")

    (row,) = rows_of(workspace, batch)
    assert row["account_id"] == "4651612872"
    assert row["account_time_zone"] == "America/Los_Angeles"


def test_archived_and_merged_records_of_hubspot_are_removals(workspace, airbyte):
    batches = land(workspace, airbyte, "airbyte", "hubspot", schema="hubspot")

    removed = {
        (row["record_type"], row["record_id"]): row["merged_into"]
        for batch in batches
        if batch.table == "crm_removals"
        for row in rows_of(workspace, batch)
    }
    assert removed == {
        ("lead", "201"): "651",
        ("opportunity", "21535649821"): None,
        ("account", "5183403213"): "5000526215",
    }
