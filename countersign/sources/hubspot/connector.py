"""HubSpot, through a private app's token: CRM objects (v3, associations v4), forms and marketing e-mails."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from requests import Response

from countersign.sources.connecting.answers import Said
from countersign.sources.connecting.api import Api
from countersign.sources.connecting.authorisation import Authorisation, bearer
from countersign.sources.connecting.connector import Chunk, Connector, Fetch, Page, Part, Secret, Stream
from countersign.sources.hubspot.marketing import fetch_form_submissions, fetch_marketing_emails
from countersign.sources.hubspot.options import HubSpotOptions
from countersign.sources.hubspot.streams import (
    ARCHIVED_KINDS,
    fetch_archived,
    fetch_calls,
    fetch_companies,
    fetch_contacts,
    fetch_deals,
    fetch_emails,
    fetch_meetings,
)

_RECORD = Part(("$.id",), newest_by="$.updatedAt")
_MERGED = Part(("$.id",))


def _authorise(secrets: Mapping[str, str], options: Any, base_url: str) -> Authorisation:
    return bearer(secrets["access_token"])


def _stream(
    name: str,
    fetch: Fetch,
    parts: Mapping[str, Part] | None = None,
    *,
    kind: Literal["changes", "all"] = "changes",
) -> Stream:
    """A stream that gives nothing when the options leave it out."""

    def fetch_if_wanted(api: Api, options: HubSpotOptions, chunk: Chunk) -> Iterator[Page]:
        return iter(()) if name in options.leave_out else fetch(api, options, chunk)

    return Stream(name, kind, parts or {name: _RECORD}, fetch_if_wanted)


def _reading(response: Response) -> Said | None:
    """HubSpot tells a cursor that it does not know by HTTP 400."""
    if response.status_code == 400 and "cursor" in response.text:
        return Said("cursor_gone")
    return None


CONNECTOR = Connector(
    name="hubspot",
    title="HubSpot",
    base_url="https://api.hubapi.com",
    secrets=(Secret("access_token", "access token of a private app: Settings, Integrations, Private Apps"),),
    options=HubSpotOptions,
    streams=(
        _stream(
            "contacts",
            fetch_contacts,
            {
                "contacts": _RECORD,
                "contact_stages": Part(("$.contact_id", "$.changed_at", "$.stage")),
                "sales_verdicts": Part(("$.contact_id", "$.decided_at")),
                "merged_contacts": _MERGED,
            },
        ),
        _stream("companies", fetch_companies, {"companies": _RECORD, "merged_companies": _MERGED}),
        _stream("deals", fetch_deals, {"deals": _RECORD, "merged_deals": _MERGED}),
        _stream("calls", fetch_calls),
        _stream("emails", fetch_emails),
        _stream("meetings", fetch_meetings),
        _stream("archived", fetch_archived, {f"archived_{kind}": _RECORD for kind in ARCHIVED_KINDS}),
        _stream("form_submissions", fetch_form_submissions, {"form_submissions": Part(("$._id",))}),
        _stream("marketing_emails", fetch_marketing_emails, kind="all"),
    ),
    authorise=_authorise,
    proof="specification-tested",
    proof_note="requests and answers of the sandbox are checked against HubSpot's own OpenAPI documents,"
    " requests also by Prism; records of a real account went through the mapping",
    # A private app may ask 100 times in 10 seconds (190 with the larger editions).
    requests_per_second=9.0,
    reading=_reading,
)
