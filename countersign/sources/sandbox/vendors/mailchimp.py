"""Mailchimp's Marketing API 3.0 over the demo company's e-mails: keys, offsets, problem details."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from hashlib import md5

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from countersign.sources.sandbox.email_programme import Programme
from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.paging import page_of
from countersign.sources.sandbox.tokens import sandbox_secret
from countersign.sources.sandbox.world import Json, SandboxWorld

_LIST = "16d6ec4ffc"
_MOST = 1000


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """The four lists that a connector needs, as the API reference describes them."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    programme = cache(lambda: Programme(world))

    def answer(request: Request, records: str, found: Callable[[], Sequence[Json]]) -> JSONResponse:
        return _page(request, records, found, faults=faults)

    @app.get("/3.0/campaigns")
    def _campaigns(request: Request) -> JSONResponse:
        return answer(request, "campaigns", lambda: _listed(programme()))

    @app.get("/3.0/reports")
    def _reports(request: Request) -> JSONResponse:
        since = datetime.fromisoformat(
            request.query_params.get("since_send_time", "2000-01-01T00:00:00+00:00")
        )
        return answer(
            request,
            "reports",
            lambda: [
                _report(programme(), one)
                for one in programme().sent
                if one["sent_at"] >= since.replace(tzinfo=None)
            ],
        )

    @app.get("/3.0/reports/{report}/email-activity")
    def _activity(request: Request, report: str) -> JSONResponse:
        since = datetime.fromisoformat(request.query_params.get("since", "2000-01-01T00:00:00+00:00"))
        number = _number_of(programme(), report)
        return answer(
            request, "emails", lambda: _members(programme(), report, number, since.replace(tzinfo=None))
        )

    @app.get("/3.0/reports/{report}/unsubscribed")
    def _unsubscribed(request: Request, report: str) -> JSONResponse:
        events = programme().events_of(_number_of(programme(), report))
        return answer(
            request,
            "unsubscribes",
            lambda: [
                {**_person(event, report), "timestamp": _iso(event["happened_at"]), "reason": "None given"}
                for event in events
                if event["action"] == "unsubscribe"
            ],
        )

    return app


def _page(
    request: Request, records: str, found: Callable[[], Sequence[Json]], *, faults: Faults
) -> JSONResponse:
    if not _is_signed(request):
        return _problem(401, "API Key Invalid", "Your API key may be invalid.")
    count = int(request.query_params.get("count", "10"))
    if count > _MOST:
        return _problem(400, "Invalid Resource", f"count must be {_MOST} or less")
    path = request.url.path
    page = page_of(
        found(),
        request.query_params.get("offset", "0"),
        limit=count,
        faults=faults,
        vendor="mailchimp",
        path=path,
        change=lambda record: record,
    )
    return JSONResponse({records: page.records, "total_items": page.total, "_links": []})


def _is_signed(request: Request) -> bool:
    # Any user goes; the key is the password.
    key = sandbox_secret("mailchimp", "api_key")
    return (
        request.headers.get("Authorization") == "Basic " + b64encode(f"countersign:{key}".encode()).decode()
    )


def _problem(status: int, title: str, detail: str) -> JSONResponse:
    body = {
        "type": "https://mailchimp.com/developer/marketing/docs/errors/",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": "00000000-0000-0000-0000-000000000000",
    }
    return JSONResponse(body, status, media_type="application/problem+json")


def _listed(programme: Programme) -> list[Json]:
    return [
        {
            "id": _id(one["number"]),
            "type": "regular",
            "create_time": _iso(one["sent_at"]),
            "status": "sent" if is_sent else "save",
            "emails_sent": programme.totals(one["number"])["sent"] if is_sent else 0,
            "send_time": _iso(one["sent_at"]) if is_sent else "",
            "content_type": "template",
            "recipients": {"list_id": _LIST, "list_name": "Readers"},
            "settings": {"title": one["name"], "subject_line": one["subject"], "from_name": "Northbeam"},
        }
        for sent, is_sent in ((programme.sent, True), (programme.drafts, False))
        for one in sent
    ]


def _report(programme: Programme, one: Json) -> Json:
    totals, events = programme.totals(one["number"]), programme.events_of(one["number"])
    latest = {
        action: max((event["happened_at"] for event in events if event["action"] == action), default=None)
        for action in ("open", "click")
    }
    counts = {action: sum(event["action"] == action for event in events) for action in ("open", "click")}
    return {
        "id": _id(one["number"]),
        "campaign_title": one["name"],
        "type": "regular",
        "list_id": _LIST,
        "subject_line": one["subject"],
        "emails_sent": totals["sent"],
        "abuse_reports": 0,
        "unsubscribed": totals["unsubscribe"],
        "send_time": _iso(one["sent_at"]),
        "bounces": {"hard_bounces": totals["bounce"], "soft_bounces": 0, "syntax_errors": 0},
        "opens": {
            "opens_total": counts["open"],
            "unique_opens": totals["open"],
            "open_rate": round(totals["open"] / totals["sent"], 4),
            "last_open": _iso(latest["open"]),
        },
        "clicks": {
            "clicks_total": counts["click"],
            "unique_clicks": counts["click"],
            "unique_subscriber_clicks": totals["click"],
            "click_rate": round(totals["click"] / totals["sent"], 4),
            "last_click": _iso(latest["click"]),
        },
    }


def _members(programme: Programme, report: str, number: int, since: datetime) -> list[Json]:
    members: dict[int, Json] = {}
    for event in programme.events_of(number):
        if event["action"] == "unsubscribe":
            continue
        member = members.setdefault(event["member"], {**_person(event, report), "activity": []})
        if event["happened_at"] > since:
            done = {"action": event["action"], "timestamp": _iso(event["happened_at"]), "ip": "192.0.2.7"}
            if event["action"] == "click":
                done["url"] = f"https://www.northbeam.example{event['page']}?mc_cid={report}"
            elif event["action"] == "bounce":
                done["type"] = "hard"
            member["activity"].append(done)
    return [member for member in members.values() if member["activity"]]


def _person(event: Json, report: str) -> Json:
    return {
        "campaign_id": report,
        "list_id": _LIST,
        "list_is_active": True,
        "email_id": md5(event["mail"].encode(), usedforsecurity=False).hexdigest(),
        "email_address": event["mail"],
    }


def _number_of(programme: Programme, report: str) -> int:
    return next((one["number"] for one in programme.sent if _id(one["number"]) == report), 0)


def _id(number: int) -> str:
    return f"{number:06x}8a39"


def _iso(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S+00:00}" if moment else ""
