"""The design's colours, read from the one place that defines them: `:root` in assets/report.css."""

import re
from functools import cache
from importlib import resources

_TOKEN = re.compile(r"--([a-z0-9-]+):(#[0-9a-f]{6})\b")


@cache
def read_asset(name: str) -> bytes:
    """The bytes of a file in assets/."""
    return resources.files("countersign.reports").joinpath("assets", name).read_bytes()


@cache
def colours() -> dict[str, str]:
    """Every colour token by name, as `#rrggbb`: `colours()["accent"]`."""
    return dict(_TOKEN.findall(read_asset("report.css").decode("utf-8")))
