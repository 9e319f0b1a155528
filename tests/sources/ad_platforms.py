"""What tests of ad platforms share: the demo's files as they are mapped, and faults that must not show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from countersign.core.landed import landed_table
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Workspace
from countersign.sources.demo import write_demo, write_second_week
from countersign.sources.files.landing import batch_directory, land_tables
from countersign.sources.files.sources_file import Source, parse_sources
from countersign.sources.sandbox.faults import Fault
from tests.sources.sandboxed import KEY, land_records, landed_rows

# The demo company's files as config/sources.yaml describes them.
_FILES = {
    "meta_ads": {
        "files": "data/meta_ads/*.jsonl.gz",
        "time_zone": "Europe/Berlin",
        "columns": {
            "platform": {"constant": "meta_ads"},
            "account_id": "account_id",
            "campaign_id": "campaign_id",
            "campaign_name": "campaign_name",
            "ad_group_id": "adset_id",
            "ad_group_name": "adset_name",
            "account_day": "date_start",
            "channel": {"constant": "Paid social"},
            "currency": "account_currency",
            "spend": "spend",
            "impressions": "impressions",
            "clicks": "clicks",
            "platform_conversions": "conversions",
        },
    },
    "google_ads": {
        "files": "data/google_ads/*.csv",
        "time_zone": "Europe/Berlin",
        "columns": {
            "platform": {"constant": "google_ads"},
            "account_id": "customer.id",
            "account_time_zone": "customer.time_zone",
            "campaign_id": "campaign.id",
            "campaign_name": "campaign.name",
            "ad_group_id": "ad_group.id",
            "ad_group_name": "ad_group.name",
            "account_day": "segments.date",
            "channel": {"constant": "Paid search"},
            "currency": "customer.currency_code",
            "spend": {"column": "metrics.cost_micros", "divide_by": 1000000},
            "impressions": "metrics.impressions",
            "clicks": "metrics.clicks",
            "platform_conversions": "metrics.conversions",
            "platform_conversion_value": "metrics.conversions_value",
        },
    },
    "linkedin_ads": {
        "files": "data/linkedin_ads/*.csv",
        "delimiter": ";",
        "time_zone": "UTC",
        "columns": {
            "platform": {"constant": "linkedin_ads"},
            "account_id": "Konto-ID",
            "campaign_id": "Kampagnengruppen-ID",
            "campaign_name": "Kampagnengruppe",
            "ad_group_id": "Kampagnen-ID",
            "ad_group_name": "Kampagne",
            "account_day": {"column": "Startdatum (UTC)", "format": "%d.%m.%Y"},
            "channel": {"constant": "LinkedIn ads"},
            "currency": "Währung",
            "spend": {"column": "costInLocalCurrency", "decimal": ",", "thousands": "."},
            "impressions": "Impressions",
            "clicks": "Klicks",
            "platform_conversions": {"column": "Konversionen", "decimal": ",", "thousands": "."},
        },
    },
}


def rows_of_demo_files(workspace: Workspace, source: str, *, weeks: int, is_second_week: bool) -> list[dict]:
    """ad_performance as the demo's files give it; the second week comes after the first weeks."""
    if is_second_week:
        write_second_week(workspace.root)
    else:
        write_demo(workspace.root, weeks=weeks)
    _land(workspace, source, landed_at=datetime(2026, 11, 23 if is_second_week else 16, 6, tzinfo=UTC))
    return landed_rows(workspace, "ad_performance", source=source)


def _land(workspace: Workspace, source: str, *, landed_at: datetime) -> None:
    entry = {"description": "Files.", "tables": [{"table": "ad_performance", **_FILES[source]}]}
    tables = parse_sources({"sources": {source: entry}})[source].tables
    land_tables(
        workspace,
        workspace.company(),
        source,
        tables,
        files=workspace,
        landed_at=landed_at,
        pseudonym_key=KEY,
    )


def comparable(rows: list[dict]) -> list[dict]:
    """Rows without the value of conversions, which the demo's files do not tell."""
    return [{name: cell for name, cell in row.items() if name != "platform_conversion_value"} for row in rows]


def transient_faults(vendor: str, path: str) -> list[Fault]:
    """Faults of the connection after which a load must end in the same rows."""
    return [
        Fault("too_many_requests", vendor, path, at=2),
        Fault("server_error", vendor, path, at=2, times=2),
        Fault("unavailable", vendor, path, at=1),
        Fault("timeout", vendor, path, at=1),
        Fault("cut_off", vendor, path, at=2),
    ]


@dataclass(frozen=True)
class Outcome:
    """How many records of a stream were accepted, and how many refused."""

    accepted: int
    refused: int

    def __str__(self) -> str:
        return f"{self.accepted} accepted, {self.refused} refused"


def outcomes(
    workspace: Workspace,
    connector: str,
    streams: Mapping[str, Sequence[dict]],
    *,
    part: str,
    source: Source,
    table: str = "ad_performance",
) -> dict[str, Outcome]:
    """Land records of several streams; refused is what cannot be read or lacks what the table needs."""
    required = [column.name for column in landed_table(table).columns if column.required]
    records = [record for listed in streams.values() for record in listed]
    [batch] = land_records(workspace, connector, {part: records}, source=source)
    whole = " and ".join(f"{column} is not null" for column in required)
    path = quote_text(str(batch_directory(workspace, batch) / "rows.parquet"))
    with duckdb.connect(":memory:") as connection:
        fits = connection.execute(f"select {whole} and _bad is null from {path} order by _row").fetchall()
    told, at = {}, 0
    for name, listed in streams.items():
        accepted = sum(fit for (fit,) in fits[at : at + len(listed)])
        told[name] = Outcome(accepted, len(listed) - accepted)
        at += len(listed)
    return told
