"""Access tokens that run out and are renewed with a refresh token, for vendors with plain OAuth 2."""

import threading
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.responses import JSONResponse

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.tokens import sandbox_secret

_NAMES = ("client_id", "client_secret", "refresh_token")


class RenewableTokens:
    """The tokens of one vendor: a renewal ends the token before it, and so does the fault token_expires."""

    def __init__(self, vendor: str, faults: Faults, *, lasts_s: int) -> None:
        self._vendor = vendor
        self._faults = faults
        self._lasts_s = lasts_s
        self._number = 0
        self._lock = threading.Lock()

    async def renew(self, request: Request) -> JSONResponse:
        """The token endpoint."""
        form = dict(parse_qsl((await request.body()).decode()))
        expected = {name: sandbox_secret(self._vendor, name) for name in _NAMES}
        if form.get("grant_type") != "refresh_token" or {name: form.get(name) for name in _NAMES} != expected:
            return JSONResponse({"error": "invalid_grant", "error_description": "The token is revoked."}, 400)
        with self._lock:
            self._number += 1
        return JSONResponse(
            {"access_token": self._token(), "expires_in": self._lasts_s, "token_type": "Bearer"}
        )

    def are_good(self, request: Request, *, header: str = "authorization", scheme: str = "Bearer ") -> bool:
        """Whether a request carries the current token, or the fixed one that is never renewed."""
        if self._faults.strikes("token_expires", self._vendor, request.url.path):
            with self._lock:
                self._number += 1
        fixed = sandbox_secret(self._vendor, "access_token")
        return request.headers.get(header) in (f"{scheme}{self._token()}", f"{scheme}{fixed}")

    def _token(self) -> str:
        return f"sandbox-{self._vendor}-session-{self._number}"
