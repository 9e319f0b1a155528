"""Klaviyo as a connector: secrets, options, streams."""

from collections.abc import Mapping

from countersign.sources.connecting.authorisation import Authorisation, Headers
from countersign.sources.connecting.connector import Connector, Part, Secret, Stream
from countersign.sources.klaviyo.streams import REVISION, KlaviyoOptions, fetch_campaigns, fetch_events


def _authorise(secrets: Mapping[str, str], options: KlaviyoOptions, base_url: str) -> Authorisation:
    return Headers({"Authorization": f"Klaviyo-API-Key {secrets['api_key']}"})


CONNECTOR = Connector(
    name="klaviyo",
    title="Klaviyo",
    base_url="https://a.klaviyo.com",
    secrets=(Secret("api_key", "private API key with read access to campaigns, events, metrics, profiles"),),
    options=KlaviyoOptions,
    streams=(
        Stream(
            "campaigns",
            "all",
            {"campaigns": Part(("$.id",), newest_by="$.attributes.updated_at")},
            fetch=fetch_campaigns,
        ),
        Stream("events", "changes", {"events": Part(("$.id",))}, fetch=fetch_events),
    ),
    authorise=_authorise,
    proof="specification-tested",
    proof_note="Requests and sandbox answers fit Klaviyo's OpenAPI document of 2026-07-15, and recorded"
    " campaigns, events and profiles of a real account went through the mapping.",
    requests_per_second=2.5,
    headers={"revision": REVISION, "Accept": "application/vnd.api+json"},
)
