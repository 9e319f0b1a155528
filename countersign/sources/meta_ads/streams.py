"""What is read from Meta: insights of ad sets and of single ads by day, with the account's currency."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk, Page, Part, Stream
from countersign.sources.meta_ads.conversions import claimed
from countersign.sources.meta_ads.graph import read_pages
from countersign.sources.meta_ads.options import MetaOptions

Json = dict[str, Any]

FIELDS = (
    "account_id", "account_name", "account_currency", "campaign_id", "campaign_name", "adset_id",
    "adset_name", "objective", "spend", "impressions", "clicks", "inline_link_clicks", "reach",
    "actions", "action_values",
)  # fmt: skip
AD_FIELDS = (
    "account_id", "account_currency", "campaign_id", "campaign_name", "adset_id", "adset_name", "ad_id",
    "ad_name", "spend", "impressions", "clicks", "actions", "action_values",
)  # fmt: skip
# Without this filter Meta leaves out what deleted and archived ad sets and ads have spent.
STATUSES = ("ACTIVE", "ARCHIVED", "CAMPAIGN_PAUSED", "DELETED", "IN_PROCESS", "PAUSED", "WITH_ISSUES")
AD_STATUSES = (
    *STATUSES, "ADSET_PAUSED", "DISAPPROVED", "PENDING_BILLING_INFO", "PENDING_REVIEW", "PREAPPROVED",
)  # fmt: skip
PAGE = 500
# Lists of whole creatives are heavy: Meta refuses pages of more than it can gather in time.
CREATIVE_PAGE = 100
_ENDS = ("Job Completed", "Job Failed", "Job Skipped")


@dataclass(frozen=True)
class Level:
    """How finely insights are asked for: Meta's word for it, the fields, and the statuses that count."""

    name: str
    fields: tuple[str, ...]
    statuses: tuple[str, ...]


AD_SETS = Level("adset", FIELDS, STATUSES)
ADS = Level("ad", AD_FIELDS, AD_STATUSES)


def fetch_insights(api: Api, options: MetaOptions, chunk: Chunk) -> Iterator[Page]:
    """Pages of insights of the chunk's days."""
    account = api.once("account", lambda: read_account(api, options))
    for records in _insights(api, options, chunk, level=AD_SETS):
        yield {"insights": [with_account(record, account, options) for record in records]}


def fetch_ad_insights(api: Api, options: MetaOptions, chunk: Chunk) -> Iterator[Page]:
    """Pages of insights of single ads, each with what the ad says today under `_text`."""
    account = api.once("account", lambda: read_account(api, options))
    texts = api.once("texts", lambda: read_texts(api, options))
    for records in _insights(api, options, chunk, level=ADS):
        yield {
            "ad_insights": [
                {**with_account(record, account, options), "_text": texts.get(record["ad_id"])}
                for record in records
            ]
        }


def read_texts(api: Api, options: MetaOptions) -> dict[str, str]:
    """What ads say by their id: title and body of the creative, where it has one of each.

    Creatives that Meta puts together from several texts (`asset_feed_spec`) have none of their own.
    """
    params = {"fields": "id,creative{title,body}", "effective_status": json.dumps(list(AD_STATUSES))}
    place = f"/{options.api_version}/{options.account_id}/ads"
    found = {}
    for records in read_pages(api, place, params, limit=CREATIVE_PAGE):
        for record in records:
            creative = record.get("creative") or {}
            text = " | ".join(creative[name] for name in ("title", "body") if creative.get(name))
            if text:
                found[str(record["id"])] = text
    return found


def read_account(api: Api, options: MetaOptions) -> Json:
    """The account's currency and time zone, as Meta says them."""
    said = api.get(
        f"/{options.api_version}/{options.account_id}",
        {"fields": "id,account_id,name,currency,timezone_name"},
    )
    return {"currency": said.get("currency"), "time_zone": said.get("timezone_name")}


def with_account(record: Mapping[str, Any], account: Json, options: MetaOptions) -> Json:
    """A record as Meta sent it, with its account and the conversions that the options choose."""
    return {**record, "_account": account, "_conversions": claimed(record, options)}


def _insights(api: Api, options: MetaOptions, chunk: Chunk, *, level: Level) -> Iterator[list[Json]]:
    first, last = chunk.days()
    pages = _reports if options.reports == "async" else _days
    return pages(api, options, first, last, level=level)


def _reports(
    api: Api, options: MetaOptions, first: date, last: date, *, level: Level
) -> Iterator[list[Json]]:
    """Insights through a report that Meta makes; a report that is too large is asked for in halves."""
    started = api.request("POST", _edge(options), params=_params(options, first, last, level=level))
    run = str(started.get("report_run_id") or "")
    if not run.isdigit():
        raise SourceError(
            f"{api.vendor} started no report.",
            found=f"insights of {first} to {last}: no report_run_id in the answer",
            fix="try again; if it stays, set `reports: direct` in the source's options",
        )
    place = f"/{options.api_version}/{run}"
    ended = api.until_ready(lambda: _ended(api, place), what=f"the report of {first} to {last}")
    if ended["async_status"] == "Job Completed":
        yield from read_pages(api, f"{place}/insights", {}, limit=PAGE)
    elif first < last:
        middle = first + (last - first) // 2
        yield from _reports(api, options, first, middle, level=level)
        yield from _reports(api, options, middle + timedelta(days=1), last, level=level)
    else:
        raise SourceError(
            f"{api.vendor} could not make the report of one day.",
            found=f"{first}: {ended['async_status']}, error {ended.get('error_code', 'not said')}",
            fix="run this again later; if it stays, set `reports: direct` in the source's options",
        )


def _ended(api: Api, place: str) -> Json | None:
    said = api.get(place)
    return said if said.get("async_status") in _ENDS else None


def _days(api: Api, options: MetaOptions, first: date, last: date, *, level: Level) -> Iterator[list[Json]]:
    """Insights day by day, answered at once."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield from read_pages(api, _edge(options), _params(options, day, day, level=level), limit=PAGE)


def _edge(options: MetaOptions) -> str:
    return f"/{options.api_version}/{options.account_id}/insights"


def _params(options: MetaOptions, first: date, last: date, *, level: Level) -> dict[str, str]:
    windows = options.attribution_windows
    return {
        "level": level.name,
        "time_increment": "1",
        "time_range": json.dumps({"since": str(first), "until": str(last)}),
        "fields": ",".join(level.fields),
        "filtering": json.dumps(
            [{"field": f"{level.name}.effective_status", "operator": "IN", "value": list(level.statuses)}]
        ),
        **(
            {"action_attribution_windows": json.dumps(list(windows))}
            if windows
            else {"use_unified_attribution_setting": "true"}
        ),
    }


INSIGHTS = Stream(
    "insights",
    "days",
    {"insights": Part(("$.adset_id", "$.date_start"))},
    fetch_insights,
    restated_days=28,
)
AD_INSIGHTS = Stream(
    "ad_insights",
    "days",
    {"ad_insights": Part(("$.ad_id", "$.date_start"))},
    fetch_ad_insights,
    restated_days=28,
)
