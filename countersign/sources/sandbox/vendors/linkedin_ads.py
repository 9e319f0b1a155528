"""LinkedIn's Advertising API as LinkedIn documents it, fed by the demo company."""

import re
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.paging import CursorGoneError, page_of
from countersign.sources.sandbox.renewable import RenewableTokens
from countersign.sources.sandbox.world import SandboxWorld

Json = dict[str, Any]

VENDOR = "linkedin_ads"
MOST_ELEMENTS = 15_000
LARGEST_PAGE = 1000
_TOKEN_LASTS_S = 5_184_000
_URN = "urn%3Ali%3AsponsoredAccount%3A"
_DAY = r"\(year:(\d+),month:(\d+),day:(\d+)\)"
_DAYS = re.compile(rf"dateRange=\(start:{_DAY},end:{_DAY}\)")


class RestliError(Exception):
    """A refusal with LinkedIn's own error body."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"status": status, "code": code, "message": message}


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """The ad account of the demo company behind LinkedIn's versioned API."""
    tokens = RenewableTokens(VENDOR, faults, lasts_s=_TOKEN_LASTS_S)
    account = world.rows("select account_id from accounts where platform = 'linkedin_ads'")[0]["account_id"]

    def signed(request: Request) -> None:
        if not tokens.are_good(request):
            raise RestliError(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired")
        check_version(request)

    app = FastAPI()
    rest = APIRouter(prefix="/rest", dependencies=[Depends(signed)])
    app.add_api_route("/oauth/v2/accessToken", tokens.renew, methods=["POST"])

    @app.exception_handler(RestliError)
    def _refuse(request: Request, error: RestliError) -> JSONResponse:
        return JSONResponse(error.body, error.status)

    @rest.get(f"/adAccounts/{account}")
    def read_account() -> Json:
        return {
            "id": int(account), "name": "Northbeam Instruments", "currency": "EUR", "status": "ACTIVE",
            "type": "BUSINESS", "test": False, "servingStatuses": ["RUNNABLE"],
        }  # fmt: skip

    @rest.get(f"/adAccounts/{account}/adCampaigns")
    def search_campaigns(request: Request) -> Json:
        return _page(find_campaigns(world, account, _statuses(request)), request, faults)

    @rest.get(f"/adAccounts/{account}/adCampaignGroups")
    def search_groups(request: Request) -> Json:
        return _page(find_groups(world, account, _statuses(request)), request, faults)

    @rest.get("/adAnalytics")
    def read_analytics(request: Request) -> Json:
        return {
            "paging": {"start": 0, "count": 10, "links": []},
            "elements": _analytics(world, request, account),
        }

    app.include_router(rest)
    return app


def find_campaigns(world: SandboxWorld, account: str, statuses: list[str]) -> list[Json]:
    """Campaigns (ad groups, in the words of others) in the given statuses; one of them was removed."""
    rows = world.rows(
        """
        select "Kampagnen-ID" as id, any_value("Kampagne") as name,
            any_value("Kampagnengruppen-ID") as group_id
        from linkedin_ads group by 1 order by 1
        """
    )
    removed = rows[0]["id"] if rows else ""
    return [
        {
            "id": int(row["id"]),
            "name": row["name"],
            "account": f"urn:li:sponsoredAccount:{account}",
            "campaignGroup": f"urn:li:sponsoredCampaignGroup:{row['group_id']}",
            "status": "REMOVED" if row["id"] == removed else "ACTIVE",
            "type": "SPONSORED_UPDATES",
            "costType": "CPM",
            "objectiveType": "LEAD_GENERATION",
            "test": False,
        }
        for row in rows
        if ("REMOVED" if row["id"] == removed else "ACTIVE") in statuses
    ]


def find_groups(world: SandboxWorld, account: str, statuses: list[str]) -> list[Json]:
    """Campaign groups (campaigns, in the words of others); all are active."""
    rows = world.rows(
        'select "Kampagnengruppen-ID" as id, any_value("Kampagnengruppe") as name'
        " from linkedin_ads group by 1 order by 1"
    )
    return [
        {
            "id": int(row["id"]),
            "name": row["name"],
            "account": f"urn:li:sponsoredAccount:{account}",
            "status": "ACTIVE",
            "test": False,
        }
        for row in rows
        if "ACTIVE" in statuses
    ]


def _analytics(world: SandboxWorld, request: Request, account: str) -> list[Json]:
    query = request.url.query
    for part in ("q=analytics", "pivot=CAMPAIGN", "timeGranularity=DAILY", f"accounts=List({_URN}{account})"):
        if part not in query.split("&"):
            raise RestliError(400, "ILLEGAL_ARGUMENT", f"Invalid query parameters: {part.split('=')[0]}")
    found = _DAYS.search(query)
    if not found:
        raise RestliError(400, "ILLEGAL_ARGUMENT", "Invalid query parameters: dateRange")
    numbers = [int(number) for number in found.groups()]
    rows = world.rows(
        """
        select *, translate("costInLocalCurrency", ',.', '.')::decimal(18, 2) as cost,
            translate("Konversionen", ',.', '.')::decimal(18, 2)::bigint as conversions
        from linkedin_ads where day between ? and ? order by day, "Kampagnen-ID"
        """,
        [date(*numbers[:3]), date(*numbers[3:])],
    )
    fields = request.query_params.get("fields", "impressions,clicks").split(",")
    # Cut off without a word, as LinkedIn does.
    return [_figures(row, fields) for row in rows[:MOST_ELEMENTS]]


def _figures(row: Json, fields: list[str]) -> Json:
    day, conversions = row["day"], int(row["conversions"])
    when = {"year": day.year, "month": day.month, "day": day.day}
    known: Json = {
        "dateRange": {"start": when, "end": when},
        "pivotValues": [f"urn:li:sponsoredCampaign:{row['Kampagnen-ID']}"],
        "impressions": int(row["Impressions"]),
        "clicks": int(row["Klicks"]),
        "landingPageClicks": int(row["Klicks"]) * 9 // 10,
        "costInLocalCurrency": str(row["cost"]),
        "costInUsd": str(row["cost"]),
        "externalWebsiteConversions": conversions,
        "externalWebsitePostClickConversions": conversions - conversions // 4,
        "externalWebsitePostViewConversions": conversions // 4,
        "oneClickLeads": conversions // 5,
        "conversionValueInLocalCurrency": "0.0",
    }
    return {name: known[name] for name in fields if name in known}


def _statuses(request: Request) -> list[str]:
    found = re.search(r"status:\(values:List\(([A-Z_,]+)\)\)", request.query_params.get("search", ""))
    return found.group(1).split(",") if found else ["ACTIVE", "PAUSED"]


def _page(records: list[Json], request: Request, faults: Faults) -> Json:
    if request.query_params.get("q") != "search":
        raise RestliError(400, "ILLEGAL_ARGUMENT", "Parameter q is missing")
    limit = min(int(request.query_params.get("pageSize", 100)), LARGEST_PAGE)
    token = request.query_params.get("pageToken")
    try:
        page = page_of(records, token, limit=limit, faults=faults, vendor=VENDOR, path=request.url.path)
    except CursorGoneError:
        raise RestliError(400, "INVALID_PAGE_TOKEN", "pageToken has expired") from None
    metadata = {"nextPageToken": page.next_cursor} if page.next_cursor is not None else {}
    return {"metadata": metadata, "elements": page.records}


def check_version(request: Request) -> None:
    """Refuse a request without a version of the API that is still served."""
    version = request.headers.get("linkedin-version", "")
    if not re.fullmatch(r"20\d{4}", version):
        raise RestliError(400, "VERSION_MISSING", "A version must be present. Please specify a version")
    if version < "202511":
        raise RestliError(426, "NONEXISTENT_VERSION", f"Requested version {version} is not active")
    if request.headers.get("x-restli-protocol-version") != "2.0.0":
        raise RestliError(400, "ILLEGAL_ARGUMENT", "X-RestLi-Protocol-Version must be 2.0.0")
