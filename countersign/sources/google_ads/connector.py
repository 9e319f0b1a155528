"""What the Google Ads connector needs and reads; docs/sources/google_ads.md says how to switch it on."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from countersign.sources.connecting.authorisation import Authorisation
from countersign.sources.connecting.connector import Connector, Options, Part, Secret, Stream
from countersign.sources.connecting.google import SIGN_IN_SECRETS, google_token, read_failure
from countersign.sources.google_ads.streams import fetch_ad_days, fetch_single_ads

SCOPE = "https://www.googleapis.com/auth/adwords"

# People write 418-220-7731, as the screen shows it; requests need the bare digits.
CustomerId = Annotated[
    str,
    BeforeValidator(lambda given: str(given) if isinstance(given, int) else given),
    StringConstraints(pattern=r"^[0-9]{3}-?[0-9]{3}-?[0-9]{4}$"),
    AfterValidator(lambda given: given.replace("-", "")),
]


class GoogleAdsOptions(Options):
    """Which accounts are read, and through which manager account.

    Without `customers` every enabled account under `manager_id` is read.
    """

    customers: tuple[CustomerId, ...] = Field((), max_length=500)
    manager_id: CustomerId | None = None

    @model_validator(mode="after")
    def _names_an_account(self) -> "GoogleAdsOptions":
        if not (self.customers or self.manager_id):
            raise ValueError("give customers (account ids), or manager_id for all accounts under it")
        return self


def authorise(secrets: Mapping[str, str], options: GoogleAdsOptions, base_url: str) -> Authorisation:
    """A Google token, the developer token, and the manager account that access goes through."""
    headers = {"developer-token": secrets["developer_token"]}
    if options.manager_id:
        headers["login-customer-id"] = options.manager_id
    return google_token(secrets, base_url, scope=SCOPE, headers=headers)


CONNECTOR = Connector(
    name="google_ads",
    title="Google Ads",
    base_url="https://googleads.googleapis.com",
    secrets=(Secret("developer_token", "developer token of your manager account"), *SIGN_IN_SECRETS),
    options=GoogleAdsOptions,
    streams=(
        Stream(
            "ad_days",
            "days",
            {
                "ad_group_days": Part(
                    ("$.customer.id", "$.campaign.id", "$.adGroup.id", "$.segments.date"),
                ),
                "campaign_days": Part(("$.customer.id", "$.campaign.id", "$.segments.date")),
            },
            fetch=fetch_ad_days,
            # Conversions count on the day of the click, usually for up to 30 days after it.
            restated_days=30,
        ),
        Stream(
            "single_ads",
            "days",
            {
                "single_ad_days": Part(
                    (
                        "$.customer.id",
                        "$.campaign.id",
                        "$.adGroup.id",
                        "$.adGroupAd.ad.id",
                        "$.segments.date",
                    ),
                ),
            },
            fetch=fetch_single_ads,
            restated_days=30,
        ),
    ),
    authorise=authorise,
    proof="recorded",
    proof_note="Daily figures that another connector recorded from a real account go through the mapping;"
    " requests and answers are checked only against the sandbox, for want of a published specification.",
    requests_per_second=5.0,
    reading=read_failure,
)
