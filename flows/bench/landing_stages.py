"""The landing stages of the benchmark; run alone, this serves the sandbox until its input ends."""

import json
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from countersign.core.telemetry import switch_telemetry_off
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Company, Workspace

_COMPANY = {"name": "Bench", "reporting_currency": "EUR", "time_zone": "Europe/Berlin"}
_UNTIL = date(2026, 11, 16)

# What each file holds, how it is mapped, and what bare DuckDB reads of it.
_FILES: dict[str, dict[str, Any]] = {
    "ad_performance": {
        "file": "data/ads.csv",
        "select": """
            select 'c' || (i % 50) as campaign_id, 'Campaign ' || (i % 50) as campaign, 'g' || i as ad_group,
                date '2026-01-01' + (i % 300)::integer as day, round((i % 1000) / 7.0, 2) as cost,
                i % 5000 as impressions, i % 50 as clicks, round((i % 10) / 3.0, 2) as conversions
        """,
        "options": "header true",
        "mapping": {
            "time_zone": "UTC", "currency": "EUR",
            "columns": {
                "platform": {"constant": "google_ads"}, "account_id": {"constant": "a"},
                "campaign_id": "campaign_id", "campaign_name": "campaign", "ad_group_id": "ad_group",
                "account_day": "day", "spend": "cost", "impressions": "impressions", "clicks": "clicks",
                "platform_conversions": "conversions",
            },
        },
        "by_hand": """
            select campaign_id, campaign, ad_group, day::date as day, cost::decimal(18, 6) as cost,
                impressions::bigint as impressions, clicks::bigint as clicks,
                conversions::decimal(18, 6) as conversions
            from read_csv({file}, all_varchar = true)
        """,
    },
    "web_sessions": {
        "file": "data/web.parquet",
        "select": """
            select 's' || i as session, 'v' || (i % 300000) as client,
                timestamp '2026-01-01' + interval (i) second as started, 'google' as source, 'cpc' as medium,
                'brand' as campaign, 'https://www.example.com/p/' || (i % 40) || '?a=b' as page,
                'mobile' as device, i % 7 as views, i % 2 as forms
        """,
        "options": "format parquet",
        "mapping": {
            "time_zone": "UTC",
            "columns": {
                "session_key": "session", "visitor_key": "client", "started_at": "started",
                "utm_source": "source", "utm_medium": "medium", "utm_campaign": "campaign",
                "landing_page": "page", "device": "device", "page_views": "views", "conversions": "forms",
            },
        },
        "by_hand": """
            select session, client, started, source, medium, campaign, split_part(page, '?', 1) as page,
                device, views, forms
            from read_parquet({file})
        """,
    },
}  # fmt: skip


def write_file(root: str, *, table: str, rows: int) -> None:
    """Write a file of so many rows and the config that maps it; not part of what is measured."""
    shape, place = _FILES[table], Path(root)
    (place / "config").mkdir(parents=True)
    (place / "data").mkdir()
    source = {
        "description": "Measured.",
        "tables": [{"table": table, "files": shape["file"], **shape["mapping"]}],
    }
    (place / "config" / "company.yaml").write_text(yaml.safe_dump(_COMPANY))
    (place / "config" / "sources.yaml").write_text(yaml.safe_dump({"sources": {"files": source}}))
    with duckdb.connect(":memory:") as connection:
        made = f"{shape['select']} from range({rows}) as numbers(i)"
        connection.execute(f"copy ({made}) to {quote_text(str(place / shape['file']))} ({shape['options']})")


def land_file(root: str) -> dict[str, Any]:
    """Land the file; seconds without starting Python and importing."""
    from countersign.sources.files.landing import land_source

    workspace = Workspace(Path(root))
    company = workspace.company()
    begun = time.perf_counter()
    batches = land_source(workspace, company, "files", landed_at=datetime.now(UTC))
    return {"rows": sum(batch.rows_landed for batch in batches), "seconds": time.perf_counter() - begun}


def land_file_by_hand(root: str, *, table: str) -> dict[str, Any]:
    """Read, cast and write the same columns in bare DuckDB."""
    shape, place = _FILES[table], Path(root)
    read = shape["by_hand"].format(file=quote_text(str(place / shape["file"])))
    begun = time.perf_counter()
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"copy ({read}) to {quote_text(str(place / 'by_hand.parquet'))}")
    return {"seconds": time.perf_counter() - begun}


def land_api(root: str, *, address: str) -> dict[str, Any]:
    """Read all of HubSpot from a sandbox at an address, and land it."""
    from countersign.sources.connecting.landing import Load, land_connector
    from countersign.sources.files.sources_file import parse_sources
    from countersign.sources.sandbox.tokens import sandbox_secrets

    workspace = Workspace(Path(root))
    workspace.root.mkdir(parents=True)
    entry = {"description": "Measured.", "connector": "hubspot", "since": _UNTIL - timedelta(weeks=26)}
    load = Load(
        workspace=workspace,
        company=Company.model_validate(_COMPANY),
        name="crm",
        source=parse_sources({"sources": {"crm": entry}})["crm"],
        landed_at=datetime.now(UTC),
        until=datetime.combine(_UNTIL, datetime.min.time(), tzinfo=UTC),
        secrets=sandbox_secrets("crm", "hubspot"),
        base_url=f"{address}/hubspot",
    )
    begun = time.perf_counter()
    batches = land_connector(load)
    return {"rows": sum(batch.rows_landed for batch in batches), "seconds": time.perf_counter() - begun}


def serve_sandbox(*, scale: float) -> None:
    """Serve HubSpot of the demo company at some scale; prints the address, ends when the input does."""
    from countersign.sources.demo.simulate import World
    from countersign.sources.sandbox.server import running_sandbox
    from countersign.sources.sandbox.world import world_of

    world = World(seed=7, scale=scale, first_day=_UNTIL - timedelta(weeks=26), anchor=_UNTIL, until=_UNTIL)
    with world_of(world) as known, running_sandbox(known, vendors=("hubspot",)) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    switch_telemetry_off()
    serve_sandbox(**json.loads(sys.argv[1]))
