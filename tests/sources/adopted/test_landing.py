"""Adopted tables: read again only when they changed, never a row too many, refused by name when unusable."""

import duckdb
import pytest

from countersign.core.errors import SourceError
from countersign.sources.adopted import landing
from tests.sources.adopted.loading import land, only, rows_of
from tests.sources.adopted.small_tables import GOOGLE, HUBSPOT, changed, write_tables


@pytest.fixture
def lake(tmp_path):
    return write_tables(tmp_path / "lake.duckdb", GOOGLE, HUBSPOT)


@pytest.fixture
def google(workspace, lake):
    return lambda **said: land(workspace, lake, "fivetran", "google_ads", schema="google_ads", **said)


@pytest.fixture
def hubspot(workspace, lake):
    return lambda **said: land(workspace, lake, "fivetran", "hubspot", schema="hubspot", **said)


def test_names_are_those_of_the_day(workspace, google):
    rows = rows_of(workspace, only(google(), "ad_performance"))

    assert [row["campaign_name"] for row in rows] == ["First name", "Second name"]
    assert [f"{row['spend']}" for row in rows] == ["1.230000", "2.000001"]


def test_what_did_not_change_is_not_copied_again(google, monkeypatch):
    google()
    monkeypatch.setattr(landing, "copy_read", lambda *said: pytest.fail("a table was copied again"))

    assert google() == []


def test_a_new_sync_lands_a_new_version_of_the_same_file(workspace, lake, google):
    (first,) = google()
    with changed(lake) as sync:
        sync.execute(
            "update google_ads.campaign_stats set clicks = 6, _fivetran_synced = '2026-10-04 04:00:00+00'"
            " where date = '2026-10-01'"
        )
    (second,) = google()

    assert second.file == first.file
    assert [row["clicks"] for row in rows_of(workspace, second)] == [6, 9]


def test_a_row_that_is_gone_changes_the_table_too(workspace, lake, google):
    google()
    with changed(lake) as sync:
        sync.execute("delete from google_ads.campaign_stats where date = '2026-10-01'")

    assert len(rows_of(workspace, only(google(), "ad_performance"))) == 1


def test_a_new_name_in_a_joined_table_changes_the_rows(workspace, lake, google):
    google()
    with changed(lake) as sync:
        sync.execute(
            "insert into google_ads.campaign_history values"
            " (7, 1, 'Third name', '2026-10-02 10:00:00+00', '2026-10-05 04:00:00+00')"
        )

    rows = rows_of(workspace, only(google(), "ad_performance"))
    assert [row["campaign_name"] for row in rows] == ["First name", "Third name"]


def test_a_table_without_sync_times_lands_the_same_batch_again(lake, google):
    with changed(lake) as sync:
        sync.execute("alter table google_ads.campaign_stats drop column _fivetran_synced")

    assert google() == google()


def test_a_table_that_lost_all_its_rows_is_refused_unless_told(lake, google):
    google()
    with changed(lake) as sync:
        sync.execute("delete from google_ads.campaign_stats")

    with pytest.raises(SourceError, match="campaign_days had 2 rows"):
        google()
    assert google(accept_drift=True) == []


def test_a_required_column_that_is_gone_is_named(lake, google):
    google()
    with changed(lake) as sync:
        sync.execute("alter table google_ads.campaign_stats drop column cost_micros")

    with pytest.raises(SourceError, match=r"google_ads\.campaign_stats has no cost_micros"):
        google()


def test_a_table_that_was_landed_and_is_gone_is_named(lake, hubspot):
    with changed(lake) as sync:
        sync.execute(
            "create table hubspot.company as select 1 as id, 'Acme' as property_name, false as is_deleted,"
            " timestamptz '2026-10-02 04:00:00+00' as _fivetran_synced"
        )
    hubspot()
    with changed(lake) as sync:
        sync.execute("drop table hubspot.company")

    with pytest.raises(SourceError, match="no table company"):
        hubspot()
    assert hubspot(accept_drift=True) == []


def test_a_column_that_is_not_there_is_empty(workspace, lake, google):
    with changed(lake) as sync:
        sync.execute("alter table google_ads.campaign_stats drop column conversions")

    rows = rows_of(workspace, only(google(), "ad_performance"))
    assert [row["platform_conversions"] for row in rows] == [None, None]


def test_a_deleted_contact_is_a_removal_and_comes_back_when_restored(workspace, lake, hubspot):
    first = hubspot()
    with changed(lake) as sync:
        sync.execute(
            "update hubspot.contact set _fivetran_deleted = false,"
            " _fivetran_synced = '2026-10-04 04:00:00+00' where id = 3"
        )
    second = hubspot()

    assert [row["record_id"] for row in rows_of(workspace, only(first, "crm_removals"))] == ["3"]
    assert rows_of(workspace, only(second, "crm_removals")) == []
    assert only(second, "crm_removals").may_be_empty
    assert [row["lead_id"] for row in rows_of(workspace, only(second, "crm_leads"))] == ["1", "2", "3"]


def test_a_column_of_the_company_s_own_can_be_mapped(workspace, hubspot):
    said = {"crm_leads": {"segment": {"column": "property_lead_region"}}}
    rows = rows_of(workspace, only(hubspot(columns=said), "crm_leads"))

    assert [row["segment"] for row in rows] == ["North", "South"]


def test_no_address_is_landed_and_no_copy_is_left(workspace, hubspot):
    hubspot()

    assert not list((workspace.restricted / "landing").iterdir())
    for path in workspace.landing.rglob("*.parquet"):
        with duckdb.connect() as connection:
            text = str(connection.execute(f"select * from '{path}'").fetchall())
        assert "example.com" not in text


def test_a_schema_that_is_empty_says_where_it_looked(workspace, lake):
    with pytest.raises(SourceError, match="none of campaign_stats can be seen"):
        land(workspace, lake, "fivetran", "google_ads", schema="elsewhere")
