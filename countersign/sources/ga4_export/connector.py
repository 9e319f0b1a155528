"""What reading GA4's BigQuery export from files needs; docs/sources/ga4.md says how to switch it on."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from countersign.sources.connecting.authorisation import Authorisation, Headers
from countersign.sources.connecting.connector import Connector, Options
from countersign.sources.ga4_export.landing import land_export


class Ga4ExportOptions(Options):
    """Where the exported files are, and which events the company counts as conversions."""

    files: str = Field(min_length=1)
    key_events: tuple[str, ...] = ("generate_lead",)


def authorise(secrets: Mapping[str, str], options: Any, base_url: str) -> Authorisation:
    """Files need no signature."""
    return Headers({})


CONNECTOR = Connector(
    name="ga4_export",
    title="GA4 export",
    base_url="https://bigquery.googleapis.com",
    secrets=(),
    options=Ga4ExportOptions,
    streams=(),
    authorise=authorise,
    proof="sandbox only",
    proof_note="Files in the shape that Google documents, as Parquet and as JSON, made from the demo"
    " company's sessions; no real export has been read yet.",
    land=land_export,
)
