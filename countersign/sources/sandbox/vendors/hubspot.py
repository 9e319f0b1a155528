"""HubSpot's API as its documentation has it, for the endpoints that our connector asks."""

import json
from collections.abc import Callable
from uuid import NAMESPACE_URL, uuid5

from fastapi import Depends, FastAPI, Request, Response

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.hubspot_marketing import form_submissions, forms, marketing_emails
from countersign.sources.sandbox.hubspot_portal import Portal, RefusedError, later
from countersign.sources.sandbox.hubspot_sales import DEAL_STAGES
from countersign.sources.sandbox.paging import CursorGoneError, Json, page_of
from countersign.sources.sandbox.tokens import sandbox_secret
from countersign.sources.sandbox.world import SandboxWorld

VENDOR = "hubspot"
_EXPIRED = "The OAuth token used to make this call expired"
_UNKNOWN = "Authentication credentials not found. This API supports OAuth 2.0 authentication"
_MADE = "2024-03-04T09:00:00.000Z"


class UnauthorisedError(Exception):
    """A token that HubSpot refuses: category and message."""


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """The portal of the demo company, behind a private app's token."""
    app = FastAPI(openapi_url=None)
    portal = Portal(world, faults)
    _check_token(app, faults)
    _add_objects(app, portal)
    _add_account(app, portal)
    _add_marketing(app, portal)
    return app


def answer(body: Json, status: int = 200) -> Response:
    """A JSON answer, written without the detours that FastAPI takes for models."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status_code=status, media_type="application/json")


def error(status: int, category: str, message: str) -> Response:
    """HubSpot's error body."""
    number = str(uuid5(NAMESPACE_URL, f"{status} {message}"))
    body = {"status": "error", "message": message, "correlationId": number, "category": category}
    return answer(body, status)


def _check_token(app: FastAPI, faults: Faults) -> None:
    expected = f"Bearer {sandbox_secret(VENDOR, 'access_token')}"

    async def check(request: Request) -> None:
        if request.headers.get("Authorization") != expected:
            raise UnauthorisedError("INVALID_AUTHENTICATION", _UNKNOWN)
        if faults.strikes("token_expires", VENDOR, request.url.path):
            raise UnauthorisedError("EXPIRED_AUTHENTICATION", _EXPIRED)

    app.router.dependencies.append(Depends(check))

    @app.exception_handler(UnauthorisedError)
    async def unauthorised(request: Request, refused: UnauthorisedError) -> Response:
        return error(401, *refused.args)

    @app.exception_handler(RefusedError)
    async def refuse(request: Request, refused: RefusedError) -> Response:
        return error(400, "VALIDATION_ERROR", str(refused))

    @app.exception_handler(CursorGoneError)
    async def cursor_gone(request: Request, gone: CursorGoneError) -> Response:
        return error(400, "VALIDATION_ERROR", "The paging cursor is invalid or has expired")


def _add_objects(app: FastAPI, portal: Portal) -> None:
    @app.get("/crm/v3/objects/{kind}")
    async def list_objects(kind: str, request: Request) -> Response:
        return answer(portal.listed(kind, dict(request.query_params), path=request.url.path))

    @app.post("/crm/v3/objects/{kind}/search")
    async def search(kind: str, request: Request) -> Response:
        return answer(portal.searched(kind, await request.json(), path=request.url.path))

    @app.post("/crm/v3/objects/{kind}/batch/read")
    async def batch_read(kind: str, request: Request) -> Response:
        body = portal.read(kind, await request.json(), path=request.url.path)
        return answer(body, 207 if body.get("errors") else 200)

    @app.post("/crm/v4/associations/{kind}/{other}/batch/read")
    async def associations(kind: str, other: str, request: Request) -> Response:
        body = portal.associated(kind, other, await request.json())
        return answer(body, 207 if body.get("errors") else 200)


def _add_account(app: FastAPI, portal: Portal) -> None:
    @app.get("/account-info/v3/details")
    async def details() -> Response:
        return answer(
            {
                "portalId": 4711007,
                "accountType": "STANDARD",
                "timeZone": "Europe/Berlin",
                "companyCurrency": "EUR",
                "additionalCurrencies": [],
                "utcOffset": "+01:00",
                "utcOffsetMilliseconds": 3600000,
                "uiDomain": "app.hubspot.com",
                "dataHostingLocation": "eu1",
            }
        )

    @app.get("/crm/v3/pipelines/deals")
    async def pipelines() -> Response:
        made = {"createdAt": _MADE, "updatedAt": _MADE, "archived": False}
        stages = [
            {
                "id": number,
                "label": label,
                "displayOrder": order,
                "metadata": {"probability": chance, "isClosed": str(number.startswith("closed")).lower()},
                **made,
            }
            for order, (number, label, chance) in enumerate(DEAL_STAGES)
        ]
        sales = {"id": "default", "label": "Sales", "displayOrder": 0, "stages": stages, **made}
        return answer({"results": [sales]})


def _add_marketing(app: FastAPI, portal: Portal) -> None:
    @app.get("/marketing/v3/forms")
    async def list_forms(request: Request) -> Response:
        return answer(_page(portal, forms(), request, most=100))

    @app.get("/marketing/v3/emails")
    async def list_emails(request: Request) -> Response:
        emails = portal.kept("marketing_emails", marketing_emails)
        if request.query_params.get("includeStats") != "true":
            emails = [{name: value for name, value in one.items() if name != "stats"} for one in emails]
        page = _page(portal, emails, request, most=100, change=later)
        return answer({"total": len(emails), **page})

    @app.get("/form-integrations/v1/submissions/forms/{form}")
    async def list_submissions(form: str, request: Request) -> Response:
        submissions = portal.kept("form_submissions", form_submissions)
        if form not in submissions:
            return error(404, "OBJECT_NOT_FOUND", "No form found with that guid")
        return answer(_page(portal, submissions[form], request, most=50))


def _page(
    portal: Portal,
    records: list[Json],
    request: Request,
    *,
    most: int,
    change: Callable[[Json], Json] | None = None,
) -> Json:
    limit = int(request.query_params.get("limit", 20))
    if limit > most:
        raise RefusedError(f"limit must be at most {most}")
    page = page_of(
        records,
        request.query_params.get("after"),
        limit=limit,
        faults=portal.faults,
        vendor=VENDOR,
        path=request.url.path,
        change=change,
    )
    paging = {"paging": {"next": {"after": page.next_cursor}}} if page.next_cursor else {}
    return {"results": page.records, **paging}
