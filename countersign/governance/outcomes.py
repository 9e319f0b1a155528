"""What became of recommendations: people's word on what was carried out, and verdicts, both in the chain.

An expectation is locked in the first revision of its proposal; a verdict is recorded once and stays, whatever
later snapshots say. `judged` entries name the snapshot that they rest on, so a verdict can be computed again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from countersign.analytics.judging import judge
from countersign.analytics.response.series import ChannelWeeks, Numbers
from countersign.core.choices import AS_PROPOSED, LEAVE, ActionChoice
from countersign.core.errors import ApprovalError
from countersign.core.expected import Expectation, Judgement, Standing
from countersign.core.hashing import canonical_json
from countersign.core.periods import WEEK, day_of
from countersign.governance.choosing import settle_choices
from countersign.governance.deciding import words_of
from countersign.governance.ledger import Ledger, read_body
from countersign.governance.people import SignedIn, check_session
from countersign.governance.projection import Entry
from countersign.governance.proposals import material_of, row_of
from countersign.governance.tables import DECISIONS, ENTRIES, PROPOSALS

SYSTEM = "countersign"
_STANDINGS: dict[str, Standing] = {
    "checking": "waiting",
    "blocked": "waiting",
    "pending": "waiting",
    "approved": "approved",
    "published": "approved",
    "publish_failed": "approved",
    "rejected": "declined",
    "expired": "declined",
    # sent back, superseded and stale: a newer draft stands for these, and is judged in their place
}
# What an approver chose for one action of an approved proposal; what they left is as if it were declined.
_CHOSEN: dict[str, Standing] = {AS_PROPOSED: "approved", LEAVE: "declined"}


@dataclass(frozen=True)
class Open:
    """One expectation that is not judged yet."""

    proposal_id: str
    agent: str
    expectation: Expectation
    standing: Standing
    decided_on: date
    said_carried_out: bool | None


@dataclass(frozen=True)
class Judged:
    """One recorded verdict; `entry` is the hash of the entry that holds it."""

    proposal_id: str
    agent: str
    key: str
    snapshot_id: str
    judgement: Judgement
    entry: str
    at: str


def say_carried_out(
    ledger: Ledger, *, proposal_id: str, was_done: bool, why: str, person: SignedIn, at: datetime
) -> None:
    """Record a person's word on whether an approved recommendation was carried out; the newest word counts.

    Raises:
        ApprovalError: not signed in, no reason, not approved, nothing to judge, or judged already.
    """
    with ledger.write() as writing:
        check_session(writing.connection, person, at=at)
        row = row_of(writing.connection, proposal_id)
        _check_may_say(writing.connection, row, why=why)
        writing.append(
            "carried_out_said",
            person=person.person.id,
            at=at,
            fields={
                "proposal_id": row.id,
                "was_done": was_done,
                "authenticated_by": f"session:{person.session}",
            },
            bodies={"why": why.strip().encode()},
        )


def judge_due(
    ledger: Ledger,
    weeks: ChannelWeeks,
    *,
    snapshot_id: str,
    time_zone: str,
    at: datetime,
    campaigns: Mapping[str, Numbers] | None = None,
) -> list[Judged]:
    """Judge every expectation that can be judged on these weeks, and record each verdict once.

    Args:
        weeks: the record of the newest snapshot.
        snapshot_id: that snapshot.
        time_zone: the company's, in which days of decisions are counted.
        at: when.
        campaigns: spend of campaigns in these weeks, by name, where an action is about them.

    Returns:
        The new verdicts; what is too early is left for a later snapshot.
    """
    with ledger.write() as writing:
        for waiting in _read_open(writing.connection, time_zone=time_zone):
            found = judge(
                waiting.expectation,
                weeks,
                standing=waiting.standing,
                decided_on=waiting.decided_on,
                said_carried_out=waiting.said_carried_out,
                campaigns=campaigns,
            )
            if found.outcome == "too_early":
                continue
            fields = {
                "proposal_id": waiting.proposal_id,
                "agent": waiting.agent,
                "key": waiting.expectation.key,
                "snapshot_id": snapshot_id,
                "outcome": found.outcome,
            }
            bodies = {"judgement": canonical_json(found)}
            writing.append("judged", person=SYSTEM, at=at, fields=fields, bodies=bodies)
        return [one for one in _read_judged(writing.connection) if one.snapshot_id == snapshot_id]


def read_open(ledger: Ledger, *, time_zone: str) -> list[Open]:
    """Expectations that have no verdict yet, oldest proposal first."""
    with ledger.read() as connection:
        return list(_read_open(connection, time_zone=time_zone))


def read_judged(ledger: Ledger) -> list[Judged]:
    """Every recorded verdict, oldest first."""
    with ledger.read() as connection:
        return list(_read_judged(connection))


def read_said(ledger: Ledger) -> dict[str, bool]:
    """People's newest word on what was carried out, by proposal."""
    with ledger.read() as connection:
        return _read_said(connection)


def _read_said(connection: Connection) -> dict[str, bool]:
    return {
        entry.fields()["proposal_id"]: bool(entry.fields()["was_done"])
        for entry in _entries(connection, "carried_out_said")
    }


