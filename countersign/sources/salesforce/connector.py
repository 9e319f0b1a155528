"""Salesforce as a connector: secrets, options, streams."""

from collections.abc import Mapping

from countersign.sources.connecting.authorisation import Authorisation, RenewedToken
from countersign.sources.connecting.connector import Connector, Part, Secret, Stream
from countersign.sources.salesforce.activities import (
    fetch_accounts,
    fetch_activities,
    fetch_event_responses,
)
from countersign.sources.salesforce.deals import fetch_opportunities
from countersign.sources.salesforce.leads import fetch_lead_history, fetch_leads
from countersign.sources.salesforce.options import SalesforceOptions

_RECORD = Part(("$.Id",), newest_by="$.SystemModstamp")


def _authorise(secrets: Mapping[str, str], options: SalesforceOptions, base_url: str) -> Authorisation:
    """A refresh token where there is one, else the client credentials flow."""
    form = {"client_id": secrets["client_id"], "client_secret": secrets["client_secret"]}
    if "refresh_token" in secrets:
        form |= {"grant_type": "refresh_token", "refresh_token": secrets["refresh_token"]}
    else:
        form |= {"grant_type": "client_credentials"}
    return RenewedToken(f"{base_url}/services/oauth2/token", form=form)


def _address(secrets: Mapping[str, str], options: SalesforceOptions) -> str:
    domain, dot, kind = options.my_domain.partition(".")
    return f"https://{domain}{dot}{kind}.my.salesforce.com"


CONNECTOR = Connector(
    name="salesforce",
    title="Salesforce",
    base_url="https://MY_DOMAIN.my.salesforce.com",
    secrets=(
        Secret("client_id", "consumer key of the external client app"),
        Secret("client_secret", "consumer secret of the external client app"),
        Secret("refresh_token", "refresh token of a user; left out for client credentials", required=False),
    ),
    options=SalesforceOptions,
    streams=(
        Stream(
            "accounts",
            "changes",
            {"accounts": _RECORD, "account_removals": _RECORD},
            fetch=fetch_accounts,
        ),
        Stream(
            "leads",
            "changes",
            {"leads": _RECORD, "lead_starts": Part(("$.Id",)), "lead_removals": _RECORD},
            fetch=fetch_leads,
        ),
        Stream(
            "lead_history",
            "changes",
            {"lead_history": Part(("$.Id",)), "verdicts": Part(("$.Id",))},
            fetch=fetch_lead_history,
        ),
        Stream(
            "opportunities",
            "changes",
            {
                "opportunities": _RECORD,
                "deal_stages": Part(("$.Id", "$._stage")),
                "opportunity_removals": _RECORD,
            },
            fetch=fetch_opportunities,
        ),
        Stream(
            "activities",
            "changes",
            {"tasks": _RECORD, "events": _RECORD, "activity_removals": _RECORD},
            fetch=fetch_activities,
        ),
        Stream("event_responses", "changes", {"event_responses": _RECORD}, fetch=fetch_event_responses),
    ),
    authorise=_authorise,
    proof="recorded",
    proof_note="Recorded accounts and lead history of a real organisation went through the mapping; leads,"
    " deals, activities and campaigns ran against the sandbox only.",
    requests_per_second=10.0,
    headers={"Sforce-Query-Options": "batchSize=2000"},
    address=_address,
)
