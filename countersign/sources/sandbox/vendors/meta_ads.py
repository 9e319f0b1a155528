"""Meta's Marketing API as Meta documents it, fed by the demo company: insights at once and as reports."""

import hashlib
import hmac
import json
import threading
from datetime import date
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.paging import CursorGoneError, page_of
from countersign.sources.sandbox.tokens import sandbox_secret
from countersign.sources.sandbox.world import SandboxWorld

Json = dict[str, Any]

VENDOR = "meta_ads"
VERSION = "v25.0"
# Reports of more days than this fail, as Meta's do when a week of a large account is too much.
LARGEST_REPORT_DAYS = 31
HISTORY_DAYS = 37 * 30
_SINGLE_ADS = """
    select day, strftime(day, '%Y-%m-%d') as date_start, date_start as date_stop, ad_id, ad_name,
        (select account_id from accounts where platform = 'meta_ads') as account_id,
        'EUR' as account_currency, campaign_id, campaign as campaign_name, ad_group_id as adset_id,
        ad_group as adset_name, printf('%.2f', spend) as spend, impressions::varchar as impressions,
        clicks::varchar as clicks, conversions::bigint::varchar as conversions
    from single_ad_days where platform = 'meta_ads'
"""


class GraphError(Exception):
    """A refusal with Meta's own error body."""

    def __init__(self, code: int, message: str, *, status: int = 400, kind: str = "OAuthException") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": kind, "code": code, "fbtrace_id": "AbCdSandbox"}}


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """The ad account of the demo company behind the Graph API."""
    account = world.rows("select account_id from accounts where platform = 'meta_ads'")[0]["account_id"]
    reports = _Reports()

    def signed(request: Request, response: Response) -> None:
        _check_token(request, faults)
        response.headers.update(_usage(account))

    app = FastAPI(dependencies=[Depends(signed)])

    @app.exception_handler(GraphError)
    def _refuse(request: Request, error: GraphError) -> JSONResponse:
        return JSONResponse(error.body, error.status, headers=_usage(account))

    @app.get(f"/{VERSION}/{account}")
    def read_account() -> Json:
        return {
            "id": account,
            "account_id": account.removeprefix("act_"),
            "name": "Northbeam Instruments",
            "currency": "EUR",
            "timezone_name": "Europe/Berlin",
        }

    @app.get(f"/{VERSION}/{account}/insights")
    def read_insights(request: Request) -> Json:
        rows = find_insights(world, dict(request.query_params))
        return _page(rows, request, faults)

    @app.post(f"/{VERSION}/{account}/insights")
    def start_report(request: Request) -> Json:
        return {"report_run_id": reports.start(dict(request.query_params))}

    @app.get(f"/{VERSION}/{account}/ads")
    def read_ads(request: Request) -> Json:
        return _page(find_ads(world, dict(request.query_params)), request, faults)

    @app.get(f"/{VERSION}/{{run}}")
    def read_report(run: str) -> Json:
        return reports.status(run, account)

    @app.get(f"/{VERSION}/{{run}}/insights")
    def read_report_insights(run: str, request: Request) -> Json:
        rows = find_insights(world, reports.params(run))
        return _page(rows, request, faults)

    return app


def find_insights(world: SandboxWorld, params: Json) -> list[Json]:
    """Insights as the parameters ask for them, by day and ad set or ad."""
    level = params.get("level")
    if level not in ("adset", "ad") or params.get("time_increment") != "1":
        raise GraphError(100, "(#100) The sandbox knows level=adset and level=ad with time_increment=1 only")
    first, last = _range(params)
    if (world.world.until - first).days > HISTORY_DAYS:
        raise GraphError(3018, "(#3018) The start date of the time range cannot be beyond 37 months")
    rows = world.rows(
        f"""
        select *, adset_id = (select max(adset_id) from meta_ads) as is_deleted
        from ({"select * from meta_ads" if level == "adset" else _SINGLE_ADS})
        where day between ? and ? order by day, {level}_id
        """,
        [first, last],
    )
    statuses = _statuses(params, level=level)
    windows = json.loads(params.get("action_attribution_windows") or "[]")
    fields = (params.get("fields") or "impressions,spend").split(",")
    return [
        _insight(row, fields=fields, windows=windows)
        for row in rows
        if ("DELETED" if row["is_deleted"] else "ACTIVE") in statuses
    ]


def find_ads(world: SandboxWorld, params: Json) -> list[Json]:
    """The account's ads with their creative; deleted ones only where they are asked for by their status."""
    if params.get("fields") != "id,creative{title,body}":
        raise GraphError(100, "(#100) The sandbox knows the id and the creative's title and body only")
    rows = world.rows(
        """
        select ad_id, headline, body, ad_group_id = (select max(adset_id) from meta_ads) as is_deleted
        from ads where ad_group_id in (select adset_id from meta_ads) order by ad_id
        """
    )
    statuses = json.loads(params.get("effective_status") or '["ACTIVE"]')
    return [
        {
            "id": row["ad_id"],
            "creative": {"title": row["headline"], "body": row["body"], "id": f"9{row['ad_id']}"},
        }
        for row in rows
        if ("DELETED" if row["is_deleted"] else "ACTIVE") in statuses
    ]


