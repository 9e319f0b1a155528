"""Google Ads in the sandbox: GoogleAdsService.Search over REST, as v25 documents it."""

import re
from datetime import date
from typing import Any

from fastapi import FastAPI, Request

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.google_ads_accounts import (
    CLIENTS,
    MANAGER,
    Account,
    ad_group_days,
    single_ad_days,
    summed,
)
from countersign.sources.sandbox.google_api import GoogleRefusalError, google_app
from countersign.sources.sandbox.paging import CursorGoneError, page_of
from countersign.sources.sandbox.tokens import sandbox_secret
from countersign.sources.sandbox.world import SandboxWorld

VENDOR = "google_ads"
# Google makes pages of 10,000; smaller ones, so that a small world has more than one.
PAGE_ROWS = 40

Json = dict[str, Any]
_FAILURE = "type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure"
_QUERY = re.compile(r"SELECT (?P<fields>.+?) FROM (?P<resource>\w+)(?: WHERE (?P<where>.+))?", re.DOTALL)
_DAYS = re.compile(r"segments\.date BETWEEN '(\d{4}-\d\d-\d\d)' AND '(\d{4}-\d\d-\d\d)'")
_CUSTOMER = ("customer.id", "customer.descriptive_name", "customer.currency_code", "customer.time_zone")
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
_FIELDS = {
    "ad_group": (*_CUSTOMER, *_CAMPAIGN, *_AD_GROUP, *_FIGURES),
    "ad_group_ad": (*_CUSTOMER, *_CAMPAIGN, *_AD_GROUP, *_AD, *_FIGURES),
    "campaign": (*_CUSTOMER, *_CAMPAIGN, *_FIGURES),
    "customer_client": tuple(
        f"customer_client.{name}" for name in ("id", "descriptive_name", "status", "manager", "time_zone")
    ),
}


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """Google Ads as one app."""
    app, tokens = google_app(VENDOR, faults)

    @app.post("/v25/customers/{customer}/googleAds:search")
    async def search(customer: str, request: Request) -> Json:
        tokens.check(request)
        account = _account(customer, request)
        body = await request.json()
        if "pageSize" in body:
            raise _refused(
                "requestError", "PAGE_SIZE_NOT_SUPPORTED", "Setting the page size is not supported."
            )
        resource, fields, rows = _answer(world, account, str(body.get("query", "")))
        try:
            page = page_of(
                rows,
                body.get("pageToken"),
                limit=PAGE_ROWS,
                faults=faults,
                vendor=VENDOR,
                path=request.url.path,
            )
        except CursorGoneError:
            raise _refused("requestError", "EXPIRED_PAGE_TOKEN", "Page token has expired.") from None
        answer: Json = {
            "results": [_row(row, resource, fields) for row in page.records],
            "fieldMask": ",".join(_camel(field) for field in fields),
            "requestId": "sandbox",
            "queryResourceConsumption": "100",
        }
        return answer | ({"nextPageToken": page.next_cursor} if page.next_cursor else {})

    return app


def _account(customer: str, request: Request) -> Account:
    if request.headers.get("developer-token") != sandbox_secret(VENDOR, "developer_token"):
        raise _refused(
            "authenticationError", "DEVELOPER_TOKEN_INVALID", "Developer token is invalid.", code=401
        )
    found = next((one for one in (MANAGER, *CLIENTS) if one.id == customer), None)
    if found is None or request.headers.get("login-customer-id") != MANAGER.id:
        raise _refused(
            "authorizationError",
            "USER_PERMISSION_DENIED",
            "User doesn't have permission to access customer. Note: If you're accessing a client"
            " customer, the manager's customer id must be set in the 'login-customer-id' header.",
            code=403,
        )
    if found.status != "ENABLED":
        raise _refused(
            "authorizationError",
            "CUSTOMER_NOT_ENABLED",
            "The customer account can't be accessed because it is not yet enabled or has been deactivated.",
            code=403,
        )
    return found


