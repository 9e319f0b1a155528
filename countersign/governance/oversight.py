"""How review is going: decisions by verdict, what is overdue, and how long people take."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from sqlalchemy import select

from countersign.governance.ledger import Ledger, stamp
from countersign.governance.tables import DECISIONS, PROPOSALS, REFUSALS


@dataclass(frozen=True)
class Oversight:
    """Review in a period, or so far; hours are from proposal to the last decision.

    Args:
        since, until: its first and last day in UTC, None where it is open.
        proposals: those made in it, by their state now.
        overdue: those that wait still and whose deadline had passed at its end.
        findings: what an audit of the whole ledger found; empty when nothing was changed.
    """

    since: date | None
    until: date | None
    proposals: dict[str, int]
    decisions: dict[str, int]
    by_person: dict[str, int]
    overdue: tuple[str, ...]
    median_hours_to_decide: float | None
    slowest_hours_to_decide: float | None
    refused_attempts: int
    findings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The figures as plain values."""
        days = {name: day and day.isoformat() for name, day in (("since", self.since), ("until", self.until))}
        return {**asdict(self), **days, "overdue": list(self.overdue), "findings": list(self.findings)}


def read_oversight(
    ledger: Ledger,
    *,
    at: datetime,
    since: date | None = None,
    until: date | None = None,
    findings: Sequence[str] = (),
) -> Oversight:
    """Count what was decided by whom and how fast in a period, and list what waits past its deadline.

    Args:
        ledger: where it is recorded.
        at: now; a period that has not ended ends now.
        since, until: first and last day of the period in UTC; None leaves it open.
        findings: problems that an audit found.
    """
    begin = stamp(datetime.combine(since, time(), tzinfo=UTC)) if since else ""
    end = stamp(min(at, datetime.combine(until + timedelta(days=1), time(), tzinfo=UTC)) if until else at)

    def is_within(moment: str) -> bool:
        return begin <= moment < end if until else begin <= moment

    with ledger.read() as connection:
        proposals = {row.id: row for row in connection.execute(select(PROPOSALS))}
        decided = connection.execute(select(DECISIONS).order_by(DECISIONS.c.seq)).all()
        refused = [row.at for row in connection.execute(select(REFUSALS.c.at))]
    decisions = [row for row in decided if is_within(row.decided_at)]
    hours: dict[str, float] = {}
    for decision in decisions:
        begun = datetime.fromisoformat(proposals[decision.proposal_id].created_at)
        waited = datetime.fromisoformat(decision.decided_at) - begun
        hours[decision.proposal_id] = round(waited.total_seconds() / 3600, 2)
    overdue = (
        row.id for row in proposals.values() if row.state in ("pending", "blocked") and row.expires_at <= end
    )
    made = [row.state for row in proposals.values() if is_within(row.created_at)]
    return Oversight(
        since=since,
        until=until,
        proposals=dict(sorted(Counter(made).items())),
        decisions=dict(sorted(Counter(row.verdict for row in decisions).items())),
        by_person=dict(sorted(Counter(row.person for row in decisions).items())),
        overdue=tuple(sorted(overdue)),
        median_hours_to_decide=round(median(hours.values()), 2) if hours else None,
        slowest_hours_to_decide=max(hours.values(), default=None),
        refused_attempts=sum(map(is_within, refused)),
        findings=tuple(findings),
    )
