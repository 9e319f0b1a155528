"""Visits: robots.txt, pauses, redirects, sizes and times, against a server that means ill."""

import gzip
import time
import tracemalloc

import pytest

from countersign.core.errors import SourceError
from countersign.sources.research import visiting
from countersign.sources.research.requesting import UnreadableError
from countersign.sources.research.robots import DisallowedError
from countersign.sources.research.visiting import LaterError
from tests.sources.research.website import HTML, visitor


def robots(site, text: str, **more):
    site.put("/robots.txt", text, "text/plain", **more)


@pytest.mark.parametrize(
    ("rules", "is_allowed"),
    [
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /private\n", True),
        ("User-agent: CountersignResearch\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /\nAllow: /page$", True),
        ("User-agent: *\nDisallow: /*age", False),
        ("User-agent: other\nDisallow: /", True),
        ("", True),
    ],
)
def test_robots_decides_before_the_page_is_asked_for(site, rules, is_allowed):
    robots(site, rules)
    url = site.put("/page", "x")
    if is_allowed:
        assert visitor().visit(url).answer.body == b"x"
        return
    with pytest.raises(DisallowedError, match=r"robots\.txt closes it to CountersignResearch"):
        visitor().visit(url)
    assert site.paths() == ["/robots.txt"]


@pytest.mark.parametrize(("status", "is_allowed"), [(404, True), (403, True), (500, False), (429, False)])
def test_a_missing_robots_allows_all_and_an_unreachable_one_nothing(site, status, is_allowed):
    robots(site, "", status=status)
    url = site.put("/page", "x")
    if is_allowed:
        assert visitor().visit(url).answer.status == 200
    else:
        with pytest.raises(DisallowedError):
            visitor().visit(url)


def test_a_huge_robots_is_read_in_part_and_its_first_rules_hold(site):
    robots(site, "User-agent: *\nDisallow: /page\n" + "# padding\n" * 400_000)
    begun = time.monotonic()
    with pytest.raises(DisallowedError):
        visitor().visit(site.put("/page", "x"))
    assert visitor().visit(site.put("/other", "x")).answer.status == 200
    assert time.monotonic() - begun < 10


def test_the_crawl_delay_is_waited_for_and_robots_is_asked_once(site):
    robots(site, "User-agent: *\nCrawl-delay: 7")
    slept = []
    found = visitor(sleep=slept.append)
    for path in ("/a", "/b"):
        found.visit(site.put(path, "x"))
    assert site.paths() == ["/robots.txt", "/a", "/b"]
    assert [round(seconds) for seconds in slept] == [7, 7]


def test_a_delay_longer_than_the_load_leaves_the_page_for_the_next_one(site):
    robots(site, "User-agent: *\nCrawl-delay: 3600")
    with pytest.raises(LaterError, match="next load begins with it"):
        visitor(time_s=60).visit(site.put("/a", "x"))
    assert site.paths() == ["/robots.txt"]


def test_every_request_says_who_asks(site):
    visitor().visit(site.put("/a", "x"))
    assert {headers["User-Agent"].split("/")[0] for _, headers in site.asked} == {"CountersignResearch"}
    assert all("(+https://us.example/robot)" in headers["User-Agent"] for _, headers in site.asked)
    assert all("Cookie" not in headers and "Authorization" not in headers for _, headers in site.asked)


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("http://127.0.0.1/secret", "never fetched"),
        ("http://169.254.169.254/latest/meta-data/", "never fetched"),
        ("http://[::1]/", "never fetched"),
        ("http://2130706433/", "never fetched"),
        ("file:///etc/passwd", "never fetched"),
        ("http://other.example/page", "nobody approved"),
        ("//other.example/page", "nobody approved"),
        ("http://shop.example.evil.example/", "nobody approved"),
    ],
)
def test_a_redirect_off_the_approved_host_is_refused(site, target, problem):
    url = site.put("/moved", status=302, Location=target)
    with pytest.raises(SourceError, match=problem):
        visitor().visit(url)
    assert site.paths() == ["/robots.txt", "/moved"]


