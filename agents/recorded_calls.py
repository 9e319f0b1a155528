"""Around every call of a model: the day's limits before it, the book after it, no call for a known answer."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import ValidationError

from agents.asking import Answer, Question, UnansweredError
from agents.call_book import Call, CallBook
from agents.registry import AgentCard
from countersign.core.errors import AgentError
from countersign.core.settings import Settings


def hash_prompt(question: Question, *, model: str) -> str:
    """SHA-256 of all that decides an answer: model, instructions, material, schema, objections."""
    parts = [
        model,
        question.instructions,
        question.material,
        json.dumps(question.output.model_json_schema(), sort_keys=True),
        *question.problems,
    ]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


@dataclass
class RecordedCalls:
    """Sends questions through the book of calls; one serves one run.

    Args:
        ask: sends a question to the model.
        book: where calls and answers are kept.
        card: whose limits hold.
        settings: hold the prices.
        model: its name.
        snapshot_id: what the questions are about.
        now: the clock of the day's limits.
    """

    ask: Callable[[Question], Answer]
    book: CallBook
    card: AgentCard
    settings: Settings
    model: str
    snapshot_id: str
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    cost_usd: float = 0.0

    def send(self, question: Question) -> Answer:
        """An answer from the book, or from the model within the limits.

        Raises:
            AgentError: a limit is used up and nothing was sent.
            UnansweredError: the model gave no answer; what it took is in the book.
        """
        prompt_hash = hash_prompt(question, model=self.model)
        if known := self._known(question, prompt_hash):
            return known
        self._check_limits()
        began = time.monotonic()
        try:
            answer = self.ask(question)
        except UnansweredError as error:
            self._note(prompt_hash, outcome=error.problem, latency_s=time.monotonic() - began, took=error)
            raise
        self._note(prompt_hash, outcome="answered", latency_s=time.monotonic() - began, took=answer)
        self.book.keep_answer(
            prompt_hash, snapshot_id=self.snapshot_id, wording=answer.wording.model_dump_json()
        )
        return answer

    def _known(self, question: Question, prompt_hash: str) -> Answer | None:
        kept = self.book.find_answer(prompt_hash, snapshot_id=self.snapshot_id)
        if kept is None:
            return None
        try:
            wording = question.output.model_validate_json(kept)
        except ValidationError:
            return None  # the schema is in the hash, so only a damaged book comes here
        self._note(prompt_hash, outcome="cached", latency_s=0.0)
        return Answer(wording=wording, attempts=0)

    def _check_limits(self) -> None:
        limits, used = self.card.limits, self.book.used_on(self.now(), agent=self.card.name)
        spent = (
            ("calls a day", used.calls, limits.calls_a_day),
            ("tokens a day", used.tokens, limits.tokens_a_day),
            ("seconds a day", used.seconds, limits.seconds_a_day),
            ("USD a day", used.cost_usd, limits.cost_usd_a_day),
            ("USD a run", self.cost_usd, limits.cost_usd),
        )
        for what, so_far, most in spent:
            if so_far >= most:
                raise AgentError(
                    "The agent has used up what it may use of a model.",
                    found=f"{so_far:g} of {most:g} {what}",
                    fix="the offline writer takes over; raise `limits` on the card if this is too little",
                )

    def _note(
        self,
        prompt_hash: str,
        *,
        outcome: str,
        latency_s: float,
        took: Answer | UnansweredError | None = None,
    ) -> None:
        tokens_in, tokens_out = (took.tokens_in, took.tokens_out) if took else (0, 0)
        requests = took.requests if isinstance(took, UnansweredError) else took.attempts if took else 0
        prices = self.settings.model_usd_per_million_in, self.settings.model_usd_per_million_out
        cost_usd = (tokens_in * prices[0] + tokens_out * prices[1]) / 1e6
        self.cost_usd += cost_usd
        self.book.note(
            Call(
                at=self.now(),
                agent=self.card.name,
                model=self.model,
                prompt_hash=prompt_hash,
                snapshot_id=self.snapshot_id,
                requests=requests,
                tokens_in=tokens_in,
                tokens_out=tokens_out,
                cost_usd=cost_usd,
                latency_s=round(latency_s, 3),
                outcome=outcome,
            )
        )
