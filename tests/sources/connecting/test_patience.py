"""Patience in a vendor's own words: busy answers are waited out, slow ones space requests, reports come."""

import time

import pytest

from countersign.core.errors import SourceError
from countersign.sources.connecting.answers import Said
from countersign.sources.connecting.api import Api, ExpiredCursorError
from tests.sources.connecting.listening import answer, listening


def read(response):
    said = response.json().get("said")
    return Said(said, response.json().get("wait_s", 0.0)) if said else None


def api_at(url, **said):
    settings = {"attempts": 3, "backoff_s": 0.01, "requests_per_second": 0, "reading": read, **said}
    return Api("Vendor", url, auth=None, **settings)


def test_an_answer_that_asks_to_be_asked_again_is():
    with listening(answer({"said": "ask_again"}), answer({"said": "ask_again"}), answer({"a": 1})) as server:
        assert api_at(server.url).get("/x") == {"a": 1}
    assert len(server.asked) == 3


def test_the_seconds_that_a_vendor_names_are_waited():
    with listening(answer({"said": "ask_again", "wait_s": 1.0}), answer({"a": 1})) as server:
        started = time.monotonic()
        api_at(server.url).get("/x")
        assert time.monotonic() - started >= 1.0


def test_a_good_answer_may_ask_for_a_pause_before_the_next_request():
    with listening(answer({"said": "slow_down", "wait_s": 0.5}), answer({"a": 1})) as server:
        api = api_at(server.url)
        assert api.get("/x")["said"] == "slow_down"
        started = time.monotonic()
        api.get("/x")
        assert time.monotonic() - started >= 0.4


@pytest.mark.parametrize(
    ("said", "fix"),
    [
        ("ask_again", "patience"),
        ("not_allowed", "secrets and the scopes"),
        ("refused", "the source's options"),
    ],
)
def test_what_stays_refused_inside_http_200_is_an_error_that_says_what_to_do(said, fix):
    with listening(answer({"said": said})) as server, pytest.raises(SourceError, match=fix):
        api_at(server.url).get("/x")


def test_a_cursor_that_is_gone_starts_the_chunk_again():
    with listening(answer({"said": "cursor_gone"}, 400)) as server, pytest.raises(ExpiredCursorError):
        api_at(server.url).get("/x")


def test_a_report_is_awaited():
    looks = iter([None, None, "made"])
    assert api_at("http://127.0.0.1:1").until_ready(lambda: next(looks), what="a report") == "made"


def test_a_report_that_never_comes_is_given_up():
    with pytest.raises(SourceError, match="did not finish in time"):
        api_at("http://127.0.0.1:1").until_ready(lambda: None, what="a report", longest_s=0.05)


def test_what_stays_the_same_during_a_load_is_asked_for_once():
    with listening(answer({"currency": "EUR"})) as server:
        api = api_at(server.url)
        assert [api.once("account", lambda: api.get("/x")) for _ in range(3)] == [{"currency": "EUR"}] * 3
    assert len(server.asked) == 1
