"""A whole load of research: what lands, what a second load adds, what one bad page does to the others."""

import json
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from countersign.core.errors import SettingsError, SourceError
from countersign.core.landed import RESEARCH_NOTES
from countersign.sources.connecting.progress import read_progress
from tests.sources.research.test_reading import REVIEWS, RSS
from tests.sources.research.website import FEED, load_research
from tests.sources.sandboxed import files_with, landed_batches, landed_rows

MONDAY = datetime(2026, 11, 16, 6, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("no_pause")


def review_page(url: str, **more) -> dict:
    return {"url": url, "kind": "review", "about": "us", "take": "reviews", **more}


def feed(url: str) -> dict:
    return {"url": url, "kind": "competitor_message", "about": "Rival", "take": "feed"}


def rows(workspace) -> list[dict]:
    return landed_rows(workspace, "research_notes")


def outcomes(workspace) -> dict[str, str]:
    memory = read_progress(workspace, "voices").stream("notes").memory
    return {page["url"].rsplit("/", 1)[1]: page["outcome"] for page in memory.values()}


def test_notes_land_with_origin_capture_date_and_a_pseudonym_for_the_author(site, workspace, monkeypatch):
    page, news = site.put("/reviews", REVIEWS), site.put("/news", RSS, FEED)
    (batch,) = load_research(workspace, monkeypatch, review_page(page), feed(news), landed_at=MONDAY)

    assert (batch.rows_landed, batch.table) == (5, "research_notes")
    found = {row["text"]: row for row in rows(workspace)}
    good = found["Good & fast."]
    assert (good["origin"], good["kind"], good["about"], str(good["rating"])) == (
        page,
        "review",
        "us",
        "0.800000",
    )
    assert good["author_key"].startswith("au_")
    assert good["captured_at"] == datetime(2026, 11, 16, 5, 59, 59)  # noqa: DTZ001 landed times are naive UTC
    assert good["published_at"] == datetime(2026, 11, 1)  # noqa: DTZ001
    assert found["Only a title"]["kind"] == "competitor_message"
    assert all(row["_bad"] is None for row in rows(workspace))


def test_an_author_is_named_in_the_restricted_store_only(site, workspace, monkeypatch):
    load_research(workspace, monkeypatch, review_page(site.put("/reviews", REVIEWS)))
    for place in files_with(workspace.root, "Jo Doe"):
        assert place.startswith("state/restricted/")
    paths = [str(path) for path in workspace.landing.rglob("rows.parquet")]
    assert "Jo Doe" not in str(duckdb.sql(f"select * from read_parquet({paths})").fetchall())


def test_a_second_capture_adds_what_is_new_and_doubles_nothing(site, workspace, monkeypatch):
    page = site.put("/reviews", REVIEWS)
    load_research(workspace, monkeypatch, review_page(page), landed_at=MONDAY)
    before = rows(workspace)

    assert (
        load_research(workspace, monkeypatch, review_page(page), landed_at=MONDAY + timedelta(days=1)) == []
    )
    assert rows(workspace) == before

    site.put("/reviews", REVIEWS.replace("Poor.", "Poor, still."))
    (batch,) = load_research(workspace, monkeypatch, review_page(page), landed_at=MONDAY + timedelta(days=2))
    after = {row["text"]: row for row in rows(workspace)}
    assert batch.rows_landed == 1
    assert len(after) == len(before) + 1, "what the page said before is kept beside what it says now"
    assert after["Poor, still."]["captured_at"].day == 18
    assert after["Poor."]["captured_at"].day == 16


def test_two_loads_for_the_same_instant_keep_each_others_notes(site, workspace, monkeypatch):
    first, second = site.put("/a", REVIEWS), site.put("/b", RSS, FEED)
    load_research(workspace, monkeypatch, review_page(first), landed_at=MONDAY)
    later = MONDAY + timedelta(microseconds=1)
    load_research(workspace, monkeypatch, review_page(first), feed(second), landed_at=later)
    assert len(rows(workspace)) == 5
    assert len({batch.file for batch in landed_batches(workspace, "research_notes")}) == 2


def test_an_unchanged_page_is_not_sent_again_and_a_changed_entry_reads_it_anew(site, workspace, monkeypatch):
    page = site.put("/reviews", REVIEWS, ETag='"v1"')
    load_research(workspace, monkeypatch, review_page(page))
    load_research(workspace, monkeypatch, review_page(page), landed_at=MONDAY + timedelta(days=1))
    assert site.asked[-1][1]["If-None-Match"] == '"v1"'
    assert outcomes(workspace) == {"reviews": "unchanged"}

    changed = {**review_page(page), "about": "our app"}
    load_research(workspace, monkeypatch, changed, landed_at=MONDAY + timedelta(days=2))
    assert "If-None-Match" not in site.asked[-1][1]
    assert {row["about"] for row in rows(workspace)} == {"our app"}
    assert len(rows(workspace)) == 3


def test_a_load_that_was_killed_before_it_remembered_captures_again_and_doubles_nothing(
    site, workspace, monkeypatch
):
    page = site.put("/reviews", REVIEWS, ETag='"v1"')

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("countersign.sources.connecting.landing.write_progress", killed)
        with pytest.raises(KeyboardInterrupt):
            load_research(workspace, monkeypatch, review_page(page))
    load_research(workspace, monkeypatch, review_page(page), landed_at=MONDAY + timedelta(hours=1))
    assert len(rows(workspace)) == 3


def test_one_page_that_cannot_be_read_does_not_keep_the_others_away(site, workspace, monkeypatch):
    pages = [
        review_page(site.put("/reviews", REVIEWS)),
        review_page(site.put("/leads-away", status=302, Location="http://169.254.169.254/")),
        review_page(site.put("/gone", status=404)),
        feed(site.put("/no-feed", "<html></html>")),
    ]
    load_research(workspace, monkeypatch, *pages)
    assert len(rows(workspace)) == 3
    said = outcomes(workspace)
    assert said["reviews"] == "3 new of 3"
    assert "never fetched" in said["leads-away"]
    assert "HTTP 404" in said["gone"]
    assert "not what its entry says" in said["no-feed"]


def test_a_load_in_which_no_page_could_be_read_is_refused(site, workspace, monkeypatch):
    site.put("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    with pytest.raises(SourceError, match=r"Not one approved page.*\n.*robots\.txt"):
        load_research(workspace, monkeypatch, review_page(site.put("/reviews", REVIEWS)))
    assert landed_batches(workspace, "research_notes") == []


def test_at_most_so_many_pages_are_asked_and_those_that_waited_come_first(site, workspace, monkeypatch):
    pages = [review_page(site.put(f"/{name}", REVIEWS)) for name in "abc"]
    for day in range(2):
        load_research(workspace, monkeypatch, *pages, landed_at=MONDAY + timedelta(days=day), at_most_pages=2)
    asked = [path for path in site.paths() if path != "/robots.txt"]
    assert asked == ["/a", "/b", "/c", "/a"]


def test_only_listed_pages_are_fetched(site, workspace, monkeypatch):
    site.put("/other", "x")
    page = site.put(
        "/p", '<main>See <a href="/other">this</a><img src="/pixel"><script src="/s.js"></script></main>'
    )
    load_research(workspace, monkeypatch, {"url": page, "kind": "mention", "take": "text"})
    assert site.paths() == ["/robots.txt", "/p"]


@pytest.mark.parametrize(
    ("page", "options", "said"),
    [
        ({"url": "http://127.0.0.1/"}, {}, "a number, not a name"),
        ({"url": "file:///etc/passwd"}, {}, "only http and https"),
        ({"kind": "gossip"}, {}, "use one of"),
        ({"take": "items"}, {}, "needs `select`"),
        ({"select": "p"}, {}, "fits"),
        ({"kind": "competitor_message", "about": None}, {}, "whose message"),
        ({}, {"contact": "nobody"}, "e-mail address or a web page"),
        ({}, {"contact": "a@b.example\r\nX-Injected: 1"}, "e-mail address or a web page"),
        ({}, {"reach": "anything"}, "no such key"),
        ({}, {"proxy": "http://10.0.0.1"}, "no such key"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_is_fetched(
    site, workspace, monkeypatch, page, options, said
):
    entry = {**review_page(site.url("/reviews")), **page}
    with pytest.raises(SettingsError, match=said):
        load_research(workspace, monkeypatch, entry, **options)
    assert site.asked == []


def test_the_raw_capture_is_kept_restricted_and_the_state_holds_no_text(site, workspace, monkeypatch):
    load_research(workspace, monkeypatch, review_page(site.put("/reviews", REVIEWS)))
    state = json.loads((workspace.state / "sources" / "voices.json").read_text())
    assert "Good" not in json.dumps(state)
    assert files_with(workspace.restricted, "Good & fast.")


def test_every_column_of_the_table_is_filled_by_the_mapping(site, workspace, monkeypatch):
    load_research(workspace, monkeypatch, review_page(site.put("/reviews", REVIEWS), language="en"))
    filled = {name for row in rows(workspace) for name, value in row.items() if value is not None}
    assert filled == {column.name for column in RESEARCH_NOTES.columns}
