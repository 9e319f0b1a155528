"""The connector to LinkedIn's Community Management API."""

from collections.abc import Mapping

from countersign.sources.connecting.authorisation import Authorisation
from countersign.sources.connecting.connector import Connector
from countersign.sources.linkedin_ads.authorisation import SECRETS, authorise
from countersign.sources.linkedin_pages.streams import POSTS, LinkedInPagesOptions


def _authorise(secrets: Mapping[str, str], options: LinkedInPagesOptions, base_url: str) -> Authorisation:
    return authorise(secrets, options.api_version, base_url)


CONNECTOR = Connector(
    name="linkedin_pages",
    title="LinkedIn pages",
    base_url="https://api.linkedin.com",
    secrets=SECRETS,
    options=LinkedInPagesOptions,
    streams=(POSTS,),
    authorise=_authorise,
    proof="sandbox only",
    proof_note="Requests, mapping and errors are proved against the sandbox; no real page was read yet.",
    requests_per_second=3.0,
)
