"""What is read from Microsoft Advertising: a report of each week, ordered, waited for and fetched."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk, Page, Part, Stream
from countersign.sources.microsoft_ads.download import open_report
from countersign.sources.microsoft_ads.options import MicrosoftOptions
from countersign.sources.microsoft_ads.report import read_rows
from countersign.sources.microsoft_ads.zones import zone_of

Json = dict[str, Any]

CUSTOMERS = "clientcenter.api.bingads.microsoft.com"
_COMMON = (
    "TimePeriod", "AccountId", "AccountName", "CurrencyCode", "CampaignId", "CampaignName", "Impressions",
    "Clicks", "Spend", "Conversions", "ConversionsQualified", "Revenue",
)  # fmt: skip
_COLUMNS = {"campaign": _COMMON, "ad_group": (*_COMMON, "AdGroupId", "AdGroupName")}
_TYPES = {"campaign": "CampaignPerformanceReportRequest", "ad_group": "AdGroupPerformanceReportRequest"}
_PAGE = 5000


def fetch_performance(api: Api, options: MicrosoftOptions, chunk: Chunk) -> Iterator[Page]:
    """Rows of the chunk's days."""
    first, last = chunk.days()
    account = api.once("account", lambda: read_account(api, options))
    url = _report_address(api, options, first, last)
    if url is None:
        return
    with open_report(api, url) as lines:
        rows = read_rows(lines, _COLUMNS[options.level])
        while page := list(islice(rows, _PAGE)):
            yield {"performance": [{**row, "_account": account} for row in page]}


def read_account(api: Api, options: MicrosoftOptions) -> Json:
    """The account's currency and time zone."""
    said = api.post(
        api.at(CUSTOMERS, "/CustomerManagement/v13/Account/Query"), {"AccountId": int(options.account_id)}
    )
    account = said.get("Account") or {}
    return {"currency": account.get("CurrencyCode"), "time_zone": zone_of(account.get("TimeZone"))}


def _report_address(api: Api, options: MicrosoftOptions, first: date, last: date) -> str | None:
    """Where a finished report is; None when Microsoft finished it without any row."""
    ordered = api.post(
        "/Reporting/v13/GenerateReport/Submit", {"ReportRequest": _request(options, first, last)}
    )
    ticket = {"ReportRequestId": ordered.get("ReportRequestId")}
    what = f"the report of {first} to {last}"
    status = api.until_ready(lambda: _finished(api, ticket), what=what)
    if status.get("Status") != "Success":
        raise SourceError(
            f"{api.vendor} could not make a report.",
            found=f"{what}: {status.get('Status')}",
            fix="run this again later; nothing of this week was landed",
        )
    return status.get("ReportDownloadUrl") or None


def _finished(api: Api, ticket: Json) -> Json | None:
    said = api.post("/Reporting/v13/GenerateReport/Poll", ticket)
    status: Json = said.get("ReportRequestStatus") or {}
    return None if status.get("Status") == "Pending" else status


def _request(options: MicrosoftOptions, first: date, last: date) -> Json:
    return {
        "Type": _TYPES[options.level],
        "ReportName": f"Countersign {first} {last}",
        "Format": "Csv",
        "FormatVersion": "2.0",
        "ExcludeReportHeader": True,
        "ExcludeReportFooter": True,
        "ExcludeColumnHeaders": False,
        "ReturnOnlyCompleteData": False,
        "Aggregation": "Daily",
        "Columns": list(_COLUMNS[options.level]),
        "Scope": {"AccountIds": [int(options.account_id)]},
        "Time": {"CustomDateRangeStart": _day(first), "CustomDateRangeEnd": _day(last)},
    }


def _day(day: date) -> Json:
    return {"Day": day.day, "Month": day.month, "Year": day.year}


PERFORMANCE = Stream(
    "performance",
    "days",
    {"performance": Part(("$.CampaignId", "$.AdGroupId", "$.TimePeriod"))},
    fetch_performance,
    restated_days=30,
)
