"""How requests to Meta are signed: a bearer token, and a proof of the app's secret where there is one."""

import hashlib
import hmac

from requests import PreparedRequest
from requests.auth import AuthBase


class MetaToken(AuthBase):
    """The token in a header, so that no address holds it; with `app_secret` also its appsecret_proof."""

    def __init__(self, token: str, app_secret: str | None = None) -> None:
        self._token = token
        self._proof = (
            hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest() if app_secret else None
        )

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign a request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        if self._proof:
            request.prepare_url(request.url or "", {"appsecret_proof": self._proof})
        return request
