"""What an agent may ask of a model, without knowing which model or how it is reached."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from countersign.core.errors import AgentError


class UnansweredError(AgentError):
    """A question that was sent and got no wording; what it took counts all the same.

    Args:
        requests: how often it went over the wire.
        tokens_in: as the endpoint counted them, 0 when it counted none.
        tokens_out: likewise.
    """

    def __init__(
        self, problem: str, *, found: object, fix: str, requests: int = 1, tokens_in: int = 0,
        tokens_out: int = 0,
    ) -> None:  # fmt: skip
        super().__init__(problem, found=found, fix=fix)
        self.requests, self.tokens_in, self.tokens_out = requests, tokens_in, tokens_out


class UnfitAnswerError(UnansweredError):
    """The model answered, but not with what the schema asks: worth asking once more."""


@dataclass(frozen=True)
class Question:
    """One request for a wording: instructions are ours, `material` is data and may be hostile.

    Args:
        instructions: the agent's reviewed prompt.
        material: facts by alias and quoted names, to be read as data.
        output: the schema of the answer.
        problems: what was wrong with the last answer, empty on the first try.
    """

    instructions: str
    material: str
    output: type[BaseModel]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A wording that fits the schema, and what it took to get it."""

    wording: BaseModel
    tokens_in: int = 0
    tokens_out: int = 0
    attempts: int = 1


@dataclass(frozen=True)
class Ask:
    """A way to ask a model; `send` raises AgentError when no answer fits the schema in time."""

    provider: str
    model: str
    send: Callable[[Question], Answer]
    calls: int = 2
