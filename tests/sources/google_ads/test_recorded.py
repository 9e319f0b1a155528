"""Figures that Airbyte's connector read from a real Google Ads account, through our mapping."""

import re
from collections import Counter
from decimal import Decimal

import duckdb
import pytest

from countersign.core.landed import AD_PERFORMANCE
from countersign.core.warehouse import read_rows
from countersign.sources.files.landing import batch_directory
from countersign.sources.google_ads.streams import GroupFigures
from tests.sources.sandboxed import airbyte_records, land_records, source_of

# Streams with daily figures: those with ad groups, and those of whole campaigns.
GROUPS = ("ad_group_ad_legacy", "display_keyword_view", "keyword_view", "ad_group")
CAMPAIGNS = ("campaign", "campaign_budget", "user_location_view")

# Airbyte asks for no currency in some of its streams; ours does in every query, and refuses rows without.
EXPECTED = {
    ("ad_group_ad_legacy", "accepted"): 6,
    ("display_keyword_view", "accepted"): 1,
    ("user_location_view", "accepted"): 6,
    ("keyword_view", "refused: no currency"): 6,
    ("ad_group", "refused: no account_id, currency"): 6,
    ("campaign", "refused: no account_id, currency"): 6,
    ("campaign_budget", "refused: no currency"): 6,
}


@pytest.fixture
def recorded(test_data) -> dict[str, list[dict]]:
    """Records of the streams with daily figures, of both recordings."""
    found: dict[str, list[dict]] = {}
    for name in ("google-ads", "google-ads_click"):
        for stream, records in airbyte_records(test_data, name).items():
            if stream in (*GROUPS, *CAMPAIGNS):
                found.setdefault(stream, []).extend(records)
    return found


def as_google_sends(record: dict) -> dict:
    """Airbyte's flat record as REST sends it: nested, in camel case, whole numbers as text."""
    row: dict = {}
    for name, value in record.items():
        *groups, last = (re.sub(r"_(\w)", lambda found: found[1].upper(), part) for part in name.split("."))
        place = row
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return row


def landed(workspace, stream: str, records: list[dict]) -> list[dict]:
    rows = [as_google_sends(record) for record in records]
    part = {"ad_group_days": rows} if stream in GROUPS else {"campaign_days": GroupFigures().rests(rows)}
    source = source_of("google_ads", options={"customers": ["4651612872"]})
    (batch,) = land_records(workspace, "google_ads", part, source=source)
    with duckdb.connect(":memory:") as connection:
        file = batch_directory(workspace, batch) / "rows.parquet"
        return read_rows(connection, "select * from read_parquet(?) order by _row", [str(file)])


def outcome(row: dict) -> str:
    missing = [
        column.name for column in AD_PERFORMANCE.columns if column.required and row[column.name] is None
    ]
    if row["_bad"]:
        return f"refused: {row['_bad']}"
    return f"refused: no {', '.join(missing)}" if missing else "accepted"


def test_every_recorded_day_is_accepted_or_refused_for_a_reason_we_say(workspace, recorded):
    outcomes = Counter(
        (stream, outcome(row))
        for stream, records in recorded.items()
        for row in landed(workspace, stream, records)
    )
    for (stream, said), count in sorted(outcomes.items()):
        print(f"{stream:24} {count:3}  {said}")  # noqa: T201 the table is what the test is for

    assert dict(outcomes) == EXPECTED


@pytest.mark.parametrize("stream", ["ad_group_ad_legacy", "display_keyword_view", "user_location_view"])
def test_recorded_figures_keep_every_digit(workspace, recorded, stream):
    rows = landed(workspace, stream, recorded[stream])

    for row, record in zip(rows, recorded[stream], strict=True):
        assert row["spend"] == Decimal(record["metrics.cost_micros"]) / 10**6
        assert row["impressions"] == record["metrics.impressions"]
        assert row["platform_conversions"] == Decimal(str(record["metrics.conversions"]))
        assert (row["account_id"], row["currency"]) == ("4651612872", record["customer.currency_code"])
        assert row["account_time_zone"] == record["customer.time_zone"]
