"""Single ads by week: their newest words, what says the same, and all that was spent; or nothing at all."""

from datetime import date
from decimal import Decimal

import pytest

from tests.dbt_project.conftest import _build, reader
from tests.dbt_project.raw_rows import Rows

WEEK = date(2026, 3, 2)


def _ad(ad_id, day, *, group="g1", text=None, spend="1", **other):
    return {
        "platform": "meta_ads", "account_id": "a", "campaign_id": "c", "ad_group_id": group, "ad_id": ad_id,
        "ad_name": f"Ad {ad_id}", "ad_text": text, "account_day": day, "currency": "EUR", "spend": spend,
        "impressions": 1000, "clicks": 5, "platform_conversions": 1, **other,
    }  # fmt: skip


ROWS: Rows = {
    "raw.ad_performance": [
        {
            "platform": "meta_ads", "account_id": "a", "campaign_id": "c", "campaign_name": "Spring",
            "ad_group_id": "g1", "ad_group_name": "Lookalikes", "account_day": "2026-03-02",
            "channel": "Paid social", "currency": "EUR", "spend": "40", "impressions": 9000, "clicks": 50,
        }
    ],
    "raw.single_ad_performance": [
        _ad("1", "2026-03-02", text="Check your sensors", spend="10.50"),
        _ad("1", "2026-03-03", text="Your calibration is due", spend="4.50"),
        _ad("2", "2026-03-03", text="Your calibration  is due!", spend="3", ad_name=" "),
        _ad("3", "2026-03-03", group="g2", text="YOUR CALIBRATION IS DUE", spend="2"),
        _ad("4", "2026-03-03", group="g2", text="Hi", clicks=None, platform_conversions=None),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return reader(_build(tmp_path_factory.mktemp("single_ads"), ROWS))


def test_ads_keep_their_newest_words_their_place_and_all_spend(told):
    rows = told("select * from marts.ad_week order by ad_id")

    assert [
        (row["ad_group_name"], row["ad_name"], row["ad_text"], row["spend_reporting"]) for row in rows
    ] == [
        ("Lookalikes", "Ad 1", "Your calibration is due", Decimal(15)),
        ("Lookalikes", None, "Your calibration  is due!", Decimal(3)),
        (None, "Ad 3", "YOUR CALIBRATION IS DUE", Decimal(2)),
        (None, "Ad 4", "Hi", Decimal(1)),
    ]
    assert {(row["week_start"], row["campaign_name"], row["channel"]) for row in rows} == {
        (WEEK, "Spring", "Paid social")
    }
    assert (rows[3]["clicks"], rows[3]["platform_conversions"]) == (None, None)


def test_ads_that_say_the_same_share_a_key_in_whatever_ad_group(told):
    keys = [row["repeat_key"] for row in told("select repeat_key from marts.ad_week order by ad_id")]

    assert keys[0] == keys[1] == keys[2] is not None
    assert keys[3] is None, "a few letters repeat by chance"


def test_single_ads_change_no_total(told):
    (spend,) = told("select sum(spend_reporting) as spend from marts.channel_week")

    assert spend["spend"] == Decimal(40)


def test_a_company_whose_sources_tell_no_single_ads_has_an_empty_table(tmp_path_factory):
    rows = {"raw.ad_performance": ROWS["raw.ad_performance"]}
    read = reader(_build(tmp_path_factory.mktemp("no_single_ads"), rows))

    assert read("select * from marts.ad_week") == []
    assert len(read("select * from marts.ad_group_week")) == 1
