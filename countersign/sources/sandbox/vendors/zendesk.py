"""Zendesk's incremental ticket export over the demo company's help desk, with side-loads and its errors."""

from base64 import b64encode
from datetime import UTC, datetime
from functools import cache

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.paging import CursorGoneError, page_of
from countersign.sources.sandbox.support_desk import read_tickets
from countersign.sources.sandbox.tokens import sandbox_secret
from countersign.sources.sandbox.world import Json, SandboxWorld

_PATH = "/api/v2/incremental/tickets/cursor"
# Zendesk gives up to 1,000 a page; the demo has fewer tickets than that, and pages should be seen.
_PAGE = 100


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """Zendesk's export as its reference describes it."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    tickets = cache(lambda: read_tickets(world, "zendesk"))

    @app.get(_PATH)
    def _export(
        request: Request,
        start_time: int | None = None,
        cursor: str | None = None,
        include: str = "",
        per_page: int = _PAGE,
    ) -> JSONResponse:
        if not _is_signed(request):
            return JSONResponse({"error": "Couldn't authenticate you"}, 401)
        start, at = start_time, None
        if cursor is not None:
            told, _, at = cursor.partition("|")
            start = int(told) if told.isdigit() else None
        if start is None:
            return _invalid("StartTimeMissing", "Param start_time is missing")
        listed = sorted(
            (ticket for ticket in tickets() if _stamp(ticket["changed_at"]) >= start),
            key=lambda ticket: (ticket["changed_at"], ticket["number"]),
        )
        try:
            page = page_of(
                listed,
                at,
                limit=min(per_page, _PAGE),
                faults=faults,
                vendor="zendesk",
                path=_PATH,
                change=lambda ticket: ticket,
            )
        except CursorGoneError:
            return _invalid("InvalidCursor", "Invalid cursor")
        after = f"{start}|{page.next_cursor or len(listed)}"
        answer: Json = {
            "tickets": [_ticket(one) for one in page.records],
            "after_cursor": after,
            "after_url": f"https://northbeam.zendesk.com{_PATH}.json?cursor={after}",
            "before_cursor": None,
            "before_url": None,
            "end_of_stream": page.next_cursor is None,
        }
        sideloads = {"users": _user, "metric_sets": _metrics}
        for name in include.split(","):
            if name in sideloads:
                answer[name] = [sideloads[name](one) for one in page.records]
        return JSONResponse(answer)

    return app


def _invalid(error: str, description: str) -> JSONResponse:
    return JSONResponse({"error": error, "description": description}, 400)


def _is_signed(request: Request) -> bool:
    user, token = (sandbox_secret("zendesk", name) for name in ("user", "api_token"))
    expected = "Basic " + b64encode(f"{user}/token:{token}".encode()).decode()
    return request.headers.get("Authorization") == expected


def _ticket(one: Json) -> Json:
    is_done = one["done_at"] is not None
    tags = [one["topic"], *(["closed_by_merge"] if one["is_merged"] else [])]
    status = "closed" if one["is_merged"] else "solved" if is_done else "open" if one["reply_at"] else "new"
    return {
        "url": f"https://northbeam.zendesk.com/api/v2/tickets/{one['number']}.json",
        "id": one["number"],
        "external_id": None,
        "via": {
            "channel": "voice" if one["way"] == "phone" else one["way"],
            "source": {"from": {}, "to": {}},
        },
        "created_at": _iso(one["opened_at"]),
        "updated_at": _iso(one["changed_at"]),
        "generated_timestamp": _stamp(one["changed_at"]),
        "type": "question",
        "subject": one["subject"],
        "raw_subject": one["subject"],
        "description": one["body"],
        "priority": one["priority"],
        "status": "deleted" if one["deleted_at"] else status,
        "requester_id": _user_id(one),
        "submitter_id": _user_id(one),
        "organization_id": int(one["account_id"][1:]),
        "tags": tags,
        "custom_fields": [{"id": 360001, "value": one["topic"]}],
        "satisfaction_rating": {"score": one["rating"] if is_done else "unoffered"},
    }


def _user(one: Json) -> Json:
    return {
        "id": _user_id(one),
        "name": f"{one['first_name']} {one['last_name']}",
        "email": one["mail"],
        "role": "end-user",
        "organization_id": int(one["account_id"][1:]),
        "iana_time_zone": "Europe/Berlin",
        "active": True,
    }


def _metrics(one: Json) -> Json:
    waited = (one["reply_at"] - one["opened_at"]).total_seconds() // 60 if one["reply_at"] else None
    minutes = int(waited) if waited is not None else None
    return {
        "id": 900_000 + one["number"],
        "ticket_id": one["number"],
        "created_at": _iso(one["opened_at"]),
        "updated_at": _iso(one["changed_at"]),
        "reopens": 0,
        "replies": int(bool(one["reply_at"])),
        "solved_at": _iso(one["done_at"]) if one["done_at"] else None,
        "reply_time_in_minutes": {"calendar": minutes, "business": minutes},
    }


def _user_id(one: Json) -> int:
    return 360_000_000_000 + int(one["visit_id"]) % 1_000_000_000


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _stamp(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())
