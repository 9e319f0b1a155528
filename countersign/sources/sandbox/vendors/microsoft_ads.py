"""Microsoft Advertising's reporting as Microsoft documents it: order, poll, download a zipped CSV.

The demo company does not advertise there. What the sandbox tells is a small copy of its Google campaigns.
"""

import csv
import io
import threading
import zipfile
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.renewable import RenewableTokens
from countersign.sources.sandbox.tokens import sandbox_secret
from countersign.sources.sandbox.world import SandboxWorld

Json = dict[str, Any]

VENDOR = "microsoft_ads"
ACCOUNT, CUSTOMER = 180519267, 251186883
_TYPES = {"AdGroupPerformanceReportRequest": "AdGroupId", "CampaignPerformanceReportRequest": "CampaignId"}
_ROWS = """
    select day::varchar as "TimePeriod", '44' || campaign_id as "CampaignId",
        -- commas and quotes in names, as people write them
        replace(campaign, 'Search | ', 'Bing, "exact" | ') as "CampaignName",
        '44' || ad_group_id as "AdGroupId", ad_group as "AdGroupName", impressions // 9 as "Impressions",
        clicks // 9 as "Clicks", (spend / 10)::decimal(18, 2) as "Spend",
        floor(conversions / 8)::bigint as "Conversions",
        (conversions / 8)::decimal(18, 2) as "ConversionsQualified",
        (conversions * 15)::decimal(18, 2) as "Revenue"
    from ad_days where platform = 'google_ads' and impressions >= 9
"""


class ApiFaultError(Exception):
    """A refusal with Microsoft's own error body."""

    def __init__(self, status: int, code: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "TrackingId": "3f1b6c1e-sandbox",
            "Type": "AdApiFaultErrorDetail",
            "Errors": [{"Code": code, "Detail": None, "ErrorCode": name, "Message": message}],
        }


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """An ad account with its reports."""
    tokens = RenewableTokens(VENDOR, faults, lasts_s=3600)
    reports = _Reports()

    def signed(request: Request) -> None:
        if not tokens.are_good(request):
            raise ApiFaultError(401, 109, "AuthenticationTokenExpired", "Authentication token expired.")
        if request.headers.get("developertoken") != sandbox_secret(VENDOR, "developer_token"):
            raise ApiFaultError(400, 105, "InvalidCredentials", "Authentication failed.")
        if request.headers.get("customeraccountid") != str(ACCOUNT):
            raise ApiFaultError(400, 1102, "InvalidAccountId", "The account id is invalid.")

    app = FastAPI()
    app.add_api_route("/common/oauth2/v2.0/token", tokens.renew, methods=["POST"])
    api = APIRouter(dependencies=[Depends(signed)])

    @app.exception_handler(ApiFaultError)
    def _refuse(request: Request, error: ApiFaultError) -> JSONResponse:
        return JSONResponse(error.body, error.status)

    @api.post("/CustomerManagement/v13/Account/Query")
    def read_account(asked: Json) -> Json:
        zone = "AmsterdamBerlinBernRomeStockholmVienna"
        return {"Account": {"Id": asked.get("AccountId"), "CurrencyCode": "EUR", "TimeZone": zone}}

    @api.post("/Reporting/v13/GenerateReport/Submit")
    def submit(asked: Json) -> Json:
        request = asked.get("ReportRequest") or {}
        _check_request(request)
        return {"ReportRequestId": reports.order(request)}

    @api.post("/Reporting/v13/GenerateReport/Poll")
    def poll(asked: Json, request: Request) -> Json:
        ticket = str(asked.get("ReportRequestId"))
        if not reports.is_done(ticket):
            return {"ReportRequestStatus": {"ReportDownloadUrl": None, "Status": "Pending"}}
        has_rows = find_rows(world, reports.request(ticket))
        root = f"{request.url.scheme}://{request.url.netloc}{request.scope['root_path']}"
        url = f"{root}/download/{ticket}.zip?sig=sandbox" if has_rows else None
        return {"ReportRequestStatus": {"ReportDownloadUrl": url, "Status": "Success"}}

    # Storage, at an address that is signed by itself.
    @app.get("/download/{ticket}.zip")
    def download(ticket: str, sig: str = "") -> Response:
        if sig != "sandbox":
            return Response("AuthenticationFailed", 403)
        asked = reports.request(ticket)
        return Response(zipped(asked, find_rows(world, asked)), media_type="application/x-zip-compressed")

    app.include_router(api)
    return app


def find_rows(world: SandboxWorld, asked: Json) -> list[Json]:
    """The rows of a report by day, in its grain."""
    time = asked["Time"]
    window = [_day(time["CustomDateRangeStart"]), _day(time["CustomDateRangeEnd"])]
    if _TYPES[asked["Type"]] == "AdGroupId":
        rows = world.rows(f'{_ROWS} and day between ? and ? order by day, "AdGroupId"', window)
    else:
        sums = ", ".join(
            f'sum("{name}") as "{name}"'
            for name in ("Impressions", "Clicks", "Spend", "Conversions", "ConversionsQualified", "Revenue")
        )
        rows = world.rows(
            f'select "TimePeriod", "CampaignId", "CampaignName", {sums}'
            f" from ({_ROWS} and day between ? and ?) group by all order by 1, 2",
            window,
        )
    account = {"AccountId": ACCOUNT, "AccountName": "Northbeam Instruments", "CurrencyCode": "EUR"}
    return [{**account, **row} for row in rows]


def zipped(asked: Json, rows: list[Json]) -> bytes:
    """A report as Microsoft packs it: a byte-order mark, quoted cells, and a copyright line at the end."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(asked["Columns"])
    writer.writerows([row.get(name, "") for name in asked["Columns"]] for row in rows)
    text.write('\r\n"©2026 Microsoft Corporation. All rights reserved. "\r\n')
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("report.csv"), text.getvalue(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


class _Reports:
    """Ordered reports; the first poll finds one pending."""

    def __init__(self) -> None:
        self._asked: list[Json] = []
        self._polled: set[str] = set()
        self._lock = threading.Lock()

    def order(self, asked: Json) -> str:
        with self._lock:
            self._asked.append(asked)
            return f"30000{len(self._asked)}"

    def request(self, ticket: str) -> Json:
        number = int(ticket.removeprefix("30000") or 0) if ticket.isdigit() else 0
        if not 0 < number <= len(self._asked):
            raise ApiFaultError(400, 2100, "ReportingServiceInvalidReportId", "The report id is not valid.")
        return self._asked[number - 1]

    def is_done(self, ticket: str) -> bool:
        self.request(ticket)
        with self._lock:
            is_known = ticket in self._polled
            self._polled.add(ticket)
            return is_known


def _check_request(asked: Json) -> None:
    is_known = asked.get("Type") in _TYPES and asked.get("Aggregation") == "Daily"
    if not is_known or asked.get("Format") != "Csv" or "TimePeriod" not in asked.get("Columns", []):
        raise ApiFaultError(
            400, 2008, "ReportingServiceInvalidReportRequest", "The report request is not valid."
        )
    if asked.get("Scope", {}).get("AccountIds") != [ACCOUNT]:
        raise ApiFaultError(400, 2019, "ReportingServiceInvalidAccountId", "The account id is not valid.")


def _day(said: Json) -> date:
    return date(said["Year"], said["Month"], said["Day"])
