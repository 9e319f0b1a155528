"""Data made by others goes through the same door: real leads, deals and connector tables."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tests.sources.files.conftest import MAPPINGS

FOLDERS = {
    "olist": "olist_marketing_funnel",
    "xed": "lead_scoring_xeducation",
    "google_ads": "fivetran_seeds/dbt_google_ads",
    "facebook_ads": "fivetran_seeds/dbt_facebook_ads",
}

# Lines whose Converted is 1, counted by a CSV reader after the lines quoted as a whole were unwrapped.
CONVERTED = 3561


@pytest.fixture
def real(drop, test_data: Path):
    """The workspace with a copy of one folder of the data and its mapping."""

    def prepare(mapping: str, folder: str):
        origin = test_data / FOLDERS[folder]
        if not origin.is_dir():
            pytest.skip(f"{origin.name} is not in the test data: set COUNTERSIGN_TEST_DATA to its folder")
        shutil.copytree(origin, drop.workspace.data / folder, copy_function=shutil.copyfile)
        drop.write_config(yaml.safe_load((MAPPINGS / f"{mapping}.yaml").read_text()))
        return drop

    return prepare


def test_olist_leads_by_origin_and_won_deals(real):
    drop = real("olist", "olist")
    leads, deals = drop.land("olist")

    assert (leads.rows_landed, deals.rows_landed) == (8000, 842)
    assert (str(leads.window.start), str(leads.window.end)) == ("2017-06-14", "2018-06-01")
    ((total, no_channel, customers, bad),) = drop.rows(
        leads,
        "count(*), count(*) filter (channel is null), count(*) filter (stage = 'customer'), count(_bad)",
        order="1",
    )
    assert (total, no_channel, customers, bad) == (8000, 60 + 1099, 842, 0)
    ((won, dated, amounts, opened),) = drop.rows(
        deals, "count(*) filter (is_won), count(closed_at), count(amount), count(created_at)", order="1"
    )
    assert (won, dated, amounts, opened) == (842, 842, 0, 0)


def test_xeducation_leads_have_no_dates_and_get_none(real):
    drop = real("xeducation", "xed")
    (batch,) = drop.land("xeducation")

    assert (batch.rows_landed, batch.window) == (9240, None)
    ((distinct, dated, customers, selects, bad),) = drop.rows(
        batch,
        "count(distinct lead_id), count(created_at), count(*) filter (stage = 'customer'),"
        " count(*) filter (segment = 'Select'), count(_bad)",
        order="1",
    )
    assert (distinct, dated, selects, bad) == (9240, 0, 0, 0)
    assert customers == CONVERTED
    (report,) = drop.check("xeducation")
    assert (report.first_day, report.rows_set_aside) == (None, 0)


def test_google_ads_tables_join_and_add_up(real):
    drop = real("google_ads", "google_ads")
    (batch,) = drop.land("google_ads")

    ((spend, clicks, names, zones, currencies, bad),) = drop.rows(
        batch,
        "sum(spend), sum(clicks), count(campaign_name), list(distinct account_time_zone),"
        " list(distinct currency), count(_bad)",
        order="1",
    )
    text = (drop.workspace.data / "google_ads" / "campaign_stats_data.csv").read_text().splitlines()
    columns = text[0].split(",")
    stats = [dict(zip(columns, line.split(","), strict=True)) for line in text[1:]]
    assert spend == sum(Decimal(row["cost_micros"]) for row in stats) / 1_000_000
    assert clicks == sum(int(row["clicks"]) for row in stats)
    assert (names, zones, currencies, bad) == (len(stats), ["America/Los_Angeles"], ["USD"], 0)


def test_facebook_ads_tables_join_through_three_histories(real):
    drop = real("facebook_ads", "facebook_ads")
    (batch,) = drop.land("facebook_ads")

    rows = drop.rows(batch, "campaign_id, campaign_name, ad_group_name, spend, platform_conversions, _bad")
    assert len(rows) == 10
    assert all(name and group and not bad for _, name, group, _, _, bad in rows)
    text = (drop.workspace.data / "facebook_ads" / "facebook_ads_basic_ad_data.csv").read_text().splitlines()
    place = text[0].split(",").index("spend")
    assert sum(row[3] for row in rows) == sum(Decimal(line.split(",")[place]) for line in text[1:])
    assert {row[4] for row in rows} == {None, Decimal(2), Decimal(3), Decimal(4)}
