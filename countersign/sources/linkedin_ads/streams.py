"""What is read from LinkedIn: figures of every campaign by UTC day, with names, group and currency."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk, Page, Part, Stream
from countersign.sources.linkedin_ads.addresses import address, days, listed
from countersign.sources.linkedin_ads.names import Named, id_of, read_names
from countersign.sources.linkedin_ads.options import METRICS, LinkedInOptions

Json = dict[str, Any]

# LinkedIn cuts an answer off here and does not say so; it knows no pages for figures.
MOST_ELEMENTS = 15_000
FIELDS = (
    "dateRange", "pivotValues", "impressions", "clicks", "landingPageClicks", "costInLocalCurrency",
    "costInUsd", "conversionValueInLocalCurrency", *METRICS,
)  # fmt: skip


def fetch_analytics(api: Api, options: LinkedInOptions, chunk: Chunk) -> Iterator[Page]:
    """Figures of the chunk's days."""
    first, last = chunk.days()
    named = api.once("names", lambda: read_names(api, options))
    for records in _figures(api, options, first, last):
        yield {"analytics": [with_names(record, named, options) for record in records]}


def with_names(record: Mapping[str, Any], named: Named, options: LinkedInOptions) -> Json:
    """A record as LinkedIn sent it, with account, campaign, campaign group and chosen conversions."""
    campaign_id = id_of((record.get("pivotValues") or [""])[0])
    campaign = named.campaigns.get(campaign_id, {})
    group_id = id_of(campaign.get("campaignGroup"))
    return {
        **record,
        "_account": {"id": options.account_id, "currency": named.currency},
        "_campaign": {"id": campaign_id, "name": campaign.get("name")},
        "_group": {"id": group_id or None, "name": named.groups.get(group_id, {}).get("name")},
        "_conversions": str(sum((_number(record.get(one)) for one in options.conversion_metrics), Decimal())),
    }


def _figures(api: Api, options: LinkedInOptions, first: date, last: date) -> Iterator[list[Json]]:
    """Figures of some days; when the answer may have been cut off, of half of them at a time."""
    body = api.get(
        address(
            "/rest/adAnalytics",
            {
                "q": "analytics",
                "pivot": "CAMPAIGN",
                "timeGranularity": "DAILY",
                "dateRange": days(first, last),
                "accounts": listed(f"urn:li:sponsoredAccount:{options.account_id}"),
                "fields": ",".join(FIELDS),
            },
        )
    )
    records = body.get("elements") or []
    if len(records) < MOST_ELEMENTS:
        yield records
    elif first < last:
        middle = first + (last - first) // 2
        yield from _figures(api, options, first, middle)
        yield from _figures(api, options, middle + timedelta(days=1), last)
    else:
        raise SourceError(
            f"{api.vendor} cut off the figures of one day.",
            found=f"{first}: {len(records)} campaigns, which is as many as an answer holds",
            fix="nothing of this week was landed; split the account, or read its campaigns from an export",
        )


def _number(said: object) -> Decimal:
    try:
        return Decimal(str(said)) if said is not None else Decimal()
    except InvalidOperation:
        return Decimal()


ANALYTICS = Stream(
    "analytics",
    "days",
    {
        "analytics": Part(
            ("$._campaign.id", "$.dateRange.start.year", "$.dateRange.start.month", "$.dateRange.start.day")
        )
    },
    fetch_analytics,
    restated_days=28,
)
