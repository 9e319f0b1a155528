"""Runs in which an agent could not draft: people get what the others wrote, and the run says who failed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import duckdb

from countersign.core.errors import AgentError, PipelineError
from countersign.core.log import EventLog
from countersign.core.workspace import Workspace
from flows.run_log import read_runs

if TYPE_CHECKING:
    from flows.pipeline import RunResult

# A run that proposed what there was: at least one agent's draft is missing.
PARTIAL = "partial"
_LOOK_BACK = 50

log = EventLog(__name__)


@dataclass(frozen=True)
class Undrafted:
    """An agent without a draft in a run, and why, on one line."""

    agent: str
    problem: str

    def __str__(self) -> str:
        return f"{self.agent} could not draft: {self.problem}"


class UnfinishedRunError(AgentError):
    """A run came to its end without every draft; `result` holds what it did come to."""

    def __init__(self, result: "RunResult") -> None:
        waits = len(result.proposals)
        super().__init__(
            "The run ended without every draft.",
            found="; ".join(str(one) for one in result.undrafted),
            fix=f"decide on what the others wrote ({waits} in all); after the repair run again,"
            " what was proposed stays",
        )
        self.result = result


def note_undrafted(agent: str, error: PipelineError | duckdb.Error) -> Undrafted:
    """Keep and log that an agent could not draft."""
    if isinstance(error, PipelineError):
        problem = f"{error.problem.rstrip('.')} ({error.found})."
    else:
        # The database's own words may quote a row.
        problem = f"The database refused what it asked ({type(error).__name__})."
    lost = Undrafted(agent, " ".join(problem.split())[:500])
    log.warning("agent_could_not_draft", **asdict(lost))
    return lost


def read_missing(workspace: Workspace) -> list[Undrafted]:
    """Whose draft is missing since the last run of its kind that came to its end."""
    last: dict[object, Sequence[dict[str, str]]] = {}
    for run in read_runs(workspace, limit=_LOOK_BACK):
        if run["state"] in ("done", PARTIAL):
            lost = run.get("undrafted")
            last.setdefault(run.get("kind"), lost if isinstance(lost, list) else ())
    return [Undrafted(one["agent"], one["problem"]) for lost in last.values() for one in lost]
