"""Salesforce's REST API over the demo company: OAuth, describe, queries with locators, its error bodies."""

import hashlib
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.paging import CursorGoneError, page_of
from countersign.sources.sandbox.salesforce_org import OBJECTS, Org
from countersign.sources.sandbox.soql import Query, SoqlError, parse_soql
from countersign.sources.sandbox.tokens import sandbox_secret
from countersign.sources.sandbox.world import Json, SandboxWorld

# Salesforce gives at most 2,000 records a page, and fewer when records are large.
_PAGE = 50
_DATA = "/services/data/{version}"


class _RefusedError(Exception):
    """An answer in Salesforce's shape: a list of errors."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = JSONResponse([{"message": message, "errorCode": code}], status)


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """Salesforce as its REST API guide describes it."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    session = _Session(world, faults)

    @app.exception_handler(_RefusedError)
    async def _refuse(request: Request, error: _RefusedError) -> JSONResponse:
        return error.answer

    @app.post("/services/oauth2/token")
    async def _token(request: Request) -> JSONResponse:
        return session.token(dict(parse_qsl((await request.body()).decode())))

    @app.get(_DATA + "/sobjects/{name}/describe")
    def _describe(request: Request, name: str) -> Json:
        session.check(request)
        if name not in OBJECTS:
            raise _RefusedError(404, "NOT_FOUND", "The requested resource does not exist")
        return {
            "name": name,
            "queryable": True,
            "fields": [_field(one) for one in OBJECTS[name] if "." not in one],
        }

    @app.get(_DATA + "/query")
    @app.get(_DATA + "/queryAll")
    def _query(request: Request, version: str, q: str = "") -> Json:
        session.check(request)
        return session.query(q, version, with_deleted=request.url.path.endswith("/queryAll"))

    @app.get(_DATA + "/query/{locator}")
    def _more(request: Request, version: str, locator: str) -> Json:
        session.check(request)
        return session.more(locator, version)

    return app


class _Session:
    """What the server remembers: which token is good, and the results behind each query locator."""

    def __init__(self, world: SandboxWorld, faults: Faults) -> None:
        self._org = Org(world)
        self._faults = faults
        self._generation = 1
        self._results: dict[str, list[Json]] = {}

    def token(self, form: dict[str, Any]) -> JSONResponse:
        """Both flows of the token endpoint."""
        named = {name: sandbox_secret("salesforce", name) for name in ("client_id", "client_secret")}
        flows = {
            "client_credentials": named,
            "refresh_token": {**named, "refresh_token": sandbox_secret("salesforce", "refresh_token")},
        }
        expected = flows.get(str(form.get("grant_type")))
        if expected is None or any(form.get(name) != value for name, value in expected.items()):
            body = {"error": "invalid_client_id", "error_description": "client identifier invalid"}
            return JSONResponse(body, 400)
        body = {
            "access_token": self._token(),
            "token_type": "Bearer",
            "instance_url": "https://northbeam.my.salesforce.com",
        }
        return JSONResponse(body)

    def check(self, request: Request) -> None:
        """Refuse a request whose token is not the current one."""
        if self._faults.strikes("token_expires", "salesforce", request.url.path):
            self._generation += 1
        if request.headers.get("Authorization") != f"Bearer {self._token()}":
            raise _RefusedError(401, "INVALID_SESSION_ID", "Session expired or invalid")

    def query(self, soql: str, version: str, *, with_deleted: bool) -> Json:
        """The first page of a query."""
        query = _parsed(soql)
        records = [
            record for record in self._org.records(query.name) if with_deleted or not record["IsDeleted"]
        ]
        locator = "0r8" + hashlib.sha256(f"{soql}{with_deleted}".encode()).hexdigest()[:15]
        self._results[locator] = query.run(records)
        return self._page(locator, None, version)

    def more(self, locator: str, version: str) -> Json:
        """A further page."""
        name, _, cursor = locator.rpartition("-")
        if name not in self._results:
            raise _RefusedError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(name, cursor, version)

    def _page(self, locator: str, cursor: str | None, version: str) -> Json:
        records = self._results[locator]
        kind = records[0]["attributes"]["type"] if records else ""
        try:
            page = page_of(
                records,
                cursor,
                limit=_PAGE,
                faults=self._faults,
                vendor="salesforce",
                path=f"query/{kind}",
                change=lambda record: record,
            )
        except CursorGoneError:
            raise _RefusedError(400, "INVALID_QUERY_LOCATOR", "invalid query locator") from None
        body: Json = {"totalSize": page.total, "done": page.next_cursor is None, "records": page.records}
        if page.next_cursor is not None:
            body["nextRecordsUrl"] = f"/services/data/{version}/query/{locator}-{page.next_cursor}"
        return body

    def _token(self) -> str:
        return f"00D000000000001!sandbox.{self._generation}"


def _parsed(soql: str) -> Query:
    try:
        return parse_soql(soql, OBJECTS)
    except SoqlError as error:
        raise _RefusedError(400, error.code, error.message) from None


def _field(name: str) -> Json:
    return {"name": name, "label": name.removesuffix("__c").replace("_", " "), "custom": name.endswith("__c")}
