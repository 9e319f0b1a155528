"""How requests are signed: fixed tokens and keys, and tokens that are renewed when they run out."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from requests import PreparedRequest, Response, Session
from requests.auth import AuthBase, HTTPBasicAuth
from requests.exceptions import RequestException

from countersign.core.errors import SourceError

# Renewed a little early, so that a token does not run out between two machines' clocks.
_EARLY = timedelta(seconds=60)
_TIMEOUT_S = 30.0
# A token endpoint may be as busy as any other.
_PATIENCE_S = (0.2, 1.0, 4.0)

Authorisation = AuthBase


class Headers(AuthBase):
    """Fixed headers, such as an API key or a bearer token."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = dict(headers)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the headers to a request."""
        request.headers.update(self._headers)
        return request


def bearer(token: str) -> Headers:
    """Authorization: Bearer TOKEN."""
    return Headers({"Authorization": f"Bearer {token}"})


def basic(user: str, password: str) -> HTTPBasicAuth:
    """HTTP basic authentication."""
    return HTTPBasicAuth(user.encode(), password.encode())


class RenewedToken(AuthBase):
    """OAuth 2: a token that is asked for when needed, before it runs out, and again when refused.

    Args:
        url: the token endpoint.
        form: the body of the request, e.g. grant_type, client_id, client_secret, refresh_token.
        headers: headers besides Authorization, such as a developer token.
        sent: how the token is sent; a bearer header unless given.
    """

    def __init__(
        self,
        url: str,
        *,
        form: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        sent: Callable[[str], Mapping[str, str]] | None = None,
    ) -> None:
        self._url = url
        self._form = form
        self._headers = dict(headers or {})
        self._sent = sent or (lambda token: {"Authorization": f"Bearer {token}"})
        self._token: str | None = None
        self._until: datetime | None = None

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign a request; a 401 renews the token and sends the request once more."""
        if self._token is None or (self._until and datetime.now(UTC) >= self._until - _EARLY):
            self._renew()
        self._sign(request)
        request.register_hook("response", self._again_when_refused)
        return request

    def _sign(self, request: PreparedRequest) -> None:
        request.headers.update({**self._headers, **self._sent(self._token or "")})

    def _again_when_refused(self, response: Response, **kwargs: Any) -> Response:
        if response.status_code != 401 or response.request.headers.get("X-Countersign-Again"):
            return response
        response.content  # noqa: B018 read to the end, so that the connection can be used again
        response.close()
        self._renew()
        again = response.request.copy()
        self._sign(again)
        again.headers["X-Countersign-Again"] = "1"
        sent: Response = response.connection.send(again, **kwargs)
        sent.history.append(response)
        sent.request = again
        return sent

    def _renew(self) -> None:
        body = _token_answer(self._url, self._form)
        token = body.get("access_token")
        if not isinstance(token, str):
            raise _refused("an answer without an access_token")
        self._token = token
        seconds = body.get("expires_in")
        lasts = (
            timedelta(seconds=float(seconds)) if isinstance(seconds, int | float | str) and seconds else None
        )
        self._until = datetime.now(UTC) + lasts if lasts else None


def _token_answer(url: str, form: Mapping[str, str]) -> dict[str, Any]:
    """The token endpoint's answer, asked for again while the endpoint is busy or out of reach."""
    for pause_s in (*_PATIENCE_S, None):
        try:
            with Session() as session:
                answer = session.post(url, data=dict(form), timeout=_TIMEOUT_S, allow_redirects=False)
            if answer.ok:
                body = answer.json()
                return body if isinstance(body, dict) else {}
            found = f"HTTP {answer.status_code}{_reason(answer)}"
            is_busy = answer.status_code == 429 or answer.status_code >= 500
        except (RequestException, ValueError) as error:
            found, is_busy = type(error).__name__, True
        if not is_busy or pause_s is None:
            raise _refused(found)
        time.sleep(pause_s)
    raise AssertionError("unreachable")


def _reason(answer: Response) -> str:
    """The error code that OAuth 2 prescribes, such as invalid_grant; never the description."""
    try:
        code = answer.json().get("error")
    except (ValueError, AttributeError):
        return ""
    return f", {code}" if isinstance(code, str) and code.isidentifier() else ""


def _refused(what: str) -> SourceError:
    return SourceError(
        "The vendor gave no access token.",
        found=what,
        fix="check client id, client secret and refresh token of this source; renew a consent that ended",
    )
