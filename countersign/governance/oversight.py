"""How review is going: decisions by verdict, what is overdue, and how long people take."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import select

from countersign.governance.ledger import Ledger, stamp
from countersign.governance.tables import DECISIONS, PROPOSALS, REFUSALS


@dataclass(frozen=True)
class Oversight:
    """The state of review at one time; hours are from proposal to the last decision."""

    proposals: dict[str, int]
    decisions: dict[str, int]
    by_person: dict[str, int]
    overdue: tuple[str, ...]
    median_hours_to_decide: float | None
    slowest_hours_to_decide: float | None
    refused_attempts: int

    def as_json(self) -> dict[str, object]:
        """The figures as plain values."""
        return {**asdict(self), "overdue": list(self.overdue)}


def read_oversight(ledger: Ledger, *, at: datetime) -> Oversight:
    """Count what was decided by whom and how fast, and list what waits past its deadline."""
    with ledger.read() as connection:
        proposals = {row.id: row for row in connection.execute(select(PROPOSALS))}
        decisions = connection.execute(select(DECISIONS).order_by(DECISIONS.c.seq)).all()
        refused = len(connection.execute(select(REFUSALS.c.seq)).all())
    hours: dict[str, float] = {}
    for decision in decisions:
        begun = datetime.fromisoformat(proposals[decision.proposal_id].created_at)
        waited = datetime.fromisoformat(decision.decided_at) - begun
        hours[decision.proposal_id] = round(waited.total_seconds() / 3600, 2)
    overdue = (
        row.id
        for row in proposals.values()
        if row.state in ("pending", "blocked") and row.expires_at <= stamp(at)
    )
    return Oversight(
        proposals=dict(sorted(Counter(row.state for row in proposals.values()).items())),
        decisions=dict(sorted(Counter(row.verdict for row in decisions).items())),
        by_person=dict(sorted(Counter(row.person for row in decisions).items())),
        overdue=tuple(sorted(overdue)),
        median_hours_to_decide=round(median(hours.values()), 2) if hours else None,
        slowest_hours_to_decide=max(hours.values(), default=None),
        refused_attempts=refused,
    )
