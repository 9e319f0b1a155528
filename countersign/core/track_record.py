"""How an agent's earlier expectations came out: counted from verdicts, each an entry of the ledger."""

from pydantic import Field

from countersign.core.choices import Chosen
from countersign.core.expected import Outcome
from countersign.core.records import Record

OUTCOMES: tuple[Outcome, ...] = ("held", "did_not_hold", "cannot_tell", "not_carried_out")


class TrackRecord(Record):
    """One agent's record at a time.

    Args:
        agent: its name.
        entries: hashes of the ledger entries that hold a verdict, by verdict.
        inside: of these, where the figure came out inside its 80% interval.
        outside: of these, where it did not; verdicts that say nothing of an interval are in neither.
        changed: verdicts on what was approved; the rest was declined, expired or replaced.
        waiting: expectations without a verdict.
        chosen: how many actions of approved drafts people chose to do as proposed, otherwise, or to leave.
    """

    agent: str
    entries: dict[Outcome, tuple[str, ...]]
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    changed: tuple[str, ...]
    waiting: int
    chosen: dict[Chosen, int] = Field(default_factory=dict)

    @property
    def judged(self) -> tuple[str, ...]:
        """Every verdict's entry."""
        return tuple(entry for outcome in OUTCOMES for entry in self.entries.get(outcome, ()))

    @property
    def share_inside(self) -> float | None:
        """How often intervals that should hold 80% held, 0..1; None before the first."""
        told = len(self.inside) + len(self.outside)
        return len(self.inside) / told if told else None
