"""Search Console from the sandbox: every click lands under its words, or under none if Google keeps them."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest

from countersign.core.errors import SettingsError, SourceError
from countersign.core.landed import SEARCH_TERMS
from countersign.core.warehouse import read_rows
from countersign.core.workspace import Workspace
from countersign.sources.files.landing import batch_directory
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.vendors.search_console import LATE, SITE
from countersign.sources.sandbox.world import world_of
from countersign.sources.search_console.streams import terms_of
from tests.conftest import COMPANY_YAML
from tests.sources.google_specification import Specification, exchanges_seen
from tests.sources.sandboxed import (
    airbyte_records,
    files_with,
    land_records,
    landed_batches,
    landed_rows,
    load_from_sandbox,
    sandbox_secrets,
    small_world,
    source_of,
)

WORLD = small_world(weeks=6, scale=1.0)
SINCE = WORLD.until - timedelta(weeks=1)
QUERY = "searchAnalytics/query"


def console(*, since=SINCE, page_rows: int = 15, **options):
    return source_of(
        "search_console", since=since, options={"sites": [SITE], "page_rows": page_rows, **options}
    )


def load(workspace, *faults: Fault, world=WORLD, **said):
    source = said.pop("source", console())
    return load_from_sandbox(
        workspace, "search_console", world, source=source, faults=faults, late_s=11.0, **said
    )


def test_no_click_of_a_final_day_is_lost(workspace):
    load(workspace)

    with world_of(WORLD) as world:
        known = world.rows(
            """
            select timezone('America/Los_Angeles', timezone('Europe/Berlin', started_local))::date as day,
                count(*) as clicks
            from visits where channel = 'Organic search' and is_tracked group by 1 order by 1
            """
        )
    clicks: Counter = Counter()
    for row in landed_rows(workspace, "search_terms"):
        clicks[row["search_day"]] += row["clicks"]
    final = {row["day"]: row["clicks"] for row in known if SINCE <= row["day"] <= WORLD.until - LATE}
    assert dict(clicks) == final


def test_withheld_words_are_a_row_without_words(workspace):
    load(workspace)

    rows = landed_rows(workspace, "search_terms")
    withheld = sum(row["clicks"] for row in rows if row["query"] == "")
    assert 0.1 < withheld / sum(row["clicks"] for row in rows) < 0.25
    assert min(row["position"] for row in rows) >= 1
    assert all(row["clicks"] <= row["impressions"] for row in rows)
    assert {row["_bad"] for row in rows} == {None}


def test_pages_are_one_path_a_host_without_query_strings(workspace):
    load(workspace)

    rows = landed_rows(workspace, "search_terms")
    assert {row["site"] for row in rows} == {"www.northbeam.example", "shop.northbeam.example"}
    assert {row["page"] for row in rows} == {"/knowledge", "/pressure"}
    assert {row["search_time_zone"] for row in rows} == {"America/Los_Angeles"}
    assert {row["device"] for row in rows} <= {"desktop", "mobile", "tablet"}


def test_decorated_addresses_of_a_page_add_up_with_their_weighted_position():
    plain = {"impressions": 30, "clicks": 3, "position": 2.0}
    tagged = {"impressions": 10, "clicks": 1, "position": 6.0}
    keys = ["2026-11-09", "https://www.x.example/a", "deu", "MOBILE"]
    tagged_keys = ["2026-11-09", "https://www.x.example/a?ref=1#top", "deu", "MOBILE"]
    named = [plain | {"keys": [*keys, "sensor"]}, tagged | {"keys": [*tagged_keys, "sensor"]}]
    whole = [{"keys": keys, "impressions": 50, "clicks": 5, "position": 3.0}]

    sensor, withheld = sorted(terms_of(named, whole, site="s"), key=lambda term: -len(term["query"]))
    assert (sensor["impressions"], sensor["clicks"], sensor["position"]) == (40, 4, "3.000000")
    assert (withheld["query"], withheld["impressions"], withheld["position"]) == ("", 10, "3.000000")


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace):
    load(workspace)
    before = landed_batches(workspace, "search_terms")
    load(workspace)

    assert landed_batches(workspace, "search_terms") == before


def test_days_that_were_not_final_come_with_a_later_load(workspace):
    known = small_world(weeks=7, scale=1.0, known_weeks=6)
    since = known.until - timedelta(weeks=1)
    load(workspace, world=known, source=console(since=since))
    assert last_day(workspace) == known.until - LATE
    load(workspace, world=small_world(weeks=7, scale=1.0), source=console(since=since))

    assert last_day(workspace) == date(2026, 11, 16) - LATE
    days = {row["search_day"] for row in landed_rows(workspace, "search_terms")}
    assert len(days) == 13


def last_day(workspace) -> date:
    return max(row["search_day"] for row in landed_rows(workspace, "search_terms"))


def test_every_request_and_answer_fits_googles_discovery_document(workspace, test_data, monkeypatch):
    specification = Specification(test_data, "searchconsole.v1")
    with exchanges_seen(monkeypatch, below="/search_console") as seen:
        load(workspace)

    assert len(seen) > 14
    assert [problem for one in seen for problem in specification.problems(one)] == []


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("undisturbed"))
    workspace.config.mkdir()
    (workspace.config / "company.yaml").write_text(COMPANY_YAML, encoding="utf-8")
    load(workspace)
    return landed_rows(workspace, "search_terms")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("too_many_requests", "search_console", QUERY, at=2),
        Fault("server_error", "search_console", QUERY, at=3, times=2),
        Fault("unavailable", "search_console", QUERY),
        Fault("timeout", "search_console", QUERY, at=2),
        Fault("cut_off", "search_console", QUERY, at=2),
        Fault("page_twice", "search_console", QUERY),
        Fault("token_expires", "search_console", QUERY, at=3),
    ],
    ids=lambda fault: fault.kind,
)
def test_a_fault_on_the_way_changes_no_row(workspace, undisturbed, fault):
    load(workspace, fault)

    assert landed_rows(workspace, "search_terms") == undisturbed


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("server_error", "search_console", QUERY, times=99), "HTTP 500"),
        (Fault("page_twice", "search_console", QUERY, times=99), "gave a page twice"),
    ],
    ids=["server_error", "page_twice"],
)
def test_a_fault_that_stays_is_refused_and_lands_nothing(workspace, fault, said):
    with pytest.raises(SourceError, match=said):
        load(workspace, fault)

    assert landed_batches(workspace, "search_terms") == []


def test_a_site_of_others_is_refused_in_googles_words(workspace):
    source = source_of("search_console", since=SINCE, options={"sites": ["sc-domain:other.example"]})
    with pytest.raises(SourceError, match="sufficient permission"):
        load(workspace, source=source)


@pytest.mark.parametrize("sites", [[], ["northbeam.example"], ["https://northbeam.example"]])
def test_a_site_must_be_written_as_search_console_writes_it(workspace, sites):
    with pytest.raises(SettingsError, match="sites"):
        load(workspace, source=source_of("search_console", since=SINCE, options={"sites": sites}))


def test_no_secret_reaches_errors_or_files(workspace, caplog):
    with pytest.raises(SourceError) as error:
        load(workspace, Fault("server_error", "search_console", QUERY, at=3, times=99))
    load(workspace)

    for secret in sandbox_secrets("search_console", "search_console").values():
        assert secret.get_secret_value() not in str(error.value) + caplog.text
        assert files_with(workspace.root, secret.get_secret_value()) == []


# Streams of a real site by day with a page: our two queries. Others leave the page out, which we do not.
RECORDED = {
    "search_analytics_all_fields": True,
    "search_analytics_keyword_page_report": True,
    "search_analytics_page_report": False,
}


@pytest.mark.parametrize(("stream", "has_words"), list(RECORDED.items()), ids=list(RECORDED))
def test_recorded_rows_of_a_real_site_are_all_accepted(workspace, test_data, stream, has_words):
    records = airbyte_records(test_data, "google-search-console")[stream]
    names = ("date", "page", "country", "device", *(("query",) if has_words else ()))
    rows = [{**record, "keys": [record[name] for name in names]} for record in records]
    terms = terms_of(rows if has_words else [], [] if has_words else rows, site=records[0]["site_url"])
    source = source_of("search_console", options={"sites": ["sc-domain:airbyte.io"]})
    (batch,) = land_records(workspace, "search_console", {"search_terms": terms}, source=source)

    with duckdb.connect(":memory:") as connection:
        file = str(batch_directory(workspace, batch) / "rows.parquet")
        landed = read_rows(connection, "select * from read_parquet(?) order by _row", [file])
    print(f"{stream:40} {len(landed):3}  accepted")  # noqa: T201 the table is what the test is for
    required = [column.name for column in SEARCH_TERMS.columns if column.required]
    assert [(row["_bad"], [name for name in required if row[name] is None]) for row in landed] == [
        (None, [])
    ] * len(records)
    assert sum(row["clicks"] for row in landed) == sum(record["clicks"] for record in records)
    expected = sorted(round(Decimal(str(record["position"])), 6) for record in records)
    assert sorted(row["position"] for row in landed) == expected
