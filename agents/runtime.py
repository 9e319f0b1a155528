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
from pydantic_ai.usage import UsageLimits

from agents.asking import Answer, Ask, Question, UnfitAnswerError
from agents.call_book import CallBook
from agents.recorded_calls import RecordedCalls
from agents.registry import AgentCard
from countersign.core.errors import AgentError
from countersign.core.settings import Settings

# The transport repeats 429, 5xx and broken connections with growing waits; the deadline bounds them all.
HTTP_RETRIES = 2


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
            AgentError: no answer in time, or the endpoint refused.
        """
        if not self.deadline:
            self.deadline = time.monotonic() + self.card.limits.seconds
        left_s = min(self.settings.model_timeout_s, self.deadline - time.monotonic())
        if left_s <= 0:
            raise _failed("ran out of time", f"{self.card.limits.seconds:g} s for the whole run")
        # A thread of its own: the caller may already be inside an event loop.
        with ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(lambda: asyncio.run(self._send(question, left_s=left_s))).result()

    async def _send(self, question: Question, *, left_s: float) -> Answer:
        before = self.requests
        hooks = {"request": [self._count]}
        async with DefaultAsyncHttpxClient(timeout=left_s, event_hooks=hooks) as http:
            try:
                run = await self._agent(question, http=http).run(
                    _user_text(question),
                    usage_limits=UsageLimits(
                        request_limit=1, total_tokens_limit=self.card.limits.tokens - self.tokens_used
                    ),
                    timeout=left_s,
                )
            except (RunTimedOut, TimeoutError) as error:
                raise _failed("took too long", f"no answer within {left_s:.0f} s") from error
            except UsageLimitExceeded as error:
                raise _failed("used up its tokens", f"limit {self.card.limits.tokens}") from error
            except ModelHTTPError as error:
                raise _failed("answered with an error", f"HTTP {error.status_code}") from error
            except ModelAPIError as error:
                raise _failed("could not be reached", type(error).__name__) from error
            except UnexpectedModelBehavior as error:
                raise UnfitAnswerError(
                    "The model's answer does not fit the schema.",
                    found=type(error).__name__,
                    fix="it is asked once more; then the offline writer takes over",
                ) from error
            except (AgentRunError, OpenAIError, json.JSONDecodeError) as error:
                raise _failed("broke off", type(error).__name__) from error
        usage = run.usage
        self.tokens_used += usage.input_tokens + usage.output_tokens
        return Answer(
            wording=run.output,
            tokens_in=usage.input_tokens,
            tokens_out=usage.output_tokens,
            attempts=self.requests - before,
        )

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


def _failed(how: str, found: str) -> AgentError:
    return AgentError(
        f"The model {how}.",
        found=found,
        fix="the offline writer takes over; check COUNTERSIGN_MODEL_BASE_URL and the model's own log",
    )
