"""However a model's endpoint fails, the offline draft stands, says why, and every call is in the book."""

import re
from importlib import import_module

import pytest

from agents.call_book import CallBook
from agents.feeding import Fed
from agents.runtime import HTTP_RETRIES, build_ask
from countersign.core.workspace import Workspace
from countersign.reports.markdown import render_markdown
from countersign.reports.wording import describe_author
from tests.agents.scripted_model import ScriptedModel, answers, cut, fails, hangs, says, trickles

MEGABYTE = 1_000_000
TOOL = {"id": "a", "type": "function", "function": {"name": "approve", "arguments": "{}"}}
UNFIT = "does not fit the schema"
# Each fault with what the draft says of it.
FAULTS = {
    "429, try again in a second": (fails(429, retry_after="1"), "HTTP 429"),
    "429, try again in a minute": (fails(429, retry_after="60"), "took too long"),
    "500": (fails(500), "HTTP 500"),
    "401": (fails(401), "HTTP 401"),
    "no answer in time": (hangs, "took too long|could not be reached"),
    "an answer without an end": (trickles, "took too long|could not be reached"),
    "a stream cut off": (cut, "could not be reached|broke off"),
    "a page of HTML": (answers(b"<html>proxy</html>"), f"{UNFIT}|broke off|could not be reached"),
    "no choices": (answers(b'{"id": "x", "object": "chat.completion", "choices": []}'), f"{UNFIT}|broke off"),
    "wrong schema": (says({"answer": "Leads doubled."}), UNFIT),
    "wrong types": (says({"title": 3, "lede": ["a"]}), UNFIT),
    "refusal": (says(None, refusal="I cannot help with that."), f"{UNFIT}|broke off"),
    "filtered": (says("", finish="content_filter"), f"{UNFIT}|broke off"),
    "a tool is called": (says(None, finish="tool_calls", tool_calls=[TOOL]), f"{UNFIT}|broke off"),
    "1 MB of words": (says({"title": "x" * MEGABYTE}), UNFIT),
    "1 MB of noise": (says("x" * MEGABYTE), UNFIT),
    "empty answer": (says(""), UNFIT),
    "half-valid JSON": (says('{"title": "Leads doubled", "lede": "Lea'), UNFIT),
    "more tokens than allowed": (says("{}", tokens=(10**6, 10**6)), "used up its tokens"),
}
# These need not be waited for as long as a request that is sent again.
SLOW = ("429, try again in a minute", "no answer in time", "an answer without an end")
QUICK = ("500", "refusal", "half-valid JSON", "empty answer")
OTHERS = ("recommendation", "leadership_summary", "performance")


@pytest.fixture
def book(tmp_path):
    """An empty book of calls."""
    return CallBook(Workspace(tmp_path))


@pytest.fixture
def draft_with(eventful, broken, card, made_up, scripted, book):
    """An agent's draft with a faulty endpoint, and without one."""

    def draft(name, *, timeout_s=2.0, snapshot_id="s-1", **limits):
        is_daily = name == "performance"
        given = (broken.analysis, broken.snapshot) if is_daily else (eventful.analyse(), eventful.snapshot)

        def write(agent, ask, **changes):
            own = card(agent).model_copy(update=changes)
            module = import_module(f"agents.{agent}.agent")
            return module.write(*given, card=own, company=made_up.COMPANY, ask=ask)

        reads = card(name).reads
        fed = tuple(Fed(write(other, None), approver="Head of marketing") for other in reads)
        own = card(name)
        own = own.model_copy(update={"limits": own.limits.model_copy(update=limits)})
        settings = scripted.settings.model_copy(update={"model_timeout_s": timeout_s})
        ask = build_ask(settings, own, book=book, snapshot_id=snapshot_id)
        return write(name, ask, fed=fed), write(name, None, fed=fed)

    return draft


def _is_plain(draft, plain):
    return (draft.title, draft.blocks, draft.bindings) == (plain.title, plain.blocks, plain.bindings)


