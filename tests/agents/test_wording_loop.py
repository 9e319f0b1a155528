"""`ask` is an argument: a plain function stands in for a model, and the record says what happened."""

from agents.asking import Answer, Ask
from agents.recommendation.wording import RecommendationWording
from agents.wording import word

PLAIN = RecommendationWording(title="Plain", lede="Plain.", actions=[])


def test_what_was_wrong_is_said_in_the_next_question():
    asked = []

    def send(question):
        asked.append(question)
        return Answer(
            wording=PLAIN.model_copy(update={"title": f"Try {len(asked)}"}), tokens_in=10, tokens_out=5
        )

    wording, call = word(
        PLAIN,
        ask=Ask(provider="here", model="stub", send=send),
        instructions="Write.",
        material="Facts.",
        find_problems=lambda found: ["too plain"] if found.title == "Try 1" else [],
    )

    assert [question.problems for question in asked] == [(), ("too plain",)]
    assert (wording.title, call.attempts, call.tokens_in, call.fallback) == ("Try 2", 2, 20, "")