def test_a_redirect_on_the_same_host_is_followed_and_asks_robots_again(site):
    robots(site, "User-agent: *\nDisallow: /closed")
    site.put("/new", "moved here")
    assert visitor().visit(site.put("/old", status=301, Location="/new")).answer.body == b"moved here"
    with pytest.raises(DisallowedError):
        visitor().visit(site.put("/old", status=301, Location="/closed/page"))


def test_a_redirect_is_resolved_and_checked_again(site):
    """The same name, another address: what is checked is where the connection goes, at every step."""
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]])
    url = site.put("/old", status=302, Location="/new")
    with pytest.raises(SourceError, match="private, local or reserved"):
        visitor(lambda *_: next(answers)).visit(url)


def test_redirects_in_a_circle_end(site):
    with pytest.raises(UnreadableError, match="redirects more than 5 times"):
        visitor().visit(site.put("/round", status=302, Location="/round"))


def test_a_gzip_bomb_is_never_unpacked(site):
    bomb = gzip.compress(b"\0" * 300_000_000)
    assert len(bomb) < visiting.MOST_PAGE_BYTES
    url = site.put("/bomb", bomb, Content_Encoding="gzip")
    tracemalloc.start()
    with pytest.raises(UnreadableError, match="larger than"):
        visitor().visit(url)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * visiting.MOST_PAGE_BYTES


def test_a_packed_page_is_unpacked_and_one_cut_off_is_refused(site):
    page = gzip.compress(b"<p>fine</p>" * 100)
    assert visitor().visit(site.put("/a", page, Content_Encoding="gzip")).answer.body == b"<p>fine</p>" * 100
    with pytest.raises(UnreadableError):
        visitor().visit(site.put("/b", page[:-9], Content_Encoding="gzip"))
    with pytest.raises(UnreadableError):
        visitor().visit(site.put("/c", page, Content_Encoding="br"))


def _endless(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", HTML)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"more and more " * 1000)
    except OSError:
        return


def _dripping(handler):
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Slow: ")
        for _ in range(200):
            handler.wfile.write(b"z")
            time.sleep(0.05)
    except OSError:
        return


def _cut_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", HTML)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")


def test_a_stream_without_end_is_stopped(site):
    site.pages["/endless"] = _endless
    with pytest.raises(UnreadableError, match="larger than 2,097,152 bytes"):
        visitor().visit(site.url("/endless"))


def test_a_server_that_drips_is_left_when_the_time_is_up(site):
    site.pages["/drip"] = _dripping
    begun = time.monotonic()
    with pytest.raises(UnreadableError, match="no answer in time"):
        visitor(time_s=1.5).visit(site.url("/drip"))
    assert time.monotonic() - begun < 5


def test_a_page_that_was_cut_off_is_refused(site):
    site.pages["/half"] = _cut_off
    with pytest.raises(UnreadableError):
        visitor().visit(site.url("/half"))


@pytest.mark.parametrize(
    "kind", ["application/pdf", "image/svg", "text/plain", "application/octet-stream", ""]
)
def test_other_kinds_of_content_are_refused(site, kind):
    with pytest.raises(UnreadableError, match="not HTML, XML or JSON"):
        visitor().visit(site.put("/file", b"%PDF", kind))


def test_what_has_not_changed_is_not_sent_again(site):
    url = site.put("/a", "x", ETag='"v1"')
    assert visitor().visit(url).answer.headers["etag"] == '"v1"'
    assert visitor().visit(url, etag='"v1"', modified="Mon, 16 Nov 2026 06:00:00 GMT").answer is None
    assert site.asked[-1][1]["If-Modified-Since"] == "Mon, 16 Nov 2026 06:00:00 GMT"