class _Reports:
    """Reports being made: the first look finds one running, the second finds it done."""

    def __init__(self) -> None:
        self._asked: dict[str, Json] = {}
        self._looks: dict[str, int] = {}
        self._lock = threading.Lock()

    def start(self, params: Json) -> str:
        with self._lock:
            run = str(6_100_000_000_000 + len(self._asked))
            self._asked[run] = params
            return run

    def params(self, run: str) -> Json:
        if run not in self._asked:
            raise GraphError(
                100, f"(#100) Object with ID '{run}' does not exist", kind="GraphMethodException"
            )
        return self._asked[run]

    def status(self, run: str, account: str) -> Json:
        first, last = _range(self.params(run))
        with self._lock:
            looks = self._looks[run] = self._looks.get(run, 0) + 1
        said: Json = {
            "id": run,
            "account_id": account.removeprefix("act_"),
            "date_start": str(first),
            "date_stop": str(last),
        }
        if looks == 1:
            return {**said, "async_status": "Job Running", "async_percent_completion": 50}
        if (last - first).days + 1 > LARGEST_REPORT_DAYS:
            return {
                **said,
                "async_status": "Job Failed",
                "async_percent_completion": 50,
                "error_code": 100,
                "error_subcode": 1487534,
                "error_message": "Please reduce the amount of data you're asking for",
            }
        return {**said, "async_status": "Job Completed", "async_percent_completion": 100}


def _range(params: Json) -> tuple[date, date]:
    try:
        said = json.loads(params["time_range"])
        return date.fromisoformat(said["since"]), date.fromisoformat(said["until"])
    except (KeyError, ValueError, TypeError):
        raise GraphError(100, "(#100) param time_range must be non-empty and valid") from None


def _statuses(params: Json, *, level: str) -> list[str]:
    for one in json.loads(params.get("filtering") or "[]"):
        if one["field"] == f"{level}.effective_status":
            return list(one["value"])
    return ["ACTIVE"]


def _insight(row: Json, *, fields: list[str], windows: list[str]) -> Json:
    leads, clicks = int(row["conversions"]), int(row["clicks"])
    known = {
        "account_id": str(row["account_id"]).removeprefix("act_"),
        "account_name": "Northbeam Instruments",
        "objective": "OUTCOME_LEADS",
        "inline_link_clicks": str(clicks),
        "reach": str(int(row["impressions"]) * 7 // 10),
        "actions": _actions({"link_click": clicks, "lead": leads}, windows=windows),
        "action_values": _actions({"lead": leads * 90}, windows=windows),
    }
    names = (
        "account_currency", "campaign_id", "campaign_name", "adset_id", "adset_name", "ad_id", "ad_name",
        "spend", "impressions", "clicks",
    )  # fmt: skip
    record = {**known, **{name: row.get(name) for name in names}}
    asked = {name: record[name] for name in fields if record.get(name)}
    return {**asked, "date_start": row["date_start"], "date_stop": row["date_stop"]}


def _actions(counts: dict[str, int], *, windows: list[str]) -> list[Json]:
    """Actions that happened: three of ten after a view, the rest within a week of a click."""
    listed = []
    for kind, count in counts.items():
        viewed = count * 3 // 10
        clicked = count - viewed
        by_window = {"1d_view": viewed, "1d_click": clicked * 8 // 10, "7d_click": clicked}
        if count:
            asked = {name: str(by_window[name]) for name in windows if by_window.get(name)}
            listed.append({"action_type": kind, "value": str(count), **asked})
    return listed


def _page(rows: list[Json], request: Request, faults: Faults) -> Json:
    limit = min(int(request.query_params.get("limit", 25)), 1000)
    after = request.query_params.get("after")
    try:
        page = page_of(rows, after, limit=limit, faults=faults, vendor=VENDOR, path=request.url.path)
    except CursorGoneError:
        raise GraphError(100, "(#100) Invalid cursor: it has expired") from None
    paging: Json = {"cursors": {"before": after or "0", "after": page.next_cursor or str(len(rows))}}
    if page.next_cursor is not None:
        token = sandbox_secret(VENDOR, "access_token")
        paging["next"] = f"{request.url.path}?access_token={token}&after={page.next_cursor}"
    return {"data": page.records, **({"paging": paging} if page.records else {})}


def _check_token(request: Request, faults: Faults) -> None:
    token = sandbox_secret(VENDOR, "access_token")
    if request.headers.get("authorization") != f"Bearer {token}":
        raise GraphError(190, "Invalid OAuth access token - Cannot parse access token", status=401)
    if faults.strikes("token_expires", VENDOR, request.url.path):
        raise GraphError(190, "Error validating access token: Session has expired")
    secret = sandbox_secret(VENDOR, "app_secret")
    proof = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    if request.query_params.get("appsecret_proof", proof) != proof:
        raise GraphError(100, "Invalid appsecret_proof provided in the API argument")


def _usage(account: str) -> dict[str, str]:
    use = {
        "type": "ads_insights", "call_count": 2, "total_cputime": 1, "total_time": 1,
        "estimated_time_to_regain_access": 0, "ads_api_access_tier": "standard_access",
    }  # fmt: skip
    return {"X-Business-Use-Case-Usage": json.dumps({account.removeprefix("act_"): [use]})}
