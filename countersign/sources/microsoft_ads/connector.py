"""The connector to Microsoft Advertising's Reporting API."""

from collections.abc import Mapping

from countersign.sources.connecting.authorisation import Authorisation, RenewedToken
from countersign.sources.connecting.connector import Connector, Secret
from countersign.sources.microsoft_ads.answers import read_answer
from countersign.sources.microsoft_ads.options import MicrosoftOptions
from countersign.sources.microsoft_ads.streams import CUSTOMERS, PERFORMANCE

_SIGN_IN = "https://login.microsoftonline.com"


def _authorise(secrets: Mapping[str, str], options: MicrosoftOptions, base_url: str) -> Authorisation:
    host = base_url if base_url.startswith("http://") else _SIGN_IN
    return RenewedToken(
        f"{host}/common/oauth2/v2.0/token",
        form={
            "grant_type": "refresh_token",
            "scope": "https://ads.microsoft.com/msads.manage offline_access",
            **{name: secrets[name] for name in ("client_id", "client_secret", "refresh_token")},
        },
        headers={
            "DeveloperToken": secrets["developer_token"],
            "CustomerId": options.customer_id,
            "CustomerAccountId": options.account_id,
        },
    )


CONNECTOR = Connector(
    name="microsoft_ads",
    title="Microsoft Advertising",
    base_url="https://reporting.api.bingads.microsoft.com",
    secrets=(
        Secret("developer_token", "developer token of the manager account"),
        Secret("client_id", "client id of the app in Microsoft Entra"),
        Secret("client_secret", "client secret of that app"),
        Secret("refresh_token", "refresh token of a user with access to the account"),
    ),
    options=MicrosoftOptions,
    streams=(PERFORMANCE,),
    authorise=_authorise,
    proof="recorded",
    proof_note="Report rows that Airbyte's connector read from a real account go through this mapping;"
    " requests, zips and errors are proved against the sandbox only.",
    requests_per_second=2.0,
    reading=read_answer,
    hosts=(CUSTOMERS,),
)
