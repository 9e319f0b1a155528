"""What Google's APIs have in common in the sandbox: the token endpoint, and the shape of refusals."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.tokens import sandbox_secret

Json = dict[str, Any]
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SIGN_IN = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other"
    " valid authentication credential."
)


class GoogleRefusalError(Exception):
    """A request that Google refuses: HTTP status, Google's word for it, and details."""

    def __init__(self, code: int, status: str, message: str, *, details: list[Json] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.body: Json = {"error": {"code": code, "message": message, "status": status}}
        if details:
            self.body["error"]["details"] = details


class GoogleTokens:
    """Gives access tokens, and knows the one that is good now."""

    def __init__(self, vendor: str, faults: Faults) -> None:
        self._vendor = vendor
        self._faults = faults
        self._given = 0
        self._has_run_out = True

    def check(self, request: Request) -> None:
        """Refuse a request without the token that was given last.

        Raises:
            GoogleRefusalError: 401, as when a token ran out.
        """
        if self._faults.strikes("token_expires", self._vendor, request.url.path):
            self._has_run_out = True
        if self._has_run_out or request.headers.get("Authorization") != f"Bearer {self._token()}":
            raise GoogleRefusalError(401, "UNAUTHENTICATED", _SIGN_IN)

    def grant(self, form: dict[str, str]) -> JSONResponse:
        """The token endpoint's answer to a refresh token, or to a service account's signed request."""
        is_known = form.get("grant_type") == "refresh_token" and all(
            form.get(name) == sandbox_secret(self._vendor, name)
            for name in ("client_id", "client_secret", "refresh_token")
        )
        if not is_known and not _is_signed_request(form):
            said = {"error": "invalid_grant", "error_description": "Bad Request"}
            return JSONResponse(said, status_code=400)
        self._given += 1
        self._has_run_out = False
        return JSONResponse({"access_token": self._token(), "expires_in": 3599, "token_type": "Bearer"})

    def _token(self) -> str:
        return f"sandbox-{self._vendor}-access-{self._given}"


def google_app(vendor: str, faults: Faults) -> tuple[FastAPI, GoogleTokens]:
    """An app with Google's token endpoint and its way to refuse."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    tokens = GoogleTokens(vendor, faults)

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        form = parse_qs((await request.body()).decode())
        return tokens.grant({name: values[0] for name, values in form.items()})

    @app.exception_handler(GoogleRefusalError)
    async def refuse(_: Request, error: GoogleRefusalError) -> JSONResponse:
        return JSONResponse(error.body, status_code=error.code)

    return app, tokens


def _is_signed_request(form: dict[str, str]) -> bool:
    """Whether it asks as service accounts do; the sandbox has no public key to check the signature with."""
    parts = form.get("assertion", "").split(".")
    if form.get("grant_type") != _JWT_GRANT or len(parts) != 3:
        return False
    try:
        head, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in parts[:2])
    except ValueError:
        return False
    is_short = 0 < claims.get("exp", 0) - claims.get("iat", 0) <= 3600
    return bool(head.get("alg") == "RS256" and claims.get("iss") and claims.get("scope") and is_short)
