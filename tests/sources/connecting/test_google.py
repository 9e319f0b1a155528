"""Google's sign-in: a service account signs its own request, and its key is never shown."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.connecting.google import google_token
from countersign.sources.connecting.landing import land_connector
from countersign.sources.sandbox.vendors.search_console import SITE
from tests.sources.sandboxed import (
    end_of,
    files_with,
    landed_rows,
    load_of,
    sandbox_at,
    small_world,
    source_of,
)

WORLD = small_world(weeks=6, scale=1.0)
SCOPE = "https://www.googleapis.com/auth/webmasters.readonly"
ACCOUNT = "reader@northbeam.iam.gserviceaccount.com"


@pytest.fixture(scope="module")
def key():
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def key_file(key) -> str:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return json.dumps({"type": "service_account", "private_key": pem, "client_email": ACCOUNT})


def load(workspace, **secrets: str):
    source = source_of("search_console", since=WORLD.until - timedelta(weeks=1), options={"sites": [SITE]})
    given = {f"SEARCH_CONSOLE_{name}".upper(): SecretStr(value) for name, value in secrets.items()}
    with sandbox_at("search_console", WORLD) as address:
        land_connector(load_of(workspace, source, base_url=address, until=end_of(WORLD), secrets=given))


def decoded(part: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(part + "=="))


def test_a_service_account_loads_without_a_refresh_token(workspace, key_file):
    load(workspace, service_account=key_file)

    assert landed_rows(workspace, "search_terms")
    assert files_with(workspace.root, "PRIVATE KEY") == []


def test_its_request_is_signed_by_its_key_for_an_hour_at_most(key, key_file):
    token = google_token({"service_account": key_file}, "https://searchconsole.googleapis.com", scope=SCOPE)
    head, claims, signature = token._form["assertion"].split(".")

    key.public_key().verify(
        base64.urlsafe_b64decode(signature + "=="), f"{head}.{claims}".encode(), PKCS1v15(), SHA256()
    )
    assert decoded(head) == {"alg": "RS256", "typ": "JWT"}
    said = decoded(claims)
    assert (said["iss"], said["scope"]) == (ACCOUNT, SCOPE)
    assert said["aud"] == "https://oauth2.googleapis.com/token"
    assert said["exp"] - said["iat"] <= 3600


@pytest.mark.parametrize("given", ["no json", "{}", '{"private_key": "canary-key", "client_email": "x"}'])
def test_a_key_that_cannot_be_read_is_refused_without_showing_it(given):
    with pytest.raises(SettingsError, match="service account's key cannot be read") as error:
        google_token({"service_account": given}, "https://searchconsole.googleapis.com", scope=SCOPE)
    assert "canary" not in str(error.value)


def test_without_any_sign_in_it_says_what_to_set():
    with pytest.raises(SettingsError, match="refresh token or a service account"):
        google_token({}, "https://searchconsole.googleapis.com", scope=SCOPE)


def test_a_wrong_refresh_token_is_refused_with_googles_code_and_not_the_token(workspace):
    with pytest.raises(SourceError, match="invalid_grant") as error:
        load(workspace, client_id="a", client_secret="canary-secret", refresh_token="canary-token")
    assert "canary" not in str(error.value)