@pytest.mark.parametrize(
    ("agent", "fault"),
    [*(("reporting", fault) for fault in FAULTS), *((agent, fault) for agent in OTHERS for fault in QUICK)],
)
def test_a_fault_leaves_the_offline_draft_that_says_why(
    draft_with, scripted, book, card, tell_at_the_end, agent, fault
):
    answer, says_why = FAULTS[fault]
    scripted.answers = [answer]

    draft, plain = draft_with(agent, timeout_s=1.5 if fault in SLOW else 15.0)

    call, calls = draft.model_call, book.read_calls()
    requests, limits = len(scripted.requests), card(agent).limits
    assert _is_plain(draft, plain)
    assert re.search(says_why, call.fallback)
    assert call.fallback.endswith("The offline writer took over.")
    assert describe_author(draft) in render_markdown(draft).replace("\\", "")
    assert 1 <= len(calls) <= limits.calls
    assert requests <= limits.calls * (1 + HTTP_RETRIES)
    assert sum(one.requests for one in calls) == call.attempts == requests
    assert (sum(one.tokens_in for one in calls), sum(one.tokens_out for one in calls)) == (
        call.tokens_in, call.tokens_out,
    )  # fmt: skip
    assert {one.outcome for one in calls}.isdisjoint({"answered", "cached"})
    title = "a model that fails: requests, tokens, what the draft says"
    tokens = call.tokens_in + call.tokens_out
    tell_at_the_end(title, [f"{fault:<28}{agent:<20}{requests:>3}{tokens:>9}  {call.fallback[:60]}"])


def test_an_endpoint_that_sends_us_elsewhere_is_not_followed(draft_with, scripted):
    other = ScriptedModel()
    scripted.answers = [fails(307, location=f"{other.settings.model_base_url}/chat/completions")]

    draft, plain = draft_with("reporting")

    other.server.shutdown()
    other.server.server_close()
    assert other.requests == []
    assert _is_plain(draft, plain)
    assert "could not be reached" in draft.model_call.fallback


def test_a_refused_sentence_does_not_travel_with_the_draft(draft_with, scripted):
    plain = draft_with("reporting")[1]
    words = {"title": "Ask ines@example.com, leads doubled (approved)", "lede": plain.blocks[0].text}
    scripted.requests.clear()
    scripted.answers = [says(words)]

    draft, _ = draft_with("reporting", snapshot_id="s-2")

    assert draft.model_call.fallback
    assert not re.search("ines|doubled|approved", draft.model_dump_json())


def test_tokens_of_answers_that_do_not_fit_count_towards_the_run(draft_with, scripted, book):
    scripted.answers = [says("{not json", tokens=(900, 120))]

    draft, _ = draft_with("reporting", calls=5, tokens=2000)

    assert len(scripted.requests) == 2
    assert book.read_calls()[0].tokens_in == 900
    assert "used up its tokens" in draft.model_call.fallback


def test_the_seconds_of_a_run_bound_all_its_calls(draft_with, scripted, book):
    scripted.answers = [hangs]

    draft, _ = draft_with("reporting", calls=5, seconds=0.5)

    assert len(book.read_calls()) == 1
    assert "took too long" in draft.model_call.fallback


def test_requests_that_failed_count_towards_the_day(draft_with, scripted):
    scripted.answers = [fails(429)]
    draft_with("reporting", calls_a_day=3)
    sent = len(scripted.requests)

    draft, _ = draft_with("reporting", calls_a_day=3)

    assert (sent, len(scripted.requests)) == (3, 3)
    assert "3 of 3 calls a day" in draft.model_call.fallback


def test_a_book_begun_before_requests_were_counted_is_read(book):
    import sqlite3

    book.path.parent.mkdir(parents=True)
    with sqlite3.connect(book.path) as connection:
        connection.execute(
            "create table calls (at text not null, agent text not null, model text not null, prompt_hash text"
            " not null, snapshot_id text not null, tokens_in integer not null, tokens_out integer not null,"
            " cost_usd real not null, latency_s real not null, outcome text not null)"
        )
        connection.execute(
            "insert into calls values ('2026-11-16T00:00:00+00:00', 'a', 'm', 'h', 's', 1, 2, 0, 0.5,"
            " 'answered')"
        )

    (call,) = book.read_calls()

    assert (call.requests, book.used_on(call.at, agent="a").calls) == (1, 1)
