"""Mailchimp as a connector: secrets, options, streams."""

import re
from collections.abc import Mapping

from countersign.core.errors import SettingsError
from countersign.sources.connecting.authorisation import Authorisation, basic
from countersign.sources.connecting.connector import Connector, Part, Secret, Stream
from countersign.sources.mailchimp.streams import MailchimpOptions, fetch_activity, fetch_campaigns


def _authorise(secrets: Mapping[str, str], options: MailchimpOptions, base_url: str) -> Authorisation:
    # Mailchimp reads the key as the password and takes any user.
    return basic("countersign", secrets["api_key"])


def _address(secrets: Mapping[str, str], options: MailchimpOptions) -> str:
    """The data centre stands behind the last hyphen of the key."""
    data_centre = secrets["api_key"].rpartition("-")[2]
    if not re.fullmatch(r"[a-z]{2}\d{1,3}", data_centre):
        raise SettingsError(
            "A Mailchimp API key does not say its data centre.",
            found="no ending such as -us14",
            fix="copy the whole key, with what follows the hyphen",
        )
    return f"https://{data_centre}.api.mailchimp.com"


CONNECTOR = Connector(
    name="mailchimp",
    title="Mailchimp",
    base_url="https://DATA_CENTRE.api.mailchimp.com",
    secrets=(Secret("api_key", "API key of Account > Extras > API keys, with its data centre"),),
    options=MailchimpOptions,
    streams=(
        Stream("campaigns", "all", {"campaigns": Part(("$.id",))}, fetch=fetch_campaigns),
        Stream(
            "activity",
            "changes",
            {
                "email_activity": Part(
                    ("$.campaign_id", "$.email_id", "$.action", "$.timestamp", "$.url"),
                ),
                "unsubscribes": Part(("$.campaign_id", "$.email_id")),
            },
            fetch=fetch_activity,
        ),
    ),
    authorise=_authorise,
    proof="recorded",
    proof_note="Recorded campaigns, reports, activity and unsubscribes of a real account went through the"
    " mapping; paging ran against the sandbox.",
    requests_per_second=8.0,
    address=_address,
)
