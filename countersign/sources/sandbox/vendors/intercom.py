"""Intercom's searches over the demo company's help desk: cursors, dates by whole days, its error lists."""

from datetime import UTC, datetime
from functools import cache

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.paging import CursorGoneError, page_of
from countersign.sources.sandbox.support_desk import read_tickets
from countersign.sources.sandbox.tokens import sandbox_secret
from countersign.sources.sandbox.world import Json, SandboxWorld

_PAGE = 50
_DAY = 86_400
_RATINGS = {"good": 5, "bad": 1, "offered": None}
_KINDS = {"email": "email", "web": "conversation", "chat": "whatsapp", "phone": "phone_call"}


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """The two searches that a connector needs, as Intercom's OpenAPI document describes them."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    tickets = cache(lambda: read_tickets(world, "intercom"))

    def answer(request: Request, asked: Json, found: list[Json], *, kind: str, records: str) -> JSONResponse:
        pagination = asked.get("pagination") or {}
        size = min(int(pagination.get("per_page") or 20), _PAGE)
        try:
            page = page_of(
                found,
                pagination.get("starting_after"),
                limit=size,
                faults=faults,
                vendor="intercom",
                path=request.url.path,
                change=lambda record: record,
            )
        except CursorGoneError:
            return _errors(400, "parameter_invalid", "starting_after is invalid")
        pages: Json = {
            "type": "pages",
            "page": 1,
            "per_page": size,
            "total_pages": -(-page.total // size),
        }
        if page.next_cursor:
            pages["next"] = {"per_page": size, "starting_after": page.next_cursor}
        return JSONResponse({"type": kind, records: page.records, "total_count": page.total, "pages": pages})

    @app.post("/conversations/search")
    async def _conversations(request: Request) -> JSONResponse:
        if not _is_signed(request):
            return _errors(401, "unauthorized", "Access Token Invalid")
        asked = await request.json()
        query = asked["query"]
        if query["field"] not in ("updated_at", "created_at") or query["operator"] != ">":
            return _errors(400, "invalid_field", f"{query['field']} {query['operator']} is not searchable")
        # A date matches from the start of the day after the one asked for.
        since = (int(query["value"]) // _DAY + 1) * _DAY if query["value"] else 0
        name = {"updated_at": "changed_at", "created_at": "opened_at"}[query["field"]]
        found = [_conversation(one) for one in tickets() if _stamp(one[name]) >= since]
        found.sort(key=lambda one: (one["updated_at"], one["id"]))
        return answer(request, asked, found, kind="conversation.list", records="conversations")

    @app.post("/contacts/search")
    async def _contacts(request: Request) -> JSONResponse:
        if not _is_signed(request):
            return _errors(401, "unauthorized", "Access Token Invalid")
        asked = await request.json()
        if (asked["query"]["field"], asked["query"]["operator"]) != ("id", "IN"):
            return _errors(400, "invalid_field", "not searchable in the sandbox")
        wanted = set(asked["query"]["value"])
        found = [_contact(one) for one in tickets() if _contact_id(one) in wanted]
        return answer(request, asked, found, kind="list", records="data")

    return app


def _errors(status: int, code: str, message: str) -> JSONResponse:
    error = {"code": code, "message": message}
    return JSONResponse(
        {
            "type": "error.list",
            "request_id": "00000000-0000-0000-0000-000000000000",
            "errors": [error],
        },
        status,
    )


def _is_signed(request: Request) -> bool:
    token = sandbox_secret("intercom", "access_token")
    return request.headers.get("Authorization") == f"Bearer {token}"


def _conversation(one: Json) -> Json:
    # Every tenth is a message of ours that nobody answered.
    is_ours = one["visit_id"] % 10 == 0
    asker = {"type": "contact", "id": _contact_id(one)}
    statistics: Json = {"type": "conversation_statistics", "count_reopens": 0}
    if one["reply_at"]:
        statistics["first_admin_reply_at"] = _stamp(one["reply_at"])
    if one["done_at"]:
        statistics |= {
            "first_close_at": _stamp(one["done_at"]),
            "last_close_at": _stamp(one["done_at"]),
        }
    return {
        "type": "conversation",
        "id": str(one["number"]),
        "title": None,
        "created_at": _stamp(one["opened_at"]),
        "updated_at": _stamp(one["changed_at"]),
        "waiting_since": None,
        "snoozed_until": None,
        "open": one["done_at"] is None,
        "state": "closed" if one["done_at"] else "open",
        "read": True,
        "priority": "priority" if one["priority"] in ("high", "urgent") else "not_priority",
        "tags": {
            "type": "tag.list",
            "tags": [{"type": "tag", "id": one["topic"], "name": one["topic"]}],
        },
        "conversation_rating": _rating(one),
        "source": {
            "type": _KINDS[one["way"]],
            "id": str(one["number"]),
            "delivered_as": "automated" if is_ours else "customer_initiated",
            "subject": f"<p>{one['subject']}</p>",
            "body": f"<p>{one['body']}</p>",
            "author": {"type": "admin" if is_ours else "user", "id": _contact_id(one), "email": one["mail"]},
            "attachments": [],
            "url": None,
        },
        "contacts": {"type": "contact.list", "contacts": [asker]},
        "teammates": {"type": "admin.list", "teammates": []},
        "custom_attributes": {"Topic": one["topic"]},
        "first_contact_reply": None
        if is_ours
        else {"created_at": _stamp(one["opened_at"]), "type": "conversation", "url": None},
        "statistics": statistics,
    }


def _rating(one: Json) -> Json | None:
    if one["done_at"] is None or one["rating"] not in _RATINGS:
        return None
    rating = _RATINGS[one["rating"]]
    asked = {"created_at": _stamp(one["done_at"]), "remark": ""}
    return asked if rating is None else {**asked, "rating": rating}


def _contact(one: Json) -> Json:
    companies = [{"type": "company", "id": one["account_id"], "url": f"/companies/{one['account_id']}"}]
    return {
        "type": "contact",
        "id": _contact_id(one),
        "role": "user",
        "email": one["mail"],
        "name": f"{one['first_name']} {one['last_name']}",
        "companies": {"type": "list", "data": companies, "total_count": 1, "has_more": False},
    }


def _contact_id(one: Json) -> str:
    return f"{one['visit_id']:024x}"


def _stamp(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())
