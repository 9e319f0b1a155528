"""Ad groups by week with all spend, and content that says the same, of a company small enough to read."""

from datetime import date
from decimal import Decimal

import pytest

from tests.dbt_project.conftest import _build, reader
from tests.dbt_project.raw_rows import Rows

WEEK = date(2026, 3, 2)


def _mail(number, subject, **other):
    return {
        "platform": "mailchimp", "email_campaign_id": f"m{number}", "campaign_name": f"Mailing {number}",
        "subject": subject, "sent_at": f"2026-03-0{number} 08:00:00", "sends": 100, "deliveries": 100,
        "clicks": number, **other,
    }  # fmt: skip


def _post(number, text):
    return {
        "platform": "linkedin", "page_id": "p", "post_id": f"s{number}", "text": text,
        "published_at": f"2026-03-0{number} 08:00:00", "impressions": 100, "clicks": number,
    }  # fmt: skip


def _ad(group, name, day, *, spend, clicks):
    return {
        "platform": "meta_ads", "account_id": "a", "account_time_zone": "Europe/Berlin", "campaign_id": "c",
        "campaign_name": "Spring", "ad_group_id": group, "ad_group_name": name, "account_day": day,
        "channel": "Paid social", "currency": "EUR", "spend": spend, "impressions": 1000, "clicks": clicks,
        "platform_conversions": 1,
    }  # fmt: skip


ROWS: Rows = {
    "raw.email_campaigns": [
        _mail(2, "Your calibration is due"),
        _mail(3, "YOUR CALIBRATION  is due!"),
        _mail(4, "Meet us in Hall 4"),
        _mail(5, ""),
        _mail(6, "Hi"),
        _mail(7, "Hi"),
    ],
    "raw.social_posts": [_post(2, "We hire. Come\nand see us."), _post(3, "We hire - come and see us")],
    "raw.ad_performance": [
        _ad("g1", "Lookalikes", "2026-03-02", spend="10.50", clicks=5),
        _ad("g1", "Lookalikes DACH", "2026-03-03", spend="4.50", clicks=2),
        _ad("g2", "", "2026-03-03", spend="3", clicks=1),
        _ad("", "", "2026-03-04", spend="2", clicks=1),
    ],
}


@pytest.fixture(scope="module")
def repeated(tmp_path_factory):
    return reader(_build(tmp_path_factory.mktemp("repeated"), ROWS))


def test_content_with_the_same_words_shares_a_key_whatever_its_case_and_punctuation(repeated):
    rows = repeated("select content_id, repeat_key from marts.content_performance")
    keys = {row["content_id"]: row["repeat_key"] for row in rows}

    assert keys["email mailchimp m2"] == keys["email mailchimp m3"] is not None
    assert keys["post linkedin s2"] == keys["post linkedin s3"] is not None
    assert len({key for key in keys.values() if key}) == 4
    assert keys["email mailchimp m5"] is not None, "without a subject the name stands for it"
    assert keys["email mailchimp m6"] is None, "a few letters repeat by chance"


def test_ad_groups_keep_their_newest_name_and_all_spend(repeated):
    rows = repeated("select * from marts.ad_group_week order by ad_group_id")

    assert [
        (row["ad_group_id"], row["ad_group_name"], row["spend_reporting"], row["clicks"]) for row in rows
    ] == [
        ("", None, Decimal(2), 1),
        ("g1", "Lookalikes DACH", Decimal(15), 7),
        ("g2", None, Decimal(3), 1),
    ]
    assert {(row["week_start"], row["campaign_name"], row["channel"]) for row in rows} == {
        (WEEK, "Spring", "Paid social")
    }
