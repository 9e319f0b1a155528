"""The book of model calls: what each took, what a day has used up, and answers that need no second call."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from countersign.core.workspace import Workspace

_TABLES = """
create table if not exists calls (
    at text not null, agent text not null, model text not null, prompt_hash text not null,
    snapshot_id text not null, tokens_in integer not null, tokens_out integer not null,
    cost_usd real not null, latency_s real not null, outcome text not null,
    requests integer not null default 1);
create table if not exists answers (
    prompt_hash text not null, snapshot_id text not null, wording text not null,
    primary key (prompt_hash, snapshot_id));
"""


class Call(BaseModel):
    """One call of a model. `prompt_hash` covers model, instructions, material, schema and objections.

    Units: tokens as the endpoint counted them, USD by the prices in the settings, seconds on the wall.
    `requests` is how often it went over the wire: what is refused or breaks off may be sent again.
    `outcome` is "answered", "cached", or why there was no answer; prompts and answers are not in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    at: datetime
    agent: str
    model: str
    prompt_hash: str
    snapshot_id: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    latency_s: float = 0.0
    outcome: str
    requests: int = 1


class Used(BaseModel):
    """What an agent has used of models on one UTC day; each request over the wire is a call."""

    model_config = ConfigDict(frozen=True)

    calls: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    seconds: float = 0.0


class CallBook:
    """Reads and writes state/model_calls.db of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.path: Path = workspace.state / "model_calls.db"

    def note(self, call: Call) -> None:
        """Write one call down."""
        row = {**call.model_dump(), "at": call.at.astimezone(UTC).isoformat()}
        marks = ", ".join(f":{name}" for name in row)
        with self._open() as connection:
            connection.execute(f"insert into calls ({', '.join(row)}) values ({marks})", row)

    def read_calls(self) -> tuple[Call, ...]:
        """Every call, oldest first."""
        names = tuple(Call.model_fields)
        with self._open() as connection:
            rows = connection.execute(f"select {', '.join(names)} from calls order by rowid").fetchall()
        return tuple(Call.model_validate(dict(zip(names, row, strict=True))) for row in rows)

    def used_on(self, day: datetime, *, agent: str) -> Used:
        """What an agent has used on the UTC day of an instant; answers from the book cost nothing."""
        with self._open() as connection:
            row = connection.execute(
                "select sum(requests), sum(tokens_in + tokens_out), sum(cost_usd), sum(latency_s) from calls"
                " where agent = ? and substr(at, 1, 10) = ? and outcome != 'cached'",
                (agent, day.astimezone(UTC).date().isoformat()),
            ).fetchone()
        return Used(calls=row[0] or 0, tokens=row[1] or 0, cost_usd=row[2] or 0.0, seconds=row[3] or 0.0)

    def find_answer(self, prompt_hash: str, *, snapshot_id: str) -> str | None:
        """The wording that this prompt got on this snapshot, as JSON; None when it was never asked."""
        with self._open() as connection:
            row = connection.execute(
                "select wording from answers where prompt_hash = ? and snapshot_id = ?",
                (prompt_hash, snapshot_id),
            ).fetchone()
        return None if row is None else str(row[0])

    def keep_answer(self, prompt_hash: str, *, snapshot_id: str, wording: str) -> None:
        """Keep a wording, so that the same prompt on the same snapshot is not asked again."""
        with self._open() as connection:
            connection.execute(
                "insert or replace into answers values (?, ?, ?)", (prompt_hash, snapshot_id, wording)
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=10)
        try:
            connection.executescript(_TABLES)
            _add_requests(connection)
            with connection:
                yield connection
        finally:
            connection.close()


def _add_requests(connection: sqlite3.Connection) -> None:
    """A book begun before requests were counted has one a call."""
    columns = {row[1] for row in connection.execute("pragma table_info(calls)")}
    if "requests" not in columns:
        connection.execute("alter table calls add column requests integer not null default 1")
