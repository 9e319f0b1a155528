"""GA4's export: nested events of files become events and whole sessions, each once, no id among them."""

import os
import zlib
from collections import Counter
from datetime import date, timedelta

import duckdb
import pytest

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.loading import land
from countersign.sources.sandbox.ga4_export_files import write_export
from countersign.sources.sandbox.world import world_of
from tests.sources.sandboxed import (
    end_of,
    landed_batches,
    landed_rows,
    load_of,
    small_world,
    snapshot_of,
    source_of,
)

WORLD = small_world(weeks=6, scale=0.3)
MONDAY = date(2026, 11, 2)
NAMES = ("utm_source", "utm_medium", "landing_page", "device", "country", "page_views", "conversions")


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The two newest weeks as Parquet and as JSON, and the sessions they were made of."""
    folder = tmp_path_factory.mktemp("exported")
    with world_of(WORLD) as world:
        for kind in ("parquet", "json"):
            for path in write_export(world, folder / kind, kind=kind):
                if path.name < f"events_{MONDAY:%Y%m%d}":
                    path.unlink()
        known = world.rows(
            """
            select session_start_utc as started_at, split_part(source_medium, ' / ', 1) as utm_source,
                split_part(source_medium, ' / ', 2) as utm_medium, landing_page_path as landing_page,
                device_category as device, country, page_views, form_submits as conversions
            from web_sessions where day >= ?
            """,
            [MONDAY],
        )
    return folder, known


def copied(workspace, folder, kind: str = "parquet"):
    target = workspace.data / "ga4"
    target.mkdir(parents=True, exist_ok=True)
    for path in (folder / kind).iterdir():
        target.joinpath(path.name).write_bytes(path.read_bytes())
    return target


def load(workspace, *, since: date = MONDAY, hours_later: int = 0, **options):
    landed_at = end_of(WORLD) + timedelta(hours=hours_later)
    source = source_of("ga4_export", since=since, options={"files": "data/ga4/*", **options})
    return land(
        load_of(workspace, source, base_url="http://127.0.0.1:1", until=end_of(WORLD), landed_at=landed_at)
    )


def as_told(rows: list[dict]) -> list[tuple]:
    return sorted((row["started_at"], *(row[name] for name in NAMES)) for row in rows)


@pytest.mark.parametrize("kind", ["parquet", "json"])
def test_sessions_are_those_that_the_events_were_made_of(workspace, exported, kind):
    folder, known = exported
    copied(workspace, folder, kind)
    load(workspace)

    rows = landed_rows(workspace, "web_sessions")
    assert as_told(rows) == as_told(known)
    assert {row["_bad"] for row in rows} == {None}


def test_parquet_and_json_give_the_same_rows(workspace, other_workspace, exported):
    folder, _ = exported
    copied(workspace, folder, "parquet")
    copied(other_workspace, folder, "json")
    load(workspace)
    load(other_workspace)

    assert snapshot_of(workspace) == snapshot_of(other_workspace)


def test_events_are_flat_and_hold_no_query_string(workspace, exported):
    folder, known = exported
    copied(workspace, folder)
    load(workspace)

    rows = landed_rows(workspace, "web_events")
    counts = Counter(row["event_name"] for row in rows)
    assert counts["session_start"] == len(known)
    assert counts["page_view"] == sum(row["page_views"] for row in known)
    leads = [row for row in rows if row["is_conversion"]]
    assert len(leads) == counts["generate_lead"] == sum(row["conversions"] for row in known)
    assert {(f"{row['value']:.2f}", row["currency"]) for row in leads} == {("25.50", "EUR")}
    assert not [row["page"] for row in rows if "?" in row["page"] or "://" in row["page"]]


def test_ids_land_as_pseudonyms_only(workspace, exported):
    folder, _ = exported
    target = copied(workspace, folder)
    load(workspace)

    (visitor,) = duckdb.execute(f"select any_value(user_pseudo_id) from '{target}/*.parquet'").fetchone()
    for batch in workspace.landing.rglob("rows.parquet"):
        assert visitor.encode() not in batch.read_bytes()
    row = landed_rows(workspace, "web_sessions")[0]
    assert (row["visitor_key"][:3], row["session_key"][:3]) == ("vk_", "sk_")


def test_a_session_past_midnight_is_one_session(workspace):
    write_events(workspace, hit("20261108", "2026-11-08 22:59:30"), hit("20261109", "2026-11-08 23:00:10"))
    load(workspace)

    (row,) = landed_rows(workspace, "web_sessions")
    assert (f"{row['started_at']}", row["page_views"]) == ("2026-11-08 22:59:30", 2)


def test_an_event_that_was_exported_twice_counts_once(workspace):
    twice = hit("20261103", "2026-11-03 10:00:00")
    write_events(workspace, twice, twice)
    load(workspace)

    (batch,) = landed_batches(workspace, "web_events")
    assert batch.rows_landed == 1
    assert [row["page_views"] for row in landed_rows(workspace, "web_sessions")] == [1]


def test_events_without_a_visitor_are_kept_and_make_no_session(workspace):
    write_events(workspace, hit("20261103", "2026-11-03 10:00:00", visitor=None))
    load(workspace)

    (row,) = landed_rows(workspace, "web_events")
    assert (row["visitor_key"], row["session_key"]) == (None, None)
    assert landed_rows(workspace, "web_sessions") == []


def test_a_second_load_with_nothing_new_reads_and_lands_nothing(workspace, exported):
    copied(workspace, exported[0])
    load(workspace)
    before = landed_batches(workspace, "web_sessions")

    load(workspace)
    assert landed_batches(workspace, "web_sessions") == before


def test_late_events_replace_their_week_and_no_other(workspace):
    write_events(
        workspace, hit("20261103", "2026-11-03 10:00:00"), hit("20261111", "2026-11-11 10:00:00", visitor="b")
    )
    load(workspace)
    first = landed_batches(workspace, "web_events")
    late = hit("20261111", "2026-11-11 11:30:00", visitor="b")
    write_events(workspace, hit("20261111", "2026-11-11 10:00:00", visitor="b"), late)
    load(workspace, hours_later=1)

    fresh = [batch.file for batch in landed_batches(workspace, "web_events") if batch not in first]
    assert fresh == ["events/2026-11-09.parquet"]
    assert sorted(row["page_views"] for row in landed_rows(workspace, "web_sessions")) == [1, 2]


def test_a_week_whose_files_are_partly_gone_is_not_withdrawn_in_silence(workspace):
    write_events(workspace, hit("20261103", "2026-11-03 10:00:00"), hit("20261104", "2026-11-04 10:00:00"))
    load(workspace)
    (workspace.data / "ga4" / "events_20261103.parquet").unlink()
    write_events(workspace, hit("20261104", "2026-11-04 11:00:00"))

    with pytest.raises(SourceError, match="2026-11-03"):
        load(workspace)
    assert len(landed_rows(workspace, "web_events")) == 2


@pytest.mark.parametrize("content", ["select 1 as a", "select '20261103' as event_date, 'x' as event_params"])
def test_a_file_that_is_no_export_is_refused_without_its_content(workspace, content):
    folder = workspace.data / "ga4"
    folder.mkdir(parents=True)
    duckdb.execute(f"copy ({content}) to '{folder}/events_20261103.parquet'")

    with pytest.raises(SourceError, match="not an export of GA4"):
        load(workspace)


def test_unknown_options_are_refused(workspace):
    with pytest.raises(SettingsError, match="options of ga4_export"):
        load(workspace, key_event="purchase")


def hit(day: str, at: str, *, visitor: str | None = "123.456", session: int = 77) -> str:
    """One page view as the export of 2022 had it: without batch numbers and the session's source."""
    known = f"'{visitor}'" if visitor else "null::varchar"
    return f"""
        select '{day}' as event_date, epoch_us(timestamp '{at}') as event_timestamp,
            'page_view' as event_name,
            [{{'key': 'ga_session_id', 'value': {{'string_value': null::varchar, 'int_value': {session},
                'float_value': null::double, 'double_value': null::double}}}}] as event_params,
            {known} as user_pseudo_id, {{'category': 'mobile'}} as device, {{'country': 'Germany'}} as geo
    """


def write_events(workspace, *hits: str) -> None:
    """One file a day, written anew."""
    folder = workspace.data / "ga4"
    folder.mkdir(parents=True, exist_ok=True)
    days = {one.split("'")[1] for one in hits}
    for day in days:
        rows = " union all ".join(one for one in hits if one.split("'")[1] == day)
        path = folder / f"events_{day}.parquet"
        duckdb.execute(f"copy ({rows}) to '{path}' (format parquet)")
        # A file's time stamp may be coarse: what is written in one tick must not look the same.
        later = 1_800_000_000 + zlib.crc32(rows.encode()) % 1_000_000
        os.utime(path, (later, later))
