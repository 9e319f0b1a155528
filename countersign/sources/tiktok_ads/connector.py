"""The connector to TikTok's Marketing API."""

from collections.abc import Mapping

from countersign.sources.connecting.authorisation import Authorisation, Headers
from countersign.sources.connecting.connector import Connector, Secret
from countersign.sources.tiktok_ads.answers import read_answer
from countersign.sources.tiktok_ads.streams import REPORT, TikTokOptions


def _authorise(secrets: Mapping[str, str], options: TikTokOptions, base_url: str) -> Authorisation:
    return Headers({"Access-Token": secrets["access_token"]})


CONNECTOR = Connector(
    name="tiktok_ads",
    title="TikTok ads",
    base_url="https://business-api.tiktok.com",
    secrets=(Secret("access_token", "long-lived token of an app that the advertiser has granted"),),
    options=TikTokOptions,
    streams=(REPORT,),
    authorise=_authorise,
    proof="recorded",
    proof_note="Report records and the advertiser that Airbyte's connector read from a real account go"
    " through this mapping; requests and errors are proved against the sandbox only.",
    requests_per_second=5.0,
    reading=read_answer,
)
