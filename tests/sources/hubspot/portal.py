"""The demo company's HubSpot source, as the tests of this folder load it."""

from pathlib import Path

import yaml

from countersign.sources.files.sources_file import Source
from tests.sources.sandboxed import source_of

SNIPPET = Path(__file__).with_name("demo_source.yaml")


def demo_source() -> Source:
    """HubSpot with the company's own properties and words."""
    return source_of("hubspot", **yaml.safe_load(SNIPPET.read_text(encoding="utf-8")))
