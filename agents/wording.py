"""Ask a model for a wording, check it, ask once more, and let the offline wording take over."""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel

from agents.asking import Ask, Question, UnansweredError, UnfitAnswerError
from countersign.core.contracts import ModelCall
from countersign.core.errors import AgentError
from countersign.core.log import EventLog

WordingT = TypeVar("WordingT", bound=BaseModel)
OFFLINE = ModelCall(provider="offline", model="hand-written grammar", prompt_hash="", attempts=0)
_MOST_PROBLEMS = 6
# What an objection quotes of an answer: a sentence, or the span in brackets behind the reason.
_QUOTED = re.compile(r"""(?:'.*'|".*")""", re.DOTALL)
_SPAN = re.compile(r" \(.*\)", re.DOTALL)

log = EventLog("agents.wording")


def word(
    offline: WordingT,
    *,
    ask: Ask | None,
    instructions: str,
    material: str,
    find_problems: Callable[[WordingT], Sequence[str]],
) -> tuple[WordingT, ModelCall]:
    """The wording of a draft and who wrote it.

    Without `ask` it is the offline wording. A model's wording is used only when `find_problems` finds
    none; after the card's number of calls, or when the model fails, the offline wording takes over
    and the record says why.
    """
    if ask is None:
        return offline, OFFLINE
    tokens_in = tokens_out = attempts = 0
    problems: tuple[str, ...] = ()
    reason = ""
    for _ in range(ask.calls):
        question = Question(instructions, material, output=type(offline), problems=problems)
        try:
            answer = ask.send(question)
        except AgentError as error:
            if isinstance(error, UnansweredError):
                attempts += error.requests
                tokens_in, tokens_out = tokens_in + error.tokens_in, tokens_out + error.tokens_out
            if isinstance(error, UnfitAnswerError):
                problems, reason = ("the answer was not JSON in the given schema",), error.problem
                continue
            reason = f"{error.problem.rstrip('.')} ({error.found})."
            break
        tokens_in, tokens_out = tokens_in + answer.tokens_in, tokens_out + answer.tokens_out
        attempts += answer.attempts
        if not isinstance(answer.wording, type(offline)):
            problems, reason = ("the answer has another schema",), "The answer has another schema."
            continue
        problems = tuple(find_problems(answer.wording))[:_MOST_PROBLEMS]
        if not problems:
            return answer.wording, _call(ask, question, tokens_in, tokens_out, attempts)
        reason = f"The model broke the rules: {without_its_words(problems[0])}."
    log.warning("model_wording_refused", model=ask.model, reason=reason, attempts=attempts)
    asked = Question(instructions, material, output=type(offline))
    call = _call(ask, asked, tokens_in, tokens_out, attempts)
    return offline, call.model_copy(update={"fallback": f"{reason} The offline writer took over."})


def without_its_words(problem: str) -> str:
    """An objection without what it quotes: the record goes with the report, a refused sentence must not.

    >>> without_its_words("lede: nobody can check 'Leads doubled.'; stay closer to the plain version")
    'lede: nobody can check …; stay closer to the plain version'
    >>> without_its_words("title: a figure outside a token (38%)")
    'title: a figure outside a token'
    """
    return _SPAN.sub("", _QUOTED.sub("…", problem))


def _call(ask: Ask, question: Question, tokens_in: int, tokens_out: int, attempts: int) -> ModelCall:
    prompt = f"{question.instructions}\n\n{question.material}".encode()
    return ModelCall(
        provider=ask.provider,
        model=ask.model,
        prompt_hash=hashlib.sha256(prompt).hexdigest(),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        attempts=attempts,
    )
