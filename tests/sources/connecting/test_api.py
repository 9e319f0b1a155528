"""Requests to a vendor: what is tried again, what is refused in words, and what is never shown or sent."""

import time

import pytest

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api, ExpiredCursorError
from countersign.sources.connecting.authorisation import RenewedToken, bearer
from tests.sources.connecting.listening import answer, listening

CANARY = "sk-canary-4711"
GOOD = answer({"ok": True})


def _api(url, **more):
    settings = {"auth": bearer(CANARY), "secrets": (CANARY,), "requests_per_second": 0, "backoff_s": 0.01}
    return Api("Vendor", url, **{**settings, **more})


@pytest.mark.parametrize(
    "fault",
    [
        answer({"message": "slow down"}, 429, Retry_After="0"),
        answer({"message": "oops"}, 500),
        answer(b"", 503),
        answer(b'{"ok": tr'),
        answer(b""),
    ],
    ids=["429", "500", "503", "cut off", "empty"],
)
def test_what_passes_is_tried_again(fault):
    with listening(fault, fault, GOOD) as server:
        assert _api(server.url).get("/things") == {"ok": True}
    assert len(server.asked) == 3


def test_retry_after_is_waited_for():
    with listening(answer({}, 429, Retry_After="1"), GOOD) as server:
        begun = time.monotonic()
        _api(server.url).get("/things")
    assert time.monotonic() - begun >= 1


def test_a_vendor_that_stays_down_is_refused_in_words():
    with (
        listening(answer({"message": "still down"}, 503)) as server,
        pytest.raises(SourceError, match="still down") as error,
    ):
        _api(server.url, attempts=3).get("/things")
    assert len(server.asked) == 3
    assert "fix:" in str(error.value)


def test_a_vendor_that_is_not_there_is_refused_in_words():
    with listening(GOOD) as server:
        url = server.url
    with pytest.raises(SourceError, match="cannot be reached"):
        _api(url, attempts=2).get("/things")


def test_a_late_answer_counts_as_none():
    class Late(bytes):
        def __len__(self):
            time.sleep(0.6)
            return super().__len__()

    with listening((200, {"Content-Type": "application/json"}, Late(b"{}")), GOOD) as server:
        assert _api(server.url, timeout_s=0.3).get("/things") == {"ok": True}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_what_will_not_pass_is_not_tried_again(status):
    with listening(answer({"message": "no"}, status)) as server, pytest.raises(SourceError, match="refused"):
        _api(server.url).get("/things")
    assert len(server.asked) == 1


def test_a_vendor_that_repeats_the_key_does_not_make_us_show_it():
    with (
        listening(answer({"message": f"token {CANARY} is not valid"}, 401)) as server,
        pytest.raises(SourceError, match=r"token \[secret\] is not valid") as error,
    ):
        _api(server.url).get(f"/things?key={CANARY}")
    assert CANARY not in str(error.value)


def test_a_cursor_that_is_gone_has_an_error_of_its_own():
    with listening(answer({"message": "expired"}, 410)) as server, pytest.raises(ExpiredCursorError):
        _api(server.url).get("/things")


def test_our_key_does_not_follow_a_link_to_another_host():
    with listening(GOOD) as server, pytest.raises(SourceError, match="another host"):
        _api(server.url).get("http://elsewhere.example/next")
    assert server.asked == []


def test_our_key_does_not_follow_a_link_that_leaves_encryption():
    api = _api("https://vendor.example")

    with pytest.raises(SourceError, match="another host"):
        api.get("http://vendor.example/next")


def test_a_token_request_does_not_follow_a_redirect():
    with listening(GOOD) as other, listening(answer({}, 307, Location=f"{other.url}/token")) as desk:
        with pytest.raises(SourceError, match="no access token"):
            _api(other.url, auth=RenewedToken(f"{desk.url}/token", form={"client_secret": CANARY})).get("/x")
        assert other.asked == []


def test_our_key_does_not_follow_a_redirect():
    with listening(GOOD) as other, listening(answer({}, 302, Location=f"{other.url}/next")) as server:
        with pytest.raises(SourceError, match="HTTP 302"):
            _api(server.url).get("/things")
        assert other.asked == []


def test_a_page_of_html_is_no_answer():
    page = (200, {"Content-Type": "text/html"}, b"<html>")
    with listening(page) as server, pytest.raises(SourceError, match="not JSON"):
        _api(server.url).get("/things")


def test_a_token_that_runs_out_midway_is_renewed():
    token = answer({"access_token": "fresh", "expires_in": 3600})
    with listening(token) as desk, listening(answer({}, 401), GOOD) as server:
        auth = RenewedToken(f"{desk.url}/token", form={"refresh_token": CANARY})
        assert _api(server.url, auth=auth).get("/things") == {"ok": True}
        assert len(desk.asked) == 2
    assert server.asked[-1][2]["Authorization"] == "Bearer fresh"


def test_a_token_that_is_refused_again_is_refused_in_words():
    token = answer({"access_token": "fresh", "expires_in": 3600})
    with listening(token) as desk, listening(answer({"message": "no"}, 401)) as server:
        auth = RenewedToken(f"{desk.url}/token", form={"refresh_token": CANARY})
        with pytest.raises(SourceError, match="refused"):
            _api(server.url, auth=auth).get("/things")
    assert len(server.asked) == 2


def test_a_consent_that_was_withdrawn_is_refused_without_the_secret():
    with listening(answer({"error": f"bad {CANARY}"}, 400)) as desk, listening(GOOD) as server:
        auth = RenewedToken(f"{desk.url}/token", form={"refresh_token": CANARY})
        with pytest.raises(SourceError, match="no access token") as error:
            _api(server.url, auth=auth).get("/things")
    assert CANARY not in str(error.value)


def test_requests_keep_their_distance():
    with listening(GOOD) as server:
        api = _api(server.url, requests_per_second=20)
        begun = time.monotonic()
        for _ in range(5):
            api.get("/things")
    assert time.monotonic() - begun >= 4 / 20
