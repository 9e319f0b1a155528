"""Every call is written down, the same question is asked once, and a day's limits hold."""

import pytest

from agents.asking import Question, UnfitAnswerError
from agents.call_book import CallBook
from agents.recommendation.wording import RecommendationWording
from agents.runtime import build_ask
from countersign.core.errors import AgentError
from countersign.core.workspace import Workspace

WORDS = {"title": "Plain", "lede": "Plain.", "actions": []}


@pytest.fixture
def book(tmp_path):
    """An empty book."""
    return CallBook(Workspace(tmp_path))


def question(material="Facts."):
    return Question("Write.", material, output=RecommendationWording)


@pytest.fixture
def asking(scripted, card, book):
    """A way to ask the scripted model, with prices and given limits."""

    def build(*, snapshot_id="s-1", **limits):
        own = card("recommendation")
        own = own.model_copy(update={"limits": own.limits.model_copy(update=limits)})
        prices = {"model_usd_per_million_in": 1000.0, "model_usd_per_million_out": 10_000.0}
        settings = scripted.settings.model_copy(update=prices)
        return build_ask(settings, own, book=book, snapshot_id=snapshot_id)

    return build


def test_a_call_is_written_down_with_tokens_cost_and_latency(asking, book, scripted, script):
    scripted.answers = [script.says(WORDS)]

    asking().send(question())

    (call,) = book.read_calls()
    assert (call.agent, call.model, call.snapshot_id) == ("recommendation", "scripted", "s-1")
    assert (call.tokens_in, call.tokens_out, call.outcome) == (900, 120, "answered")
    assert call.cost_usd == pytest.approx(0.9 + 1.2)
    assert call.latency_s > 0
    assert len(call.prompt_hash) == 64


def test_the_same_question_on_the_same_snapshot_is_asked_once(asking, book, scripted, script):
    scripted.answers = [script.says(WORDS)]

    first, again = asking().send(question()), asking().send(question())

    assert (len(scripted.requests), again.wording, again.attempts) == (1, first.wording, 0)
    assert [call.outcome for call in book.read_calls()] == ["answered", "cached"]
    asking(snapshot_id="s-2").send(question())
    asking().send(question("Other facts."))
    assert len(scripted.requests) == 3


def test_an_answer_that_failed_is_written_down_and_asked_again(asking, book, scripted, script):
    scripted.answers = [script.says("{not json"), script.says(WORDS)]

    with pytest.raises(UnfitAnswerError):
        asking().send(question())
    asking().send(question())

    assert [call.outcome for call in book.read_calls()] == [
        "The model's answer does not fit the schema.",
        "answered",
    ]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({"calls_a_day": 1}, "1 of 1 calls a day"),
        ({"tokens_a_day": 1000}, "1020 of 1000 tokens a day"),
        ({"cost_usd_a_day": 2.0}, "2.1 of 2 USD a day"),
        ({"seconds_a_day": 1e-6}, "seconds a day"),
    ],
)
def test_a_day_that_is_used_up_asks_no_more(asking, scripted, script, limits, found):
    scripted.answers = [script.says(WORDS)]
    asking().send(question())

    with pytest.raises(AgentError, match=found):
        asking(**limits).send(question("Other facts."))

    assert len(scripted.requests) == 1


def test_a_run_that_is_used_up_asks_no_more(asking, scripted, script):
    scripted.answers = [script.says(WORDS)]
    ask = asking(cost_usd=2.0)
    ask.send(question())

    with pytest.raises(AgentError, match="USD a run"):
        ask.send(question("Other facts."))
