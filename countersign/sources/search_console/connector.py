"""What the Search Console connector needs; docs/sources/search_console.md says how to switch it on."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from countersign.sources.connecting.authorisation import Authorisation
from countersign.sources.connecting.connector import Connector, Options, Part, Stream
from countersign.sources.connecting.google import SIGN_IN_SECRETS, google_token, read_failure
from countersign.sources.search_console.streams import fetch_search_days

SCOPE = "https://www.googleapis.com/auth/webmasters.readonly"

# A domain property, or a URL prefix with its closing slash.
Site = Annotated[str, StringConstraints(pattern=r"^(sc-domain:[^/\s]+|https?://\S+/)$")]


class SearchConsoleOptions(Options):
    """Which properties are read, and for which kind of search; `page_rows` are rows of one answer at most."""

    sites: tuple[Site, ...] = Field(min_length=1, max_length=100)
    search_type: Literal["WEB", "IMAGE", "VIDEO", "NEWS"] = "WEB"
    page_rows: int = Field(25_000, ge=1, le=25_000)


def authorise(secrets: Mapping[str, str], options: Any, base_url: str) -> Authorisation:
    """A Google token."""
    return google_token(secrets, base_url, scope=SCOPE)


CONNECTOR = Connector(
    name="search_console",
    title="Google Search Console",
    base_url="https://searchconsole.googleapis.com",
    secrets=SIGN_IN_SECRETS,
    options=SearchConsoleOptions,
    streams=(
        Stream(
            "search_days",
            "days",
            {
                "search_terms": Part(
                    tuple(f"$.{name}" for name in ("host", "date", "query", "page", "country", "device")),
                ),
                "rows": Part(("$.site", "$.keys")),
            },
            fetch=fetch_search_days,
            # Final figures come two to three days late; what Google corrects later is rare.
            restated_days=10,
        ),
    ),
    authorise=authorise,
    proof="specification-tested",
    proof_note="Every request and every sandbox answer is checked against Google's discovery document of the"
    " Search Console API v1; recorded rows of a real site go through the mapping.",
    requests_per_second=5.0,
    reading=read_failure,
)
