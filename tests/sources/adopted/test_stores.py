"""Where tables lie: DuckDB, Parquet in any layout, and names that would break careless SQL."""

import duckdb
import pytest
from pydantic import SecretStr

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.adopted.files_store import ParquetStore
from tests.sources.adopted.fivetran_shop import parquet_of
from tests.sources.adopted.loading import land, only, rows_of
from tests.sources.adopted.small_tables import GOOGLE, changed, write_tables

PASSWORD = "canary-7f3a"


@pytest.fixture
def lake(tmp_path):
    return write_tables(tmp_path / "lake.duckdb", GOOGLE)


def test_parquet_gives_the_rows_that_duckdb_gives(workspace, lake, tmp_path):
    folder = parquet_of(lake, tmp_path / "lake")
    first = only(land(workspace, lake, "fivetran", "google_ads", schema="google_ads"), "ad_performance")
    second = only(land(workspace, folder, "fivetran", "google_ads", schema="google_ads"), "ad_performance")

    assert first.id == second.id
    assert len(rows_of(workspace, second)) == 2


@pytest.mark.parametrize(
    ("path", "schema", "table"),
    [
        ("campaign.parquet", "", "campaign"),
        ("google/campaign.parquet", "google", "campaign"),
        ("campaign/0001.parquet", "", "campaign"),
        ("campaign/1700000000.8f2c1a.parquet", "", "campaign"),
        ("google/campaign/part-0.parquet", "google", "campaign"),
        ("google/campaign/2026_10_01_1759280000000_0.parquet", "google", "campaign"),
    ],
)
def test_layouts_of_parquet(tmp_path, path, schema, table):
    target = tmp_path / "lake" / path
    target.parent.mkdir(parents=True)
    duckdb.sql("select 1 as id").write_parquet(str(target))
    store = ParquetStore(tmp_path / "lake", tmp_path)

    (found,) = store.tables()
    assert (found.schema, found.name, list(found.columns)) == (schema, table, ["id"])


def test_odd_names_are_quoted_and_do_no_harm(workspace, lake):
    odd = 'x"; drop table google_ads.campaign_stats; --'
    with changed(lake) as sync:
        quoted = odd.replace('"', '""')
        sync.execute(f'create schema "{quoted}"')
        for table in ("campaign_stats", "campaign_history", "account_history"):
            sync.execute(f'create table "{quoted}"."{table}" as select * from google_ads.{table}')
        sync.execute(f'alter table "{quoted}".campaign_stats add column "{quoted}" varchar default \'north\'')

    said = {"ad_performance": {"ad_group_name": {"column": odd}}}
    batch = only(land(workspace, lake, "fivetran", "google_ads", schema=odd, columns=said), "ad_performance")
    assert {row["ad_group_name"] for row in rows_of(workspace, batch)} == {"north"}
    assert only(land(workspace, lake, "fivetran", "google_ads", schema="google_ads"), "ad_performance")


def test_our_own_files_are_not_adopted(workspace, tmp_path):
    workspace.state.mkdir()
    write_tables(workspace.warehouse, GOOGLE)

    with pytest.raises(SettingsError, match="own files"):
        land(workspace, workspace.warehouse, "fivetran", "google_ads")


def test_another_kind_of_file_is_refused(workspace, tmp_path):
    (tmp_path / "table.csv").write_text("id\n1\n")

    with pytest.raises(SourceError, match=r"not DuckDB's"):
        land(workspace, tmp_path / "table.csv", "fivetran", "google_ads")


def test_a_file_that_is_being_written_says_so(workspace, tmp_path):
    path = tmp_path / "half.duckdb"
    path.write_bytes(b"\0" * 8 + b"DUCK" + b"\0" * 4096)

    with pytest.raises(SourceError, match="cannot be opened"):
        land(workspace, path, "fivetran", "google_ads")


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://reader:{PASSWORD}@127.0.0.1:1/lake",
        f"postgresql://reader:{PASSWORD}@[127.0.0.1/lake",
        f"mysql://reader:{PASSWORD}@127.0.0.1/lake",
        f"host=127.0.0.1 port=1 password={PASSWORD}",
    ],
)
def test_no_error_holds_the_password(workspace, url):
    with pytest.raises(SourceError) as error:
        land(workspace, "lake", "fivetran", "google_ads", secrets={"LAKE_URL": SecretStr(url)})

    assert PASSWORD not in str(error.value)
    assert error.value.__cause__ is None


def test_a_url_in_place_of_a_name_is_not_repeated(workspace):
    with pytest.raises(SettingsError) as error:
        land(workspace, f"postgresql://reader:{PASSWORD}@host/lake", "fivetran", "google_ads")

    assert PASSWORD not in str(error.value)


def test_an_unknown_connection_says_which_variable_to_set(workspace):
    with pytest.raises(SettingsError, match="COUNTERSIGN_SECRET_LAKE_URL"):
        land(workspace, "lake", "fivetran", "google_ads")
