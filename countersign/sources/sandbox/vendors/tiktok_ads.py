"""TikTok's Marketing API as TikTok documents it: HTTP 200 whatever happens, and a code in the body.

The demo company does not advertise there. What the sandbox tells is a small copy of its Meta campaigns.
"""

import json
from datetime import date
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.tokens import sandbox_secret
from countersign.sources.sandbox.world import SandboxWorld

Json = dict[str, Any]

VENDOR = "tiktok_ads"
ADVERTISER = "7002238017842757633"
LARGEST_PAGE = 1000
LONGEST_DAYS = 30
# The metrics come as text, as TikTok sends them.
_ROWS = """
    select day, '17' || ad_group_id as adgroup_id, '17' || campaign_id as campaign_id,
        campaign as campaign_name, ad_group as adgroup_name, (spend / 5)::decimal(18, 2)::varchar as spend,
        (impressions // 4)::varchar as impressions, (clicks // 4)::varchar as clicks,
        floor(conversions / 4)::bigint::varchar as conversion,
        (floor(conversions / 4) * 80)::decimal(18, 2)::varchar as total_complete_payment_rate
    from ad_days where platform = 'meta_ads' and impressions >= 4
        and day between ? and ?
    order by day, adgroup_id
"""


class TikTokError(Exception):
    """A refusal as TikTok says it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.body = {"code": code, "message": message, "request_id": "sandbox", "data": {}}


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """An advertiser with its reports."""

    def signed(request: Request) -> None:
        if request.headers.get("access-token") != sandbox_secret(VENDOR, "access_token"):
            raise TikTokError(40105, "Access token is incorrect or has been revoked.")
        if faults.strikes("token_expires", VENDOR, request.url.path):
            raise TikTokError(40102, "Access token expired.")

    app = FastAPI(dependencies=[Depends(signed)])

    @app.exception_handler(TikTokError)
    def _refuse(request: Request, error: TikTokError) -> JSONResponse:
        return JSONResponse(error.body)

    @app.get("/open_api/v1.3/advertiser/info/")
    def read_advertiser(advertiser_ids: str) -> Json:
        listed = [
            {
                "advertiser_id": ADVERTISER, "name": "Northbeam Instruments", "currency": "EUR",
                "timezone": "Europe/Berlin", "display_timezone": "Europe/Berlin",
            }
        ]  # fmt: skip
        return _good({"list": [one for one in listed if one["advertiser_id"] in json.loads(advertiser_ids)]})

    @app.get("/open_api/v1.3/report/integrated/get/")
    def read_report(request: Request) -> Json:
        return _good(_report(world, request, faults))

    return app


def _report(world: SandboxWorld, request: Request, faults: Faults) -> Json:
    asked = dict(request.query_params)
    if asked.get("advertiser_id") != ADVERTISER:
        raise TikTokError(40001, "No permission to operate advertiser.")
    if asked.get("data_level") != "AUCTION_ADGROUP" or asked.get("report_type") != "BASIC":
        raise TikTokError(40002, "data_level: the sandbox knows AUCTION_ADGROUP of BASIC reports only")
    first, last = date.fromisoformat(asked["start_date"]), date.fromisoformat(asked["end_date"])
    if (last - first).days >= LONGEST_DAYS:
        raise TikTokError(40002, "The time span exceeds 30 days when you use stat_time_day.")
    rows = world.rows(_ROWS, [first, last])
    size = min(int(asked.get("page_size", 10)), LARGEST_PAGE)
    page = int(asked.get("page", 1))
    shown = page
    if page > 1 and faults.strikes("page_twice", VENDOR, request.url.path):
        shown = page - 1
    metrics = json.loads(asked["metrics"])
    return {
        "list": [_record(row, metrics) for row in rows[size * (shown - 1) : size * shown]],
        "page_info": {
            "page": page,
            "page_size": size,
            "total_number": len(rows),
            "total_page": -(-len(rows) // size),
        },
    }


def _record(row: Json, metrics: list[str]) -> Json:
    return {
        "dimensions": {"adgroup_id": row["adgroup_id"], "stat_time_day": f"{row['day']} 00:00:00"},
        "metrics": {name: row[name] for name in metrics if name in row},
    }


def _good(data: Json) -> Json:
    return {"code": 0, "message": "OK", "request_id": "sandbox", "data": data}
