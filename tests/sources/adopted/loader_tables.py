"""Loaders' tables for tests: Fivetran's seeds and Airbyte's records as others made them, in DuckDB files."""

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

SEED_FOLDERS = (
    "dbt_ad_reporting", "dbt_facebook_ads", "dbt_ga4_export", "dbt_google_ads", "dbt_hubspot", "dbt_intercom",
    "dbt_klaviyo", "dbt_linkedin", "dbt_mailchimp", "dbt_marketo", "dbt_salesforce", "dbt_zendesk",
)  # fmt: skip


def write_seeds(data: Path, target: Path) -> Path:
    """A DuckDB file with every seed table as it is: one schema a package, named as the package."""
    seeds = data / "fivetran_seeds"
    if not seeds.is_dir():
        pytest.skip("fivetran_seeds is not in the test data: set COUNTERSIGN_TEST_DATA to its folder")
    with duckdb.connect(str(target)) as connection:
        for folder in SEED_FOLDERS:
            schema = folder.removeprefix("dbt_")
            connection.execute(f'create schema "{schema}"')
            for path in sorted((seeds / folder).glob("*.csv")):
                connection.execute(
                    f'create table "{schema}"."{path.stem}" as select * from read_csv(?, header = true,'
                    " delim = ',', quote = '\"', escape = '\"', null_padding = true, sample_size = -1)",
                    [str(path)],
                )
    return target


def seed_rows(data: Path, folder: str, name: str) -> list[dict[str, str]]:
    """The rows of one seed as its CSV has them."""
    with (data / "fivetran_seeds" / folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_airbyte(data: Path, target: Path) -> Path:
    """A DuckDB file with every record, typed as Airbyte's destinations (version 2) do: objects as JSON."""
    records = data / "airbyte_expected_records"
    if not records.is_dir():
        pytest.skip("airbyte_expected_records is not in the test data: set COUNTERSIGN_TEST_DATA")
    with duckdb.connect(str(target)) as connection:
        for path in sorted(records.glob("*.jsonl")):
            schema = path.stem.replace("-", "_")
            connection.execute(f'create schema "{schema}"')
            for stream, rows in airbyte_records(path).items():
                create_airbyte_table(connection, f'"{schema}"."{stream}"', rows)
    return target


def airbyte_records(path: Path) -> dict[str, list[dict[str, object]]]:
    """Records of a connector by stream."""
    streams: dict[str, list[dict[str, object]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            record = json.loads(line)
            streams.setdefault(record["stream"], []).append(record["data"])
    return streams


def create_airbyte_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: Iterable[Mapping[str, object]],
    *,
    extracted_at: datetime = datetime(2024, 9, 1, tzinfo=UTC),
) -> None:
    """A typed table of records, with Airbyte's own columns."""
    rows = list(rows)
    names: dict[str, str] = {}
    for row in rows:
        for name in row:
            names.setdefault(name.lower(), name)
    kinds = {name: _kind([row.get(name) for row in rows]) for name in names.values()}
    columns = "".join(f', "{name}" {kind}' for name, kind in kinds.items())
    connection.execute(
        f"create table {table} (_airbyte_raw_id varchar, _airbyte_extracted_at timestamptz,"
        f" _airbyte_meta json{columns})"
    )
    marks = ", ".join("?" for _ in range(3 + len(kinds)))
    for number, row in enumerate(rows):
        cells = [_cell(row.get(name), kind) for name, kind in kinds.items()]
        connection.execute(
            f"insert into {table} values ({marks})", [f"raw-{number}", extracted_at, "{}", *cells]
        )


def _kind(values: Iterable[object]) -> str:
    present = [value for value in values if value is not None]
    if any(isinstance(value, dict | list) for value in present):
        return "json"
    if present and all(isinstance(value, bool) for value in present):
        return "boolean"
    if present and all(isinstance(value, int) and not isinstance(value, bool) for value in present):
        return "bigint"
    if present and all(isinstance(value, int | float) and not isinstance(value, bool) for value in present):
        return "decimal(38,9)"
    return "varchar"


def _cell(value: object, kind: str) -> object:
    if value is None:
        return None
    if kind == "json":
        return json.dumps(value)
    return value if kind != "varchar" or isinstance(value, str) else json.dumps(value)
