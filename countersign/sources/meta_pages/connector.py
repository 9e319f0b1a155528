"""The connector to Meta's Pages API and Instagram's API with Facebook login."""

from collections.abc import Mapping

from countersign.sources.connecting.authorisation import Authorisation
from countersign.sources.connecting.connector import Connector, Secret
from countersign.sources.meta_ads.answers import read_answer
from countersign.sources.meta_ads.token import MetaToken
from countersign.sources.meta_pages.streams import MEDIA, POSTS, MetaPagesOptions


def _authorise(secrets: Mapping[str, str], options: MetaPagesOptions, base_url: str) -> Authorisation:
    return MetaToken(secrets["access_token"], secrets.get("app_secret"))


CONNECTOR = Connector(
    name="meta_pages",
    title="Meta pages",
    base_url="https://graph.facebook.com",
    secrets=(
        Secret("access_token", "page token with read_insights, of somebody who may analyse the page"),
        Secret("app_secret", "secret of the app, where it requires a proof of it", required=False),
    ),
    options=MetaPagesOptions,
    streams=(POSTS, MEDIA),
    authorise=_authorise,
    proof="sandbox only",
    proof_note="Requests, mapping and errors are proved against the sandbox; no real page was read yet.",
    requests_per_second=5.0,
    reading=read_answer,
)
