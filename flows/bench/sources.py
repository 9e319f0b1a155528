"""What landing costs: files against bare DuckDB, and a connector against a sandbox in another process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from countersign.core.errors import PipelineError
from flows.bench.processes import measure_stage

# Leads of the demo company at scale 1 in 26 weeks: the size of what the API path reads.
_LEADS = 8_300
_API_SCALES = (1.0, 4.0)


def measure_sources(root: Path, *, rows: int) -> dict[str, Any]:
    """Rows per second of both ways in.

    Args:
        root: an empty directory.
        rows: rows of each file.

    Returns:
        `files`: per table, seconds of ours and of bare DuckDB that reads, casts and writes the same
        columns, without masks, pseudonyms, hashes and complaints. `api`: per size of the company, the
        records that HubSpot's connector fetched, landed rows, seconds and the client's peak memory.
    """
    return {
        "files": [_file(root / table, table, rows) for table in ("ad_performance", "web_sessions")],
        "api": [_api(root / f"api-{scale:g}", scale) for scale in _API_SCALES],
    }


def _file(root: Path, table: str, rows: int) -> dict[str, Any]:
    measure_stage("write_file", root=root, table=table, rows=rows)
    cost, landed = measure_stage("land_file", root=root)
    _, by_hand = measure_stage("land_file_by_hand", root=root, table=table)
    return {
        "table": table,
        "rows": landed["rows"],
        "land_s": landed["seconds"],
        "by_hand_s": by_hand["seconds"],
        "rows_per_s": landed["rows"] / landed["seconds"],
        "ratio": landed["seconds"] / by_hand["seconds"],
        "peak_mib": cost.peak_mib,
    }


def _api(root: Path, scale: float) -> dict[str, Any]:
    with _sandbox(scale) as address:
        cost, landed = measure_stage("land_api", root=root, address=address)
    return {
        "leads": int(_LEADS * scale),
        "rows": landed["rows"],
        "land_s": landed["seconds"],
        "rows_per_s": landed["rows"] / landed["seconds"],
        "peak_mib": cost.peak_mib,
    }


@contextmanager
def _sandbox(scale: float) -> Iterator[str]:
    command = [sys.executable, "-m", "flows.bench.landing_stages", json.dumps({"scale": scale})]
    process = subprocess.Popen(  # noqa: S603 our own command
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        address = process.stdout.readline().strip() if process.stdout else ""
        if not address.startswith("http"):
            raise PipelineError(
                "The sandbox did not start, so nothing was measured.",
                found=address or "it ended",
                fix="run this again; if it stays, look at `countersign doctor`",
            )
        yield address
    finally:
        process.communicate(input="")
