"""Google Search Console in the sandbox: searchAnalytics.query of v3, fed by the demo's organic sessions."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

from fastapi import FastAPI, Request

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.google_api import GoogleRefusalError, google_app
from countersign.sources.sandbox.world import SandboxWorld

VENDOR = "search_console"
SITE = "sc-domain:northbeam.example"
# Final figures are there two days after the day, Pacific time.
LATE = timedelta(days=2)

Json = dict[str, Any]

# Every organic session came from a search: its words by landing page and chance, its address now and then
# with a query string, one search in six too rare to be told. The site is shown more often than clicked.
_SEARCHES = """
    with clicked as (
        select visits.*,
            timezone('America/Los_Angeles', timezone('Europe/Berlin', started_local))::date as pacific
        from visits where channel = 'Organic search' and is_tracked
    ),
    worded as (
        select strftime(pacific, '%Y-%m-%d') as day, landing_page,
            'https://' || if(chance('host', visit_id) < 0.9, 'www', 'shop') || '.northbeam.example'
                || landing_page || if(chance('tagged', visit_id) < 0.1, '?ref=serp', '') as page,
            case when chance('country', visit_id) < 0.62 then 'deu'
                when chance('country', visit_id) < 0.74 then 'aut'
                when chance('country', visit_id) < 0.86 then 'che' else 'nld' end as country,
            upper(device) as device,
            case when chance('words', visit_id) < 0.3 then 'northbeam'
                when landing_page = '/pressure' then
                    if(chance('words', visit_id) < 0.7, 'pressure transmitter', 'hygienic pressure sensor')
                when chance('words', visit_id) < 0.7 then 'what is a data logger'
                else 'sensor calibration interval'
            end as query,
            chance('rare', visit_id) < 0.17 as is_withheld,
            1 + floor(30 * chance('shown', visit_id))::bigint as impressions,
            1 + round(12 * chance('place', visit_id), 1) as place
        from clicked where pacific < getvariable('until')
    )
"""
_DIMENSIONS = {"DATE": "day", "QUERY": "query", "PAGE": "page", "COUNTRY": "country", "DEVICE": "device"}


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """Search Console as one app."""
    app, tokens = google_app(VENDOR, faults)

    @app.get("/webmasters/v3/sites")
    def list_sites(request: Request) -> Json:
        tokens.check(request)
        return {"siteEntry": [{"siteUrl": SITE, "permissionLevel": "SITE_FULL_USER"}]}

    @app.post("/webmasters/v3/sites/{site:path}/searchAnalytics/query")
    async def query(site: str, request: Request) -> Json:
        tokens.check(request)
        if unquote(site) != SITE:
            said = f"User does not have sufficient permission for site '{unquote(site)}'."
            raise GoogleRefusalError(403, "PERMISSION_DENIED", said)
        body = await request.json()
        rows = _answer(world, body)
        start, limit = int(body.get("startRow", 0)), int(body.get("rowLimit", 1000))
        if not 1 <= limit <= 25_000:
            raise GoogleRefusalError(400, "INVALID_ARGUMENT", "rowLimit must be between 1 and 25000.")
        if start and faults.strikes("page_twice", VENDOR, request.url.path):
            start = 0
        page = rows[start : start + limit]
        answer: Json = {
            "responseAggregationType": "BY_PAGE" if "PAGE" in body["dimensions"] else "BY_PROPERTY"
        }
        return answer | ({"rows": page} if page else {})

    return app


def _answer(world: SandboxWorld, body: Json) -> list[Json]:
    dimensions = body["dimensions"]
    unknown = [name for name in dimensions if name not in _DIMENSIONS]
    if unknown:
        raise GoogleRefusalError(400, "INVALID_ARGUMENT", f"Invalid value at 'dimensions': {unknown[0]}.")
    keys = ", ".join(_DIMENSIONS[name] for name in dimensions)
    # Words that few people searched are left out of every answer that speaks of words.
    where = "not is_withheld" if "QUERY" in dimensions else "true"
    last = min(date.fromisoformat(body["endDate"]), world.world.until - LATE)
    found = world.rows(
        f"""
        {_SEARCHES}
        select [{keys}] as keys, count(*) as clicks, sum(impressions)::bigint as impressions,
            sum(place * impressions) / sum(impressions) as position
        from worded where {where} and day between ? and ?
        group by all order by clicks desc, keys
        """,
        [body["startDate"], f"{last}"],
    )
    return [
        {**row, "ctr": row["clicks"] / row["impressions"], "position": float(row["position"])}
        for row in found
    ]
