"""Reports of the Data API, page by page, with the property's zone and currency from the Admin API."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from countersign.core.log import EventLog
from countersign.sources.connecting.api import Api, ExpiredCursorError, Json
from countersign.sources.connecting.connector import Chunk, Page

ADMIN_HOST = "analyticsadmin.googleapis.com"
DIMENSIONS = (
    "date", "sessionSource", "sessionMedium", "sessionCampaignName", "landingPage", "deviceCategory",
    "country",
)  # fmt: skip
METRICS = ("sessions", "engagedSessions", "totalUsers", "screenPageViews", "keyEvents")

log = EventLog(__name__)


def fetch_traffic_days(api: Api, options: Any, chunk: Chunk) -> Iterator[Page]:
    """Sessions by day, source, medium, campaign, landing page, device and country.

    Raises:
        ExpiredCursorError: the report changed while it was paged; the week is read again.
    """
    known = read_property(api, options.property_id)
    for first, last in chunk.weeks():
        # A long report is sampled sooner.
        for rows in _pages(api, options, first=first, last=last):
            yield {"traffic_days": [row | {"_property": known} for row in rows]}


def _pages(api: Api, options: Any, *, first: date, last: date) -> Iterator[list[Json]]:
    seen: set[int] = set()
    expected: int | None = None
    offset = 0
    while expected is None or offset < expected:
        report = _run_report(api, options, offset=offset, first=first, last=last)
        rows = [_record(report, row) for row in report.get("rows", [])]
        # Pages are windows on a report that is made anew for each of them.
        keys = {hash(tuple(row["dimensions"].values())) for row in rows}
        if expected not in (None, report.get("rowCount", 0)) or keys & seen:
            raise _changed(options.property_id)
        expected = report.get("rowCount", 0)
        seen |= keys
        offset += len(rows)
        if not rows and offset < expected:
            raise _changed(options.property_id)
        yield rows
    _warn(report.get("metadata", {}), options.property_id, first)


def read_property(api: Api, property_id: str) -> Json:
    """The property's zone, currency and name.

    Raises:
        SourceError: the property is not there, or the Admin API is not enabled.
    """
    found = api.get(api.at(ADMIN_HOST, f"/v1beta/properties/{property_id}"))
    names = ("timeZone", "currencyCode", "displayName")
    return {"id": property_id, **{name: found.get(name) for name in names}}


def _run_report(api: Api, options: Any, *, offset: int, first: date, last: date) -> Json:
    body = {
        "dateRanges": [{"startDate": f"{first}", "endDate": f"{last}"}],
        "dimensions": [{"name": name} for name in DIMENSIONS],
        "metrics": [{"name": name} for name in METRICS],
        # Without an order, two pages may hold the same row and leave another out.
        "orderBys": [{"dimension": {"dimensionName": name}} for name in DIMENSIONS],
        "limit": str(options.page_rows),
        "offset": str(offset),
    }
    return api.post(f"/v1beta/properties/{options.property_id}:runReport", json=body)


def _record(report: Json, row: Json) -> Json:
    """One row with the names of its columns beside the values."""
    found: Json = {}
    for kind, one in (("dimensions", "dimension"), ("metrics", "metric")):
        names = [header["name"] for header in report[f"{one}Headers"]]
        values = [cell.get("value", "") for cell in row[f"{one}Values"]]
        found[kind] = dict(zip(names, values, strict=True))
    return found


def _warn(metadata: Json, property_id: str, first: date) -> None:
    said = {
        "sampled": bool(metadata.get("samplingMetadatas")),
        "rows_in_other": bool(metadata.get("dataLossFromOtherRow")),
        "small_counts_withheld": bool(metadata.get("subjectToThresholding")),
    }
    if any(said.values()):
        log.warning("report_is_not_whole", property=property_id, week=f"{first}", **said)


def _changed(property_id: str) -> ExpiredCursorError:
    return ExpiredCursorError(
        "A report of Google Analytics changed while it was read.",
        found=f"property {property_id}: its pages do not fit together, after all tries",
        fix="run this again; nothing of this week was landed",
    )
