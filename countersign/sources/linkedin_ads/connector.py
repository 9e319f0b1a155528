"""The connector to LinkedIn's Advertising API."""

from collections.abc import Mapping

from countersign.sources.connecting.authorisation import Authorisation
from countersign.sources.connecting.connector import Connector
from countersign.sources.linkedin_ads.answers import read_answer
from countersign.sources.linkedin_ads.authorisation import SECRETS, authorise
from countersign.sources.linkedin_ads.options import LinkedInOptions
from countersign.sources.linkedin_ads.streams import ANALYTICS


def _authorise(secrets: Mapping[str, str], options: LinkedInOptions, base_url: str) -> Authorisation:
    return authorise(secrets, options.api_version, base_url)


CONNECTOR = Connector(
    name="linkedin_ads",
    title="LinkedIn ads",
    base_url="https://api.linkedin.com",
    secrets=SECRETS,
    options=LinkedInOptions,
    streams=(ANALYTICS,),
    authorise=_authorise,
    proof="recorded",
    proof_note="Figures, campaigns and groups that Airbyte's connector read from a real account go through"
    " this mapping; requests and errors are proved against the sandbox only.",
    requests_per_second=5.0,
    reading=read_answer,
)