def _read_open(connection: Connection, *, time_zone: str) -> Iterator[Open]:
    closed = {(one.proposal_id, one.key) for one in _read_judged(connection)}
    said = _read_said(connection)
    is_judged = PROPOSALS.c.state.in_(_STANDINGS)
    rows = select(PROPOSALS).where(is_judged).order_by(PROPOSALS.c.created_at, PROPOSALS.c.id)
    for row in connection.execute(rows):
        standings = _standings(connection, row)
        for expectation in _locked(connection, row):
            if (row.id, expectation.key) in closed:
                continue
            standing = standings.get(expectation.key, _STANDINGS[row.state])
            decided_on = _decided_on(connection, row, time_zone=time_zone)
            proposed_on = day_of(datetime.fromisoformat(row.created_at), time_zone=time_zone)
            yield Open(
                proposal_id=row.id,
                agent=row.agent,
                expectation=expectation,
                standing=standing,
                decided_on=in_days_of_data(decided_on, proposed_on=proposed_on, expectation=expectation),
                # A word on what was carried out is about what was approved, not about what was left.
                said_carried_out=None if standing == "declined" else said.get(row.id),
            )


def read_choices_of(connection: Connection, row: Row[Any]) -> list[ActionChoice]:
    """What approvers chose for each action of an approved proposal; nothing for any other."""
    if _STANDINGS.get(row.state) != "approved":
        return []
    try:
        draft = material_of(connection, row.id, revision=row.revision).draft
    except ApprovalError:
        return []  # its text was redacted
    return settle_choices(draft, words_of(connection, row))


def _standings(connection: Connection, row: Row[Any]) -> dict[str, Standing]:
    """What approvers chose for actions, by the name that each is judged by."""
    return {
        one.key: _CHOSEN.get(one.chosen, "chosen_otherwise")
        for one in read_choices_of(connection, row)
        if one.key
    }


def in_days_of_data(decided_on: date, *, proposed_on: date, expectation: Expectation) -> date:
    """The day of a decision in the calendar of the data that the proposal was made on.

    A proposal comes within a week of the last day that it could see. One that does not was made on data of
    another time (a demo, a run over the past): its decision counts as many days after that last day as it
    came after the proposal. Otherwise this is the day itself.
    """
    lag = (proposed_on - expectation.made_on).days
    if 0 <= lag < WEEK.days:
        return decided_on
    return max(decided_on - timedelta(days=lag), expectation.made_on)


def _locked(connection: Connection, row: Row[Any]) -> Sequence[Expectation]:
    """What the first revision promised: words may be edited later, expectations may not."""
    try:
        return material_of(connection, row.id, revision=1).draft.expectations
    except ApprovalError:
        return ()  # its text was redacted, and with it what it expected


def _read_judged(connection: Connection) -> Iterator[Judged]:
    for entry in _entries(connection, "judged"):
        fields = entry.fields()
        yield Judged(
            proposal_id=fields["proposal_id"],
            agent=fields["agent"],
            key=fields["key"],
            snapshot_id=fields["snapshot_id"],
            judgement=Judgement.model_validate_json(read_body(connection, fields["bodies"]["judgement"])),
            entry=entry.hash,
            at=entry.at,
        )


def _entries(connection: Connection, kind: str) -> list[Entry]:
    wanted = select(ENTRIES).where(ENTRIES.c.kind == kind).order_by(ENTRIES.c.seq)
    return [Entry(**row._mapping) for row in connection.execute(wanted)]


def _decided_on(connection: Connection, row: Row[Any], *, time_zone: str) -> date:
    """The company's day of the last decision, else of the deadline that passed."""
    wanted = select(DECISIONS.c.decided_at).where(DECISIONS.c.proposal_id == row.id)
    at = max([*connection.execute(wanted).scalars()], default=None)
    at = at or row.expires_at
    return day_of(datetime.fromisoformat(at), time_zone=time_zone)


def _check_may_say(connection: Connection, row: Row[Any], *, why: str) -> None:
    if not why.strip():
        raise ApprovalError(
            "A word on what was carried out needs a reason.",
            found="no reason",
            fix="say how you know, e.g. --why 'budgets were changed on Monday'",
        )
    if _STANDINGS.get(row.state) != "approved":
        raise ApprovalError(
            "Only what was approved can have been carried out.",
            found=f"{row.id} is {row.state.replace('_', ' ')}",
            fix="give the id of an approved recommendation: `countersign review list --all`",
        )
    left = {key for key, standing in _standings(connection, row).items() if standing != "approved"}
    keys = {expectation.key for expectation in _locked(connection, row)}
    if keys and keys <= left:
        raise ApprovalError(
            "Who approved it chose nothing of it as it was proposed.",
            found=row.id,
            fix="give the id of a recommendation of which something was approved: `countersign review show`",
        )
    keys -= left
    if not keys:
        raise ApprovalError(
            "This proposal expects nothing that could be judged.",
            found=row.id,
            fix="give the id of a recommendation: `countersign review list --all`",
        )
    if keys <= {one.key for one in _read_judged(connection) if one.proposal_id == row.id}:
        raise ApprovalError(
            "It was judged already, and a verdict stays.",
            found=row.id,
            fix="look at it: `countersign agents record`",
        )
