"""Klaviyo's JSON:API over the demo company's e-mails: revision header, filters, page cursors, its errors."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from countersign.sources.sandbox.email_programme import Programme
from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.paging import CursorGoneError, PageOf, page_of
from countersign.sources.sandbox.tokens import sandbox_secret
from countersign.sources.sandbox.world import Json, SandboxWorld

_MEDIA = "application/vnd.api+json"
_LINK = "https://a.klaviyo.com"
_METRICS = {
    "Vord3r": "Placed Order",
    "Vr3ad1": "Received Email",
    "Vop3n1": "Opened Email",
    "Vcl1ck": "Clicked Email",
    "Vb0unc": "Bounced Email",
    "Vun5ub": "Unsubscribed",
}
_ACTIONS = {"Vop3n1": "open", "Vcl1ck": "click", "Vb0unc": "bounce", "Vun5ub": "unsubscribe"}
_CONDITION = re.compile(r"([a-z-]+)\(([\w.]+),([^()]*)\)")
_EVENTS_A_PAGE = 200


class _RefusedError(Exception):
    """An answer in Klaviyo's shape: JSON:API errors."""

    def __init__(self, status: int, code: str, detail: str, *, parameter: str | None = None) -> None:
        super().__init__(detail)
        source = {"parameter": parameter} if parameter else {"pointer": "/data/"}
        error = {"id": "0", "status": status, "code": code, "title": code, "detail": detail, "source": source}
        self.answer = JSONResponse({"errors": [error]}, status, media_type=_MEDIA)


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """The four endpoints that a connector needs, as Klaviyo's OpenAPI document describes them."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    programme = cache(lambda: Programme(world))

    @app.exception_handler(_RefusedError)
    async def _refuse(request: Request, error: _RefusedError) -> JSONResponse:
        return error.answer

    def listed(request: Request, records: Sequence[Json], *, size: int) -> tuple[PageOf, Json]:
        return _listed(request, records, size=size, faults=faults)

    @app.get("/api/metrics")
    def _metrics(request: Request) -> JSONResponse:
        _check(request)
        page, links = listed(request, [_metric(one) for one in _METRICS], size=200)
        return _answer({"data": page.records, "links": links})

    @app.get("/api/campaigns")
    def _campaigns(request: Request) -> JSONResponse:
        _check(request)
        if _conditions(request).get(("equals", "messages.channel")) != "email":
            raise _RefusedError(400, "invalid", "A channel filter is required.", parameter="filter")
        known = programme()
        everything = [(one, True) for one in known.sent] + [(one, False) for one in known.drafts]
        size = int(request.query_params.get("page[size]", "100"))
        page, links = listed(
            request, [_campaign(one, is_sent) for one, is_sent in everything], size=min(size, 20)
        )
        ids = {record["id"] for record in page.records}
        messages = [_message(one) for one, _ in everything if _id(one) in ids]
        return _answer({"data": page.records, "included": messages, "links": links})

    @app.post("/api/campaign-values-reports")
    async def _report(request: Request) -> JSONResponse:
        _check(request)
        return _answer(_values(programme(), (await request.json())["data"]["attributes"]))

    @app.get("/api/events")
    def _events(request: Request) -> JSONResponse:
        _check(request)
        metric, found = _found_events(programme(), _conditions(request))
        size = int(request.query_params.get("page[size]", "200"))
        events = [_event(one, event, metric) for one, event in found]
        page, links = listed(request, events, size=min(size, _EVENTS_A_PAGE))
        of_profile = {_profile_id(event): event["mail"] for _, event in found}
        ids = {record["relationships"]["profile"]["data"]["id"] for record in page.records}
        included = [_profile(one, of_profile[one]) for one in sorted(ids)]
        return _answer({"data": page.records, "included": included, "links": links})

    return app


def _listed(request: Request, records: Sequence[Json], *, size: int, faults: Faults) -> tuple[PageOf, Json]:
    path = request.url.path
    try:
        page = page_of(
            records,
            request.query_params.get("page[cursor]"),
            limit=size,
            faults=faults,
            vendor="klaviyo",
            path=path,
            change=lambda record: record,
        )
    except CursorGoneError:
        raise _RefusedError(400, "invalid", "The cursor is invalid.", parameter="page[cursor]") from None
    links = {"self": str(request.url)}
    if page.next_cursor:
        links["next"] = str(request.url.include_query_params(**{"page[cursor]": page.next_cursor}))
    return page, links


def _found_events(
    programme: Programme, asked: dict[tuple[str, str], str]
) -> tuple[str, list[tuple[Json, Json]]]:
    metric = str(asked.get(("equals", "metric_id")))
    since = _moment(asked.get(("greater-or-equal", "datetime"), "2000-01-01T00:00:00Z"))
    until = _moment(asked.get(("less-than", "datetime"), "2100-01-01T00:00:00Z"))
    found = [
        (one, event)
        for one in programme.sent
        for event in programme.events_of(one["number"])
        if event["action"] == _ACTIONS.get(metric) and since <= event["happened_at"] < until
    ]
    return metric, sorted(found, key=lambda pair: pair[1]["happened_at"])


def _answer(body: Json) -> JSONResponse:
    return JSONResponse(body, media_type=_MEDIA)


def _check(request: Request) -> None:
    key = sandbox_secret("klaviyo", "api_key")
    if request.headers.get("Authorization") != f"Klaviyo-API-Key {key}":
        raise _RefusedError(401, "not_authenticated", "Missing or invalid private key.")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(\.\w+)?", request.headers.get("revision", "")):
        raise _RefusedError(400, "invalid", "A revision header is required.")


def _conditions(request: Request) -> dict[tuple[str, str], str]:
    found = _CONDITION.findall(request.query_params.get("filter", ""))
    return {(sign, field): value.strip("\"'") for sign, field, value in found}


def _values(programme: Programme, asked: Json) -> Json:
    start, end = (_moment(asked["timeframe"][side]) for side in ("start", "end"))
    if (end - start).days > 366:
        raise _RefusedError(400, "invalid", "The time frame is longer than a year.")
    results = []
    for one in programme.sent:
        if start <= one["sent_at"] < end:
            totals = programme.totals(one["number"])
            known = {
                "recipients": totals["sent"],
                "delivered": totals["sent"] - totals["bounce"],
                "opens_unique": totals["open"],
                "clicks_unique": totals["click"],
                "bounced": totals["bounce"],
                "unsubscribe_uniques": totals["unsubscribe"],
            }
            groupings = {
                "send_channel": "email",
                "campaign_id": _id(one),
                "campaign_message_id": f"M{_id(one)}",
            }
            results.append(
                {"groupings": groupings, "statistics": {name: known[name] for name in asked["statistics"]}}
            )
    links = {"self": f"{_LINK}/api/campaign-values-reports"}
    return {"data": {"type": "campaign-values-report", "attributes": {"results": results}}, "links": links}


def _metric(name: str) -> Json:
    attributes = {
        "name": _METRICS[name],
        "created": "2024-01-02T08:00:00+00:00",
        "updated": "2024-01-02T08:00:00+00:00",
        "integration": {"object": "integration", "id": "0rG2eQ", "name": "Klaviyo", "category": "Internal"},
    }
    return {"type": "metric", "id": name, "attributes": attributes, "links": _self("metrics", name)}


def _campaign(one: Json, is_sent: bool) -> Json:
    moment = _iso(one["sent_at"])
    return {
        "type": "campaign",
        "id": _id(one),
        "attributes": {
            "name": one["name"],
            "status": "Sent" if is_sent else "Draft",
            "archived": False,
            "audiences": {"included": ["RnsiHB"], "excluded": []},
            "send_options": {"use_smart_sending": True},
            "tracking_options": {"is_tracking_opens": True, "is_tracking_clicks": True},
            "send_strategy": {"method": "immediate"},
            "created_at": moment,
            "scheduled_at": moment if is_sent else None,
            "updated_at": moment,
            "send_time": moment if is_sent else None,
        },
        "relationships": {
            "campaign-messages": {
                "data": [{"type": "campaign-message", "id": f"M{_id(one)}"}],
                "links": _links("campaigns", _id(one), "campaign-messages"),
            }
        },
        "links": _self("campaigns", _id(one)),
    }


def _message(one: Json) -> Json:
    name = f"M{_id(one)}"
    content: dict[str, Any] = {
        "subject": one["subject"],
        "preview_text": "",
        "from_email": "news@northbeam.example",
        "from_label": "Northbeam",
    }
    return {
        "type": "campaign-message",
        "id": name,
        "attributes": {
            "definition": {"channel": "email", "label": one["name"], "content": content},
            "created_at": _iso(one["sent_at"]),
            "updated_at": _iso(one["sent_at"]),
        },
        "relationships": {
            "campaign": {
                "data": {"type": "campaign", "id": _id(one)},
                "links": _links("campaign-messages", name, "campaign"),
            }
        },
        "links": _self("campaign-messages", name),
    }


def _event(one: Json, event: Json, metric: str) -> Json:
    moment: datetime = event["happened_at"]
    name = f"{metric}{event['member']}x{int(moment.replace(tzinfo=UTC).timestamp())}"
    told = {"$message": f"M{_id(one)}", "Subject": one["subject"], "Campaign Name": one["name"]}
    if event["page"]:
        told["URL"] = f"https://www.northbeam.example{event['page']}?_kx=secret"
    profile = _profile_id(event)
    return {
        "type": "event",
        "id": name,
        "attributes": {
            "timestamp": int(moment.replace(tzinfo=UTC).timestamp()),
            "event_properties": told,
            "datetime": _iso(moment),
            "uuid": name,
        },
        "relationships": {
            "profile": {
                "data": {"type": "profile", "id": profile},
                "links": _links("events", name, "profile"),
            },
            "metric": {"data": {"type": "metric", "id": metric}, "links": _links("events", name, "metric")},
        },
        "links": _self("events", name),
    }


def _profile(name: str, mail: str) -> Json:
    return {"type": "profile", "id": name, "attributes": {"email": mail}, "links": _self("profiles", name)}


def _profile_id(event: Json) -> str:
    return f"01P{event['member']}"


def _id(one: Json) -> str:
    return f"01C{one['number']}"


def _self(kind: str, name: str) -> Json:
    return {"self": f"{_LINK}/api/{kind}/{name}/"}


def _links(kind: str, name: str, other: str) -> Json:
    start = f"{_LINK}/api/{kind}/{name}"
    return {"self": f"{start}/relationships/{other}/", "related": f"{start}/{other}/"}


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S+00:00}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
