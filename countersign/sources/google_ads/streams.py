"""Daily figures of every account: by ad group, by campaign for what no ad group holds, and by single ad."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from countersign.core.errors import SourceError
from countersign.core.log import EventLog
from countersign.sources.connecting.api import Api, Json
from countersign.sources.connecting.connector import Chunk, Page

VERSION = "v25"
METRICS = (
    "impressions", "clicks", "costMicros", "conversions", "conversionsValue", "allConversions",
    "allConversionsValue",
)  # fmt: skip

_ACCOUNT = ("customer.id", "customer.descriptive_name", "customer.currency_code", "customer.time_zone")
_CAMPAIGN = ("campaign.id", "campaign.name", "campaign.status", "campaign.advertising_channel_type")
_AD_GROUP = ("ad_group.id", "ad_group.name", "ad_group.status")
_AD = (
    "ad_group_ad.ad.id", "ad_group_ad.ad.name", "ad_group_ad.ad.type", "ad_group_ad.status",
    "ad_group_ad.ad.responsive_search_ad.headlines", "ad_group_ad.ad.responsive_search_ad.descriptions",
)  # fmt: skip
_FIGURES = (
    "segments.date", "metrics.impressions", "metrics.clicks", "metrics.cost_micros", "metrics.conversions",
    "metrics.conversions_value", "metrics.all_conversions", "metrics.all_conversions_value",
)  # fmt: skip
# No condition on any status: what is paused or removed has spent money all the same.
_DAYS = "SELECT {fields} FROM {resource} WHERE segments.date BETWEEN '{first}' AND '{last}'"
_CLIENTS = (
    "SELECT customer_client.id, customer_client.descriptive_name, customer_client.status,"
    " customer_client.manager FROM customer_client WHERE customer_client.manager = FALSE"
)

log = EventLog(__name__)

Figures = tuple[Decimal, ...]


def fetch_ad_days(api: Api, options: Any, chunk: Chunk) -> Iterator[Page]:
    """Every account's days by ad group, then what campaigns spent beyond their ad groups.

    Performance Max, Smart and other automatic campaigns have no ad groups in reports: their whole
    figures are in `campaign_days`, with the rest that is not in ad groups under `_rest`.
    """
    for customer in _customers(api, options):
        for first, last in chunk.weeks():
            yield from _week_of(api, customer, first=first, last=last)


def _week_of(api: Api, customer: str, *, first: date, last: date) -> Iterator[Page]:
    in_groups = GroupFigures()
    groups = _DAYS.format(
        fields=", ".join((*_ACCOUNT, *_CAMPAIGN, *_AD_GROUP, *_FIGURES)),
        resource="ad_group", first=first, last=last,
    )  # fmt: skip
    for rows in search(api, customer, groups):
        in_groups.add(rows)
        yield {"ad_group_days": rows}
    campaigns = _DAYS.format(
        fields=", ".join((*_ACCOUNT, *_CAMPAIGN, *_FIGURES)),
        resource="campaign", first=first, last=last,
    )  # fmt: skip
    for rows in search(api, customer, campaigns):
        yield {"campaign_days": in_groups.rests(rows)}


def fetch_single_ads(api: Api, options: Any, chunk: Chunk) -> Iterator[Page]:
    """Every account's days by single ad, each with what a responsive search ad says under `_text`."""
    first, last = chunk.days()
    for customer in _customers(api, options):
        ads = _DAYS.format(
            fields=", ".join((*_ACCOUNT, *_CAMPAIGN, *_AD_GROUP, *_AD, *_FIGURES)),
            resource="ad_group_ad", first=first, last=last,
        )  # fmt: skip
        for rows in search(api, customer, ads):
            yield {"single_ad_days": [{**row, "_text": text_of(row)} for row in rows]}


def text_of(row: Json) -> str | None:
    """The headlines and descriptions of a responsive search ad; None for ads of other kinds."""
    said = row["adGroupAd"]["ad"].get("responsiveSearchAd", {})
    parts = [*said.get("headlines", ()), *said.get("descriptions", ())]
    return " | ".join(part["text"] for part in parts if part.get("text")) or None


def search(api: Api, customer: str, query: str) -> Iterator[list[Json]]:
    """The rows of a query page by page; Google makes pages of 10,000 rows.

    Raises:
        SourceError: Google refuses, or its pages go in a circle.
    """
    token: str | None = None
    while True:
        body = {"query": query, **({"pageToken": token} if token else {})}
        page = api.post(f"/{VERSION}/customers/{customer}/googleAds:search", json=body)
        rows: list[Json] = page.get("results", [])
        yield rows
        following = page.get("nextPageToken")
        if not following:
            return
        if following == token:
            raise SourceError(
                "Google Ads gives the same page again and again.",
                found=f"account {customer}: its page token leads to itself",
                fix="run this again later; nothing of this week was landed",
            )
        token = following


class GroupFigures:
    """What ad groups add up to by campaign and day; a row that comes twice counts once."""

    def __init__(self) -> None:
        self._days: dict[tuple[str, str], dict[str, Figures]] = defaultdict(dict)

    def add(self, rows: list[Json]) -> None:
        """Take note of a page of ad group days."""
        for row in rows:
            self._days[_campaign_day(row)][row["adGroup"]["id"]] = _figures(row)

    def rests(self, rows: list[Json]) -> list[Json]:
        """Campaign days with money or views that no ad group holds, each with that rest."""
        found = []
        for row in rows:
            groups = self._days.get(_campaign_day(row), {})
            rest = {
                name: whole - sum((figures[at] for figures in groups.values()), Decimal())
                for at, (name, whole) in enumerate(zip(METRICS, _figures(row), strict=True))
            }
            # Less than the ad groups' sum is a figure that changed between two questions, not a rest.
            rest = {name: max(value, Decimal()) for name, value in rest.items()}
            if not groups or any(rest[name] for name in ("costMicros", "impressions", "clicks")):
                found.append({**row, "_rest": {name: f"{value:f}" for name, value in rest.items()}})
        return found


def _campaign_day(row: Json) -> tuple[str, str]:
    return row["campaign"]["id"], row["segments"]["date"]


def _figures(row: Json) -> Figures:
    # str() of a float gives the digits that Google sent.
    return tuple(Decimal(str(row.get("metrics", {}).get(name, 0))) for name in METRICS)


def _customers(api: Api, options: Any) -> list[str]:
    if options.customers:
        return list(options.customers)
    clients = [row["customerClient"] for rows in search(api, options.manager_id, _CLIENTS) for row in rows]
    enabled = sorted({str(client["id"]) for client in clients if client.get("status") == "ENABLED"})
    closed = sorted({str(client["id"]) for client in clients} - set(enabled))
    if closed:
        log.warning("accounts_not_enabled", vendor=api.vendor, accounts=closed[:20])
    if not enabled:
        raise SourceError(
            "The manager account holds no enabled Google Ads account.",
            found=f"{len(clients)} accounts under {options.manager_id}, none enabled",
            fix="check manager_id in this source's options, or name the accounts under customers",
        )
    return enabled