def _answer(world: SandboxWorld, account: Account, query: str) -> tuple[str, list[str], list[Json]]:
    match = _QUERY.fullmatch(query.strip())
    if match is None or match["resource"] not in _FIELDS:
        raise _refused("queryError", "UNEXPECTED_INPUT", "Error in query: unexpected input.")
    resource = match["resource"]
    fields = [field.strip() for field in match["fields"].split(",")]
    unknown = [field for field in fields if field not in _FIELDS[resource]]
    if unknown:
        raise _refused(
            "queryError", "UNRECOGNIZED_FIELD", f"Unrecognized fields in the query: {unknown[0]!r}."
        )
    if resource == "customer_client":
        return resource, fields, [_client(client) for client in CLIENTS]
    if account is MANAGER:
        raise _refused(
            "queryError",
            "REQUESTED_METRICS_FOR_MANAGER",
            "Metrics cannot be requested for a manager account. To retrieve metrics, issue separate requests"
            " against each client account under the manager account.",
        )
    days = _DAYS.search(match["where"] or "")
    if days is None:
        raise _refused("queryError", "EXPECTED_FILTERS_ON_DATE", "A finite date range is needed.")
    read = single_ad_days if resource == "ad_group_ad" else ad_group_days
    rows = read(world, account, first=date.fromisoformat(days[1]), last=date.fromisoformat(days[2]))
    rows = summed(rows) if resource == "campaign" else [row for row in rows if row["ad_group_id"]]
    # Segmented by day, Google leaves out rows whose figures are all zero.
    busy = [row for row in rows if row["impressions"] or row["clicks"] or row["conversions"]]
    return resource, fields, [_figures(row, account) for row in busy]


def _client(account: Account) -> Json:
    return {
        "customer_client.id": account.id,
        "customer_client.descriptive_name": account.name,
        "customer_client.status": account.status,
        "customer_client.manager": False,
        "customer_client.time_zone": account.time_zone,
    }


def _figures(row: Json, account: Account) -> Json:
    """One row by GAQL names; REST sends whole numbers as text and fractions as numbers."""
    return {
        "customer.id": account.id,
        "customer.descriptive_name": account.name,
        "customer.currency_code": account.currency,
        "customer.time_zone": account.time_zone,
        "campaign.id": row["campaign_id"],
        "campaign.name": row["campaign"],
        "campaign.status": row["campaign_status"],
        "campaign.advertising_channel_type": row["channel_type"],
        "ad_group.id": row["ad_group_id"],
        "ad_group.name": row["ad_group"],
        "ad_group.status": row["ad_group_status"],
        "ad_group_ad.ad.id": row.get("ad_id"),
        "ad_group_ad.ad.name": "",
        "ad_group_ad.ad.type": "RESPONSIVE_SEARCH_AD",
        "ad_group_ad.status": "ENABLED",
        "ad_group_ad.ad.responsive_search_ad.headlines": [_asset(row.get("headline"))],
        "ad_group_ad.ad.responsive_search_ad.descriptions": [_asset(row.get("body"))],
        "segments.date": row["date"],
        "metrics.impressions": str(row["impressions"]),
        "metrics.clicks": str(row["clicks"]),
        "metrics.cost_micros": str(row["cost_micros"]),
        "metrics.conversions": row["conversions"],
        "metrics.conversions_value": row["conversions_value"],
        # Actions beside the account's goals, such as page views somebody once marked.
        "metrics.all_conversions": round(row["conversions"] * 1.4, 2),
        "metrics.all_conversions_value": round(row["conversions_value"] * 1.4, 2),
    }


def _asset(text: str | None) -> Json:
    return {"text": text, "assetPerformanceLabel": "PENDING"}


def _row(row: Json, resource: str, fields: list[str]) -> Json:
    found: Json = {}
    for field in fields:
        *groups, name = (_camel(part) for part in field.split("."))
        place = found
        for group in groups:
            place = place.setdefault(group, {})
        # Google leaves out what is empty.
        if row[field] != "":
            place[name] = row[field]
    customer = row.get("customer.id", MANAGER.id)
    ad = f"{row.get('ad_group.id')}~{row.get('ad_group_ad.ad.id')}"
    names = {
        "customer": f"customers/{customer}",
        "campaign": f"customers/{customer}/campaigns/{row.get('campaign.id')}",
        "adGroup": f"customers/{customer}/adGroups/{row.get('ad_group.id')}",
        "adGroupAd": f"customers/{customer}/adGroupAds/{ad}",
        "customerClient": f"customers/{customer}/customerClients/{row.get('customer_client.id')}",
    }
    for group, name in names.items():
        # Whatever is asked, Google names the resources that a row speaks of.
        if group in found or group == _camel(resource):
            found.setdefault(group, {})["resourceName"] = name
    return found


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def _refused(kind: str, error: str, message: str, *, code: int = 400) -> GoogleRefusalError:
    status, said = {
        400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
        401: ("UNAUTHENTICATED", "Request is missing required authentication credential."),
        403: ("PERMISSION_DENIED", "The caller does not have permission"),
    }[code]
    details = [
        {
            "@type": _FAILURE,
            "errors": [{"errorCode": {kind: error}, "message": message}],
            "requestId": "sandbox",
        }
    ]
    return GoogleRefusalError(code, status, said, details=details)
