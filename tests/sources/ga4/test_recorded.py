"""Reports that Airbyte's connector read from a real GA4 property, through our mapping."""

from collections import Counter

import duckdb

from countersign.core.landed import WEB_TRAFFIC_DAYS
from countersign.core.warehouse import read_rows
from countersign.sources.files.landing import batch_directory
from countersign.sources.ga4.streams import DIMENSIONS
from tests.sources.sandboxed import airbyte_records, land_records, source_of

# Daily reports of sessions. Dimensions that a report does not ask for are '' in web_traffic_days.
ACCEPTED = {
    "devices", "locations", "traffic_sources", "website_overview",
    "traffic_acquisition_session_source_medium_report", "traffic_acquisition_session_medium_report",
    "traffic_acquisition_session_source_report", "traffic_acquisition_session_campaign_report",
    "traffic_acquisition_session_default_channel_grouping_report",
    "traffic_acquisition_session_source_platform_report",
}  # fmt: skip
# Other reports that hold a `sessions` count: pivot tables over a month, without days.
REFUSED = {"pivot_report": "refused: no traffic_day"}


def as_fetched(record: dict) -> dict:
    """Airbyte's flat row as the Data API names it: what is a dimension, what a metric."""
    known = {name for name in record if name in DIMENSIONS}
    return {
        "dimensions": {name: str(record[name]) for name in known},
        "metrics": {
            _NEW_NAMES.get(name, name): str(value)
            for name, value in record.items()
            if name not in known and isinstance(value, int | float)
        },
        "_property": {"id": record["property_id"], "timeZone": "Europe/Kyiv", "currencyCode": "USD"},
    }


# Google renamed conversions to key events in 2024.
_NEW_NAMES = {"conversions": "keyEvents"}


def outcome(row: dict) -> str:
    missing = [c.name for c in WEB_TRAFFIC_DAYS.columns if c.required and row[c.name] is None]
    if row["_bad"]:
        return f"refused: {row['_bad']}"
    return f"refused: no {', '.join(missing)}" if missing else "accepted"


def test_every_recorded_report_of_sessions_is_accepted_or_refused_for_a_reason_we_say(workspace, test_data):
    streams = airbyte_records(test_data, "google-analytics-data-api")
    with_sessions = {
        stream: records for stream, records in streams.items() if any("sessions" in one for one in records)
    }
    outcomes: Counter = Counter()
    source = source_of("ga4", options={"property_id": "320370985"})
    for stream, records in sorted(with_sessions.items()):
        (batch,) = land_records(
            workspace, "ga4", {"traffic_days": [as_fetched(one) for one in records]}, source=source
        )
        with duckdb.connect(":memory:") as connection:
            file = str(batch_directory(workspace, batch) / "rows.parquet")
            rows = read_rows(connection, "select * from read_parquet(?) order by _row", [file])
        for row, record in zip(rows, records, strict=True):
            outcomes[stream, outcome(row)] += 1
            assert row["sessions"] == record["sessions"]
    for (stream, said), count in sorted(outcomes.items()):
        print(f"{stream:62} {count:3}  {said}")  # noqa: T201 the table is what the test is for

    assert set(outcomes) == {(stream, "accepted") for stream in ACCEPTED} | set(REFUSED.items())
