"""What the GA4 connector needs and reads; docs/sources/ga4.md says how to switch it on."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from countersign.sources.connecting.authorisation import Authorisation
from countersign.sources.connecting.connector import Connector, Options, Part, Stream
from countersign.sources.connecting.google import SIGN_IN_SECRETS, google_token, read_failure
from countersign.sources.ga4.streams import ADMIN_HOST, DIMENSIONS, fetch_traffic_days

SCOPE = "https://www.googleapis.com/auth/analytics.readonly"


class Ga4Options(Options):
    """Which property is read; `page_rows` is how many rows one answer may hold."""

    property_id: Annotated[
        str,
        BeforeValidator(lambda given: str(given) if isinstance(given, int) else given),
        StringConstraints(pattern=r"^[0-9]{1,20}$"),
    ]
    page_rows: int = Field(25_000, ge=1, le=250_000)


def authorise(secrets: Mapping[str, str], options: Any, base_url: str) -> Authorisation:
    """A Google token."""
    return google_token(secrets, base_url, scope=SCOPE)


CONNECTOR = Connector(
    name="ga4",
    title="Google Analytics 4",
    base_url="https://analyticsdata.googleapis.com",
    hosts=(ADMIN_HOST,),
    secrets=SIGN_IN_SECRETS,
    options=Ga4Options,
    streams=(
        Stream(
            "traffic_days",
            "days",
            {"traffic_days": Part(tuple(f"$.dimensions.{name}" for name in DIMENSIONS))},
            fetch=fetch_traffic_days,
            # Sessions settle within two days; credit for key events may move for twelve.
            restated_days=14,
        ),
    ),
    authorise=authorise,
    proof="specification-tested",
    proof_note="Every request and every sandbox answer is checked against Google's discovery documents of the"
    " Data API v1beta and the Admin API v1beta; recorded reports of a real property go through the mapping.",
    requests_per_second=2.0,
    reading=read_failure,
)
