"""Each agent's track record, read from the verdicts in the ledger."""

from collections.abc import Iterable

from sqlalchemy import select

from countersign.core.choices import Chosen
from countersign.core.expected import Outcome
from countersign.core.track_record import OUTCOMES, TrackRecord
from countersign.governance.choosing import CHOICES
from countersign.governance.ledger import Ledger
from countersign.governance.outcomes import Judged, read_choices_of, read_judged, read_open
from countersign.governance.tables import PROPOSALS


def read_track_record(ledger: Ledger, *, agent: str, time_zone: str) -> TrackRecord:
    """An agent's record: empty until something was judged."""
    mine = [one for one in read_judged(ledger) if one.agent == agent]
    waiting = [one for one in read_open(ledger, time_zone=time_zone) if one.agent == agent]
    by_outcome: dict[Outcome, tuple[str, ...]] = {
        outcome: _entries(one for one in mine if one.judgement.outcome == outcome) for outcome in OUTCOMES
    }
    return TrackRecord(
        agent=agent,
        entries={outcome: entries for outcome, entries in by_outcome.items() if entries},
        inside=_entries(one for one in mine if one.judgement.is_inside is True),
        outside=_entries(one for one in mine if one.judgement.is_inside is False),
        changed=_entries(one for one in mine if one.judgement.standing == "approved"),
        waiting=len(waiting),
        chosen=_count_chosen(ledger, agent=agent),
    )


def _count_chosen(ledger: Ledger, *, agent: str) -> dict[Chosen, int]:
    with ledger.read() as connection:
        rows = connection.execute(select(PROPOSALS).where(PROPOSALS.c.agent == agent)).all()
        chosen = [one.chosen for row in rows for one in read_choices_of(connection, row)]
    return {name: chosen.count(name) for name in CHOICES if name in chosen}


def _entries(judged: Iterable[Judged]) -> tuple[str, ...]:
    return tuple(one.entry for one in judged)
