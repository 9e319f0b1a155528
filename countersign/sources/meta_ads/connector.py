"""The connector to Meta's Marketing API."""

from collections.abc import Mapping

from countersign.sources.connecting.authorisation import Authorisation
from countersign.sources.connecting.connector import Connector, Secret
from countersign.sources.meta_ads.answers import read_answer
from countersign.sources.meta_ads.options import MetaOptions
from countersign.sources.meta_ads.streams import AD_INSIGHTS, INSIGHTS
from countersign.sources.meta_ads.token import MetaToken


def _authorise(secrets: Mapping[str, str], options: MetaOptions, base_url: str) -> Authorisation:
    return MetaToken(secrets["access_token"], secrets.get("app_secret"))


CONNECTOR = Connector(
    name="meta_ads",
    title="Meta ads",
    base_url="https://graph.facebook.com",
    secrets=(
        Secret("access_token", "token of a system user with ads_read on the ad account"),
        Secret("app_secret", "secret of the app, where it requires a proof of it", required=False),
    ),
    options=MetaOptions,
    streams=(INSIGHTS, AD_INSIGHTS),
    authorise=_authorise,
    proof="recorded",
    proof_note="Insights that Airbyte's connector read from a real account go through this mapping; requests"
    " and errors are proved against the sandbox only.",
    requests_per_second=5.0,
    reading=read_answer,
)
