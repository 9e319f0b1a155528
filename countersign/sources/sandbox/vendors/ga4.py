"""Google Analytics 4 in the sandbox: runReport of the Data API, and the property of the Admin API, v1beta."""

from datetime import date
from typing import Any

from fastapi import FastAPI, Request

from countersign.core.warehouse import quote_name
from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.google_api import GoogleRefusalError, google_app
from countersign.sources.sandbox.world import SandboxWorld

VENDOR = "ga4"
PROPERTY = "331842207"
TIME_ZONE = "Europe/Berlin"

Json = dict[str, Any]
_SESSIONS = """
    select *, split_part(source_medium, ' / ', 1) as source, split_part(source_medium, ' / ', 2) as medium
    from web_sessions
"""
_DIMENSIONS = {
    "date": "strftime(day, '%Y%m%d')",
    "sessionSource": "source",
    "sessionMedium": "medium",
    "sessionCampaignName": """case when coalesce(campaign, '') <> '' then campaign
        when medium in ('organic', 'referral') then '(' || medium || ')'
        when source = '(direct)' then '(direct)' else '(not set)' end""",
    "landingPage": "landing_page_path",
    "deviceCategory": "device_category",
    "country": "country",
}
_METRICS = {
    "sessions": ("TYPE_INTEGER", "count(*)"),
    "engagedSessions": ("TYPE_INTEGER", "count(*) filter (page_views > 1 or form_submits > 0)"),
    "totalUsers": ("TYPE_INTEGER", "count(distinct client_id)"),
    "screenPageViews": ("TYPE_INTEGER", "sum(page_views)::bigint"),
    "keyEvents": ("TYPE_FLOAT", "sum(form_submits)::bigint"),
}
_SCHEMA = "https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema"


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """Both APIs as one app."""
    app, tokens = google_app(VENDOR, faults)

    @app.get("/v1beta/properties/{number}")
    def read_property(number: str, request: Request) -> Json:
        tokens.check(request)
        _check(number)
        return {
            "name": f"properties/{number}",
            "createTime": "2024-02-01T08:00:00.000Z",
            "updateTime": "2026-01-12T08:00:00.000Z",
            "parent": "accounts/100200",
            "displayName": "northbeam.example",
            "industryCategory": "BUSINESS_AND_INDUSTRIAL_MARKETS",
            "timeZone": TIME_ZONE,
            "currencyCode": "EUR",
            "serviceLevel": "GOOGLE_ANALYTICS_STANDARD",
            "account": "accounts/100200",
            "propertyType": "PROPERTY_TYPE_ORDINARY",
        }

    @app.post("/v1beta/properties/{number}:runReport")
    async def run_report(number: str, request: Request) -> Json:
        tokens.check(request)
        _check(number)
        body = await request.json()
        rows = _rows(world, body)
        offset, limit = int(body.get("offset", 0)), int(body.get("limit", 10_000))
        path = request.url.path
        if offset and faults.strikes("page_twice", VENDOR, path):
            offset = 0
        if offset and faults.strikes("changes_while_paging", VENDOR, path):
            # A late hit moves a session to another row: every row after it moves up.
            rows = rows[1:]
        page = rows[offset : offset + limit]
        return _report(body, page, total=len(rows))

    return app


def _check(number: str) -> None:
    if number != PROPERTY:
        raise GoogleRefusalError(
            403,
            "PERMISSION_DENIED",
            "User does not have sufficient permissions for this property. To learn more about Property ID,"
            " see https://developers.google.com/analytics/devguides/reporting/data/v1/property-id.",
        )


def _rows(world: SandboxWorld, body: Json) -> list[Json]:
    dimensions = [each["name"] for each in body.get("dimensions", [])]
    metrics = [each["name"] for each in body.get("metrics", [])]
    for kind, names, known in (("dimension", dimensions, _DIMENSIONS), ("metric", metrics, _METRICS)):
        for name in names:
            if name not in known:
                said = f"Field {name} is not a valid {kind}. For a list of valid fields, see {_SCHEMA}."
                raise GoogleRefusalError(400, "INVALID_ARGUMENT", said)
    picked = [f'{_DIMENSIONS[name]} as "{name}"' for name in dimensions]
    counted = [f'{_METRICS[name][1]} as "{name}"' for name in metrics]
    order = [each["dimension"]["dimensionName"] for each in body.get("orderBys", [])] or dimensions
    ordered = ", ".join(quote_name(name) for name in order)
    (span,) = body["dateRanges"]
    return world.rows(
        f"select {', '.join(picked + counted)} from ({_SESSIONS}) where day between ? and ?"
        f" and day < getvariable('until') group by {', '.join(_DIMENSIONS[name] for name in dimensions)}"
        f" order by {ordered}",
        [date.fromisoformat(span["startDate"]), date.fromisoformat(span["endDate"])],
    )


def _report(body: Json, rows: list[Json], *, total: int) -> Json:
    dimensions = [each["name"] for each in body["dimensions"]]
    metrics = [each["name"] for each in body["metrics"]]
    report: Json = {
        "dimensionHeaders": [{"name": name} for name in dimensions],
        "metricHeaders": [{"name": name, "type": _METRICS[name][0]} for name in metrics],
        "metadata": {"currencyCode": "EUR", "timeZone": TIME_ZONE},
        "kind": "analyticsData#runReport",
    }
    if rows:
        # As Google does: an empty report has neither rows nor a count.
        report["rows"] = [
            {
                "dimensionValues": [{"value": str(row[name])} for name in dimensions],
                "metricValues": [{"value": str(row[name])} for name in metrics],
            }
            for row in rows
        ]
    if total:
        report["rowCount"] = total
    return report
