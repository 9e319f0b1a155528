"""The only client of a language model: one OpenAI-compatible endpoint, bounded in calls, tokens, time."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from openai import AsyncOpenAI, DefaultAsyncHttpxClient, OpenAIError
from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.exceptions import (
    AgentRunError,
    ModelAPIError,
    ModelHTTPError,
    RunTimedOut,
    UnexpectedModelBehavior,
    UsageLimitExceeded,
)
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.usage import RunUsage, UsageLimits

from agents.asking import Answer, Ask, Question, UnansweredError, UnfitAnswerError
from agents.call_book import CallBook
from agents.recorded_calls import RecordedCalls
from agents.registry import AgentCard
from countersign.core.errors import AgentError
from countersign.core.settings import Settings

# The transport repeats 429, 5xx and broken connections with growing waits; the deadline bounds them all.
HTTP_RETRIES = 2
_FIX = "the offline writer takes over; check COUNTERSIGN_MODEL_BASE_URL and the model's own log"


def build_ask(
    settings: Settings, card: AgentCard, *, book: CallBook | None = None, snapshot_id: str = ""
) -> Ask | None:
    """A way to ask the configured model within the card's limits; None means: write offline.

    One Ask serves one run: the card's tokens, seconds and cost are spent across its calls.

    Args:
        book: counts the day's limits, keeps answers and writes every call down; None does none of it.
        snapshot_id: what the answers are about; the same prompt on another snapshot is asked anew.
    """
    if settings.model_base_url is None:
        return None
    client = _Client(settings=settings, card=card, model=card.model or settings.model)
    if book is not None:
        recorded = RecordedCalls(
            client.send, book=book, card=card, settings=settings, model=client.model, snapshot_id=snapshot_id
        )
        provider = urlsplit(settings.model_base_url).netloc
        return Ask(provider=provider, model=client.model, send=recorded.send, calls=card.limits.calls)
    return Ask(
        provider=urlsplit(settings.model_base_url).netloc,
        model=client.model,
        send=client.send,
        calls=card.limits.calls,
    )


@dataclass
class _Client:
    settings: Settings
    card: AgentCard
    model: str
    tokens_used: int = 0
    requests: int = 0
    deadline: float = field(init=False, default=0.0)

    def send(self, question: Question) -> Answer:
        """Ask once; the transport may repeat the request, the schema is checked here.

        Raises:
            UnfitAnswerError: the model answered, but not with what the schema asks.
            UnansweredError: no answer in time, or the endpoint refused.
            AgentError: the run's seconds or tokens are used up, so nothing was sent.
        """
        if not self.deadline:
            self.deadline = time.monotonic() + self.card.limits.seconds
        left_s = min(self.settings.model_timeout_s, self.deadline - time.monotonic())
        if left_s <= 0:
            raise AgentError(
                "The model ran out of time.",
                found=f"{self.card.limits.seconds:g} s for the whole run",
                fix=_FIX,
            )
        if self._tokens_left <= 0:
            raise AgentError(
                "The model used up its tokens.", found=f"limit {self.card.limits.tokens}", fix=_FIX
            )
        # A thread of its own: the caller may already be inside an event loop.
        with ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(lambda: asyncio.run(self._send(question, left_s=left_s))).result()

    async def _send(self, question: Question, *, left_s: float) -> Answer:
        before, usage = self.requests, RunUsage()
        hooks = {"request": [self._count]}
        # What an agent may see goes to the address in the settings and to no other that it names.
        async with DefaultAsyncHttpxClient(timeout=left_s, event_hooks=hooks, follow_redirects=False) as http:
            try:
                run = await self._agent(question, http=http).run(
                    _user_text(question),
                    usage=usage,
                    usage_limits=UsageLimits(request_limit=1, total_tokens_limit=self._tokens_left),
                    timeout=left_s,
                )
            except (AgentRunError, OpenAIError, TimeoutError, json.JSONDecodeError) as error:
                raise _unanswered(
                    error, usage=usage, requests=self.requests - before, left_s=left_s, card=self.card
                ) from error
            finally:
                self.tokens_used += usage.input_tokens + usage.output_tokens
        return Answer(
            wording=run.output,
            tokens_in=usage.input_tokens,
            tokens_out=usage.output_tokens,
            attempts=self.requests - before,
        )

    @property
    def _tokens_left(self) -> int:
        return self.card.limits.tokens - self.tokens_used

    def _agent(self, question: Question, *, http: DefaultAsyncHttpxClient) -> Agent[object, BaseModel]:
        key = self.settings.model_api_key
        client = AsyncOpenAI(
            base_url=self.settings.model_base_url,
            api_key=key.get_secret_value() if key else "not-set",
            http_client=http,
            max_retries=HTTP_RETRIES,
        )
        model = OpenAIChatModel(
            self.model,
            provider=OpenAIProvider(openai_client=client),
            profile=OpenAIModelProfile(supports_json_schema_output=True),
        )
        return Agent(
            model,
            output_type=NativeOutput(question.output, name="wording", strict=False),
            instructions=question.instructions,
            retries=0,
            name=self.card.name,
        )

    async def _count(self, _request: object) -> None:
        self.requests += 1


def _user_text(question: Question) -> str:
    if not question.problems:
        return question.material
    listed = "\n".join(f"- {problem}" for problem in question.problems)
    return f"{question.material}\n\nYour last answer broke the rules. Write it again and avoid:\n{listed}"


def _unanswered(
    error: Exception, *, usage: RunUsage, requests: int, left_s: float, card: AgentCard
) -> UnansweredError:
    """What a failure means to people, with what it took."""
    took = {"requests": requests, "tokens_in": usage.input_tokens, "tokens_out": usage.output_tokens}
    how, found = "broke off", type(error).__name__
    if isinstance(error, RunTimedOut | TimeoutError):
        how, found = "took too long", f"no answer within {left_s:.0f} s"
    elif isinstance(error, UsageLimitExceeded):
        how, found = "used up its tokens", f"limit {card.limits.tokens}"
    elif isinstance(error, ModelHTTPError):
        how, found = "answered with an error", f"HTTP {error.status_code}"
    elif isinstance(error, ModelAPIError):
        how = "could not be reached"
    elif isinstance(error, UnexpectedModelBehavior):
        return UnfitAnswerError(
            "The model's answer does not fit the schema.",
            found=found,
            fix="it is asked once more; then the offline writer takes over",
            **took,
        )
    return UnansweredError(f"The model {how}.", found=found, fix=_FIX, **took)
