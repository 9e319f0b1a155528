"""Zendesk as a connector: secrets, options, streams."""

from collections.abc import Mapping

from countersign.sources.connecting.authorisation import Authorisation, basic
from countersign.sources.connecting.connector import Connector, Part, Secret, Stream
from countersign.sources.zendesk.streams import ZendeskOptions, fetch_tickets


def _authorise(secrets: Mapping[str, str], options: ZendeskOptions, base_url: str) -> Authorisation:
    return basic(f"{secrets['user']}/token", secrets["api_token"])


def _address(secrets: Mapping[str, str], options: ZendeskOptions) -> str:
    return f"https://{options.subdomain}.zendesk.com"


CONNECTOR = Connector(
    name="zendesk",
    title="Zendesk",
    base_url="https://SUBDOMAIN.zendesk.com",
    secrets=(
        Secret("user", "e-mail address of the admin that the API token is used with"),
        Secret("api_token", "API token of Admin Center > Apps and integrations > APIs"),
    ),
    options=ZendeskOptions,
    streams=(
        Stream(
            "tickets",
            "changes",
            {"tickets": Part(("$.id",), newest_by="$.updated_at")},
            fetch=fetch_tickets,
        ),
    ),
    authorise=_authorise,
    proof="recorded",
    proof_note="Recorded tickets, metrics, users and ratings of a real account went through the mapping;"
    " paging and limits ran against the sandbox.",
    requests_per_second=10 / 60,
    address=_address,
)
