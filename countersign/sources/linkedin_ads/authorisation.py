"""How requests to LinkedIn are signed: a token of 60 days, or one that is renewed for a year."""

from collections.abc import Mapping

from requests import PreparedRequest
from requests.auth import AuthBase

from countersign.core.errors import SettingsError
from countersign.sources.connecting.authorisation import Authorisation, RenewedToken, bearer
from countersign.sources.connecting.connector import Secret

SECRETS = (
    Secret("access_token", "token of a member with access to the account; lasts 60 days", required=False),
    Secret("refresh_token", "token that renews access tokens for a year", required=False),
    Secret("client_id", "client id of the app, beside a refresh token", required=False),
    Secret("client_secret", "client secret of the app, beside a refresh token", required=False),
)
_RENEWS = ("refresh_token", "client_id", "client_secret")


class Versioned(AuthBase):
    """Adds LinkedIn's version headers to what another authorisation signs."""

    def __init__(self, signed: Authorisation, version: str) -> None:
        self._signed = signed
        self._version = version

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign a request and say which version of the API is meant."""
        request.headers["LinkedIn-Version"] = self._version
        request.headers["X-Restli-Protocol-Version"] = "2.0.0"
        return self._signed(request)


def authorise(secrets: Mapping[str, str], version: str, base_url: str) -> Authorisation:
    """Sign with a renewed token where there is a refresh token, else with the access token.

    Raises:
        SettingsError: neither is set.
    """
    if all(name in secrets for name in _RENEWS):
        host = base_url if base_url.startswith("http://") else "https://www.linkedin.com"
        form = {"grant_type": "refresh_token", **{name: secrets[name] for name in _RENEWS}}
        return Versioned(RenewedToken(f"{host}/oauth/v2/accessToken", form=form), version)
    if "access_token" not in secrets:
        raise SettingsError(
            "LinkedIn needs a token that is not set.",
            found="neither an access token nor a refresh token with client id and client secret",
            fix="set COUNTERSIGN_SECRET_<SOURCE>_ACCESS_TOKEN, or the three that docs/sources lists",
        )
    return Versioned(bearer(secrets["access_token"]), version)
