"""What is read from TikTok: the integrated report of every ad group by day, and the advertiser's account."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import Field, field_validator

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api, ExpiredCursorError
from countersign.sources.connecting.connector import Chunk, Options, Page, Part, Stream

Json = dict[str, Any]

API = "/open_api/v1.3"
PAGE = 1000
METRICS = ("campaign_id", "campaign_name", "adgroup_name", "spend", "impressions", "clicks", "conversion")


class TikTokOptions(Options):
    """One advertiser account. `value_metric` is the metric that holds the value of its conversions."""

    advertiser_id: str = Field(pattern=r"^[0-9]+$")
    value_metric: str | None = Field(None, pattern=r"^[a-z0-9_]+$")

    @field_validator("advertiser_id", mode="before")
    @classmethod
    def _as_text(cls, given: object) -> object:
        return str(given)


def fetch_report(api: Api, options: TikTokOptions, chunk: Chunk) -> Iterator[Page]:
    """Pages of the report of the chunk's days."""
    first, last = chunk.days()
    account = api.once("account", lambda: read_account(api, options))
    metrics = [*METRICS, *((options.value_metric,) if options.value_metric else ())]
    asked = {
        "advertiser_id": options.advertiser_id,
        "report_type": "BASIC",
        "service_type": "AUCTION",
        "data_level": "AUCTION_ADGROUP",
        "dimensions": json.dumps(["adgroup_id", "stat_time_day"]),
        "metrics": json.dumps(metrics),
        "start_date": str(first),
        "end_date": str(last),
        "page_size": PAGE,
    }
    seen: set[tuple[str, str]] = set()
    page, pages, total = 1, 1, 0
    while page <= pages:
        data = api.get(f"{API}/report/integrated/get/", {**asked, "page": page}).get("data") or {}
        records = data.get("list") or []
        yield {"report": [with_account(record, account, options) for record in records]}
        seen.update(_key(record) for record in records)
        info = data.get("page_info") or {}
        pages, total = int(info.get("total_page") or 0), int(info.get("total_number") or 0)
        page += 1
    if len(seen) != total:
        # Pages are numbered: when the list moves meanwhile, one record comes twice and another never.
        raise ExpiredCursorError(
            f"{api.vendor} changed its report while we read it.",
            found=f"{first} to {last}: {len(seen)} records of {total}",
            fix="run this again; nothing of this week was landed",
        )


def _key(record: Json) -> tuple[str, str]:
    said = record.get("dimensions") or {}
    return str(said.get("adgroup_id")), str(said.get("stat_time_day"))


def with_account(record: Json, account: Json, options: TikTokOptions) -> Json:
    """A record as TikTok sent it, with its account and the value of its conversions."""
    value = (record.get("metrics") or {}).get(options.value_metric) if options.value_metric else None
    return {**record, "_account": account, "_value": value}


def read_account(api: Api, options: TikTokOptions) -> Json:
    """The account's id, currency and time zone."""
    said = api.get(
        f"{API}/advertiser/info/",
        {
            "advertiser_ids": json.dumps([options.advertiser_id]),
            "fields": json.dumps(["advertiser_id", "name", "currency", "timezone", "display_timezone"]),
        },
    )
    listed = (said.get("data") or {}).get("list") or []
    if not listed:
        raise SourceError(
            f"{api.vendor} does not know the advertiser.",
            found=f"no account for advertiser_id {options.advertiser_id}",
            fix="check advertiser_id, and that the token was granted for this advertiser",
        )
    return account_of(listed[0])


def account_of(said: Json) -> Json:
    """What we keep of an advertiser. The zone of its days, not the one its pages are shown in."""
    return {
        "id": str(said.get("advertiser_id")),
        "currency": said.get("currency"),
        "time_zone": said.get("timezone") or said.get("display_timezone"),
    }


REPORT = Stream(
    "report",
    "days",
    {"report": Part(("$.dimensions.adgroup_id", "$.dimensions.stat_time_day"))},
    fetch_report,
    restated_days=28,
)
