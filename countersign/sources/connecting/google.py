"""Google's sign-in, which its APIs share: a refresh token, or a service account's key.

A refresh token acts for the person who gave it; a service account is a user of its own, to whom the
property or site is shared.
"""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from requests import Response

from countersign.core.errors import SettingsError
from countersign.sources.connecting.answers import Said
from countersign.sources.connecting.authorisation import RenewedToken
from countersign.sources.connecting.connector import Secret

TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 an address
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LASTS_S = 3600

REFRESH_SECRETS = (
    Secret("client_id", "OAuth client id of your Google Cloud project"),
    Secret("client_secret", "secret of that client"),
    Secret("refresh_token", "refresh token of the person who may read the account"),
)
SIGN_IN_SECRETS = (
    *(Secret(secret.name, secret.meaning, required=False) for secret in REFRESH_SECRETS),
    Secret("service_account", "a service account's key file, its whole JSON, instead", required=False),
)


def google_token(
    secrets: Mapping[str, str], base_url: str, *, scope: str, headers: Mapping[str, str] | None = None
) -> RenewedToken:
    """What signs requests to one of Google's APIs.

    Args:
        secrets: of the source.
        base_url: of the API; the sandbox hands out tokens itself.
        scope: what a service account asks for; a refresh token has its scopes already.
        headers: further headers of every request.

    Raises:
        SettingsError: neither a refresh token nor a service account is given, or its key is not usable.
    """
    url = f"{base_url}/token" if base_url.startswith("http://") else TOKEN_URL
    if secrets.get("refresh_token"):
        form = {"grant_type": "refresh_token"}
        for name in ("client_id", "client_secret", "refresh_token"):
            form[name] = secrets.get(name, "")
        return RenewedToken(url, form=form, headers=headers)
    if secrets.get("service_account"):
        return RenewedToken(url, form=_SignedForm(secrets["service_account"], scope), headers=headers)
    raise SettingsError(
        "Google needs a refresh token or a service account.",
        found="neither is set for this source",
        fix="set the secrets client_id, client_secret and refresh_token, or service_account (its JSON)",
    )


def read_failure(response: Response) -> Said | None:
    """Page tokens that ran out, which Google tells by HTTP 400, and quotas that it tells by HTTP 403."""
    if response.status_code == 400 and "EXPIRED_PAGE_TOKEN" in response.text:
        return Said("cursor_gone")
    if response.status_code == 403 and any(word in response.text for word in _QUOTAS):
        return Said("ask_again")
    return None


_QUOTAS = ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED")


class _SignedForm(Mapping[str, str]):
    """The form of a token request that a service account signs anew each time it is sent."""

    def __init__(self, key_file: str, scope: str) -> None:
        try:
            said = json.loads(key_file)
            key = load_pem_private_key(said["private_key"].encode(), password=None)
            if not isinstance(key, RSAPrivateKey):
                raise TypeError
            self._key, self._account = key, str(said["client_email"])
            self._token_url = str(said.get("token_uri") or TOKEN_URL)
        except (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm):
            raise SettingsError(
                "The service account's key cannot be read.",
                found="it is not the JSON of a key file with private_key and client_email",
                fix="put the whole content of the key file that Google Cloud gave you into service_account",
            ) from None
        self._scope = scope

    def __getitem__(self, name: str) -> str:
        return {"grant_type": _JWT_GRANT, "assertion": self._assertion()}[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("grant_type", "assertion"))

    def __len__(self) -> int:
        return 2

    def _assertion(self) -> str:
        # A clock that is a little ahead would date the request in Google's future.
        now = int(time.time()) - 5
        claims = {
            "iss": self._account,
            "scope": self._scope,
            "aud": self._token_url,
            "iat": now,
            "exp": now + _LASTS_S,
        }
        signed = b".".join(_encoded(part) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
        signature = self._key.sign(signed, PKCS1v15(), SHA256())
        return b".".join((signed, _base64(signature))).decode()


def _encoded(part: Mapping[str, Any]) -> bytes:
    return _base64(json.dumps(part, separators=(",", ":")).encode())


def _base64(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
