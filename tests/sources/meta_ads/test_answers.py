"""What Meta's answers mean: each of its limits, lost tokens and gone cursors is told apart."""

import json

import pytest
from requests import Response

from countersign.core.errors import SourceError
from countersign.sources.connecting.answers import Said
from countersign.sources.connecting.api import Api
from countersign.sources.meta_ads.answers import read_answer
from countersign.sources.meta_ads.token import MetaToken
from tests.sources.connecting.listening import answer, listening


def error(code, message="no", **more):
    return {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "x", **more}}


def usage(**use):
    return {"X-Business-Use-Case-Usage": json.dumps({"905512740": [{"type": "ads_insights", **use}]})}


def answered(body, status, headers):
    response = Response()
    response.status_code = status
    response.headers.update(headers)
    response._content = json.dumps(body).encode()
    return response


def meta(url, **said):
    headers = MetaToken("a-token", said.pop("app_secret", None))
    return Api("Meta", url, auth=headers, backoff_s=0.01, requests_per_second=0, reading=read_answer, **said)


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80000, 80004])
def test_a_limit_told_by_http_400_is_waited_out(code):
    with listening(answer(error(code), 400), answer({"data": [1]})) as server:
        assert meta(server.url).get("/x") == {"data": [1]}


def test_a_limit_that_stays_is_refused_with_patience():
    limit = error(17, "(#17) User request limit reached", error_subcode=2446079)
    with (
        listening(answer(limit, 400)) as server,
        pytest.raises(SourceError, match="asks for patience"),
    ):
        meta(server.url, attempts=2).get("/x")


def test_the_minutes_that_meta_names_are_waited():
    response = answered(error(80004), 400, usage(estimated_time_to_regain_access=7))

    assert read_answer(response) == Said("ask_again", 420.0)


def test_an_account_that_is_nearly_used_up_is_asked_more_slowly():
    full = usage(call_count=95, total_time=3)
    quiet = usage(call_count=9, total_time=3)

    assert read_answer(answered({"data": []}, 200, full)) == Said("slow_down", 5.0)
    assert read_answer(answered({"data": []}, 200, quiet)) is None


@pytest.mark.parametrize("code", [190, 102, 10, 200, 294])
def test_a_lost_token_or_right_is_refused_at_once(code):
    with (
        listening(answer(error(code), 400), answer({"data": []})) as server,
        pytest.raises(SourceError, match="secrets and the scopes"),
    ):
        meta(server.url).get("/x")


def test_a_header_that_is_no_json_is_passed_over():
    assert read_answer(answered({}, 200, {"X-Business-Use-Case-Usage": "{"})) is None


def test_the_token_is_in_no_address_and_the_apps_secret_only_as_a_proof():
    with listening(answer({})) as server:
        meta(server.url, app_secret="app-secret").get("/x", {"fields": "id"})

    _, path, headers, _ = server.asked[0]
    assert headers["Authorization"] == "Bearer a-token"
    assert "a-token" not in path
    assert "app-secret" not in path
    assert "fields=id&appsecret_proof=" in path
