"""A part of a week that is empty now, and was not before, gives its rows back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from countersign.sources.connecting import landing
from countersign.sources.connecting.landing import land_connector
from countersign.sources.google_ads.connector import CONNECTOR
from tests.sources.sandboxed import landed_rows, load_of, source_of

UNTIL = datetime(2026, 10, 5, tzinfo=UTC)


@pytest.fixture
def load(workspace, monkeypatch):
    """A load of Google Ads whose fetch gives what the test says."""

    def with_pages(*pages: dict) -> list[dict]:
        def fetch(api, options, chunk) -> Iterator[dict]:
            yield from pages

        stream = replace(CONNECTOR.streams[0], fetch=fetch)
        monkeypatch.setattr(landing, "find_connector", lambda name: replace(CONNECTOR, streams=(stream,)))
        source = source_of("google_ads", since=date(2026, 9, 28), options={"customers": ["4182207731"]})
        land_connector(load_of(workspace, source, base_url="http://127.0.0.1:1", until=UNTIL))
        return landed_rows(workspace, "ad_performance")

    return with_pages


def campaign_day(spend: int) -> dict:
    figures = {"costMicros": str(spend), "impressions": "9", "clicks": "1", "conversions": "0"}
    return {
        "customer": {"id": "4182207731", "currencyCode": "EUR", "timeZone": "Europe/Berlin"},
        "campaign": {"id": "7", "name": "PMax"},
        "segments": {"date": "2026-09-29"},
        "_rest": figures,
    }


def test_rows_are_withdrawn_when_their_part_is_empty_now(load):
    assert [row["spend"] for row in load({"campaign_days": [campaign_day(5_000_000)]})] == [5]

    assert load({"campaign_days": []}) == []


def test_an_empty_part_that_was_never_there_lands_nothing(load, workspace):
    assert load({"campaign_days": []}) == []
    assert not list(workspace.landing.glob("*/*/*"))
