"""HubSpot, through a private app's token: CRM objects (v3, associations v4), forms and marketing e-mails."""

from collections.abc import Mapping
from typing import Any

from requests import Response

from countersign.sources.connecting.answers import Said
from countersign.sources.connecting.authorisation import Authorisation, bearer
from countersign.sources.connecting.connector import Connector, Part, Secret, Stream
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
        Stream(
            "contacts",
            "changes",
            {
                "contacts": _RECORD,
                "contact_stages": Part(("$.contact_id", "$.changed_at", "$.stage")),
                "sales_verdicts": Part(("$.contact_id", "$.decided_at")),
                "merged_contacts": _MERGED,
            },
            fetch_contacts,
        ),
        Stream("companies", "changes", {"companies": _RECORD, "merged_companies": _MERGED}, fetch_companies),
        Stream("deals", "changes", {"deals": _RECORD, "merged_deals": _MERGED}, fetch_deals),
        Stream("calls", "changes", {"calls": _RECORD}, fetch_calls),
        Stream("emails", "changes", {"emails": _RECORD}, fetch_emails),
        Stream("meetings", "changes", {"meetings": _RECORD}, fetch_meetings),
        Stream(
            "archived", "changes", {f"archived_{kind}": _RECORD for kind in ARCHIVED_KINDS}, fetch_archived
        ),
        Stream("form_submissions", "changes", {"form_submissions": Part(("$._id",))}, fetch_form_submissions),
        Stream("marketing_emails", "all", {"marketing_emails": _RECORD}, fetch_marketing_emails),
    ),
    authorise=_authorise,
    proof="specification-tested",
    proof_note="requests and answers of the sandbox are checked against HubSpot's own OpenAPI documents,"
    " requests also by Prism; records of a real account went through the mapping",
    # A private app may ask 100 times in 10 seconds (190 with the larger editions).
    requests_per_second=9.0,
    reading=_reading,
)
