"""Intercom as a connector: secrets, options, streams."""

from collections.abc import Mapping

from countersign.sources.connecting.authorisation import Authorisation, bearer
from countersign.sources.connecting.connector import Connector, Part, Secret, Stream
from countersign.sources.intercom.streams import IntercomOptions, fetch_conversations

_HOSTS = {"us": "api.intercom.io", "eu": "api.eu.intercom.io", "au": "api.au.intercom.io"}


def _authorise(secrets: Mapping[str, str], options: IntercomOptions, base_url: str) -> Authorisation:
    return bearer(secrets["access_token"])


def _address(secrets: Mapping[str, str], options: IntercomOptions) -> str:
    return f"https://{_HOSTS[options.region]}"


CONNECTOR = Connector(
    name="intercom",
    title="Intercom",
    base_url="https://api.intercom.io",
    secrets=(Secret("access_token", "access token of an app in Intercom's Developer Hub"),),
    options=IntercomOptions,
    streams=(
        Stream(
            "conversations",
            "changes",
            {"conversations": Part(("$.id",), newest_by="$.updated_at")},
            fetch=fetch_conversations,
        ),
    ),
    authorise=_authorise,
    proof="specification-tested",
    proof_note="Requests and sandbox answers fit Intercom's OpenAPI document 2.14, and recorded conversations"
    " and contacts of a real workspace went through the mapping.",
    requests_per_second=10.0,
    headers={"Intercom-Version": "2.14", "Accept": "application/json"},
    address=_address,
)
