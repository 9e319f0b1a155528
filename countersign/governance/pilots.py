"""The register of AI pilots: each record is an entry of the ledger by a named person, and none is lost.

A record says how the whole pilot stands. A correction is a newer record; the older ones stay in the chain.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

from pydantic import ValidationError
from sqlalchemy import Connection, select

from countersign.core.contracts import Elapsed
from countersign.core.errors import ApprovalError, SettingsError
from countersign.core.hashing import canonical_json
from countersign.core.pilots import DAYS, Pilot, PilotRecord
from countersign.core.workspace import Workspace, first_problem
from countersign.governance.ledger import Ledger, read_body
from countersign.governance.people import SignedIn, check_session
from countersign.governance.projection import Entry
from countersign.governance.roster import read_person
from countersign.governance.tables import ENTRIES

_KIND = "pilot_recorded"
_REDACTED = "(redacted)"
_FIRST_NEEDS = ("name", "goal", "owner", "selected")


def record_pilot(
    ledger: Ledger,
    workspace: Workspace,
    *,
    key: str,
    changes: Mapping[str, object],
    goals: Collection[str],
    person: SignedIn,
    today: date,
    at: datetime,
) -> PilotRecord:
    """Record how a pilot stands now: what its newest record says, with some fields changed.

    Args:
        key: the pilot; an unknown one begins a new pilot.
        changes: fields of `Pilot` that are new or corrected; None takes a day back.
        goals: keys of the company's active goals.
        today: the company's day; no recorded day may come after it.

    Returns:
        The new record, or the standing one when nothing changed.

    Raises:
        SettingsError: a field is missing or does not fit, the goal or the owner is unknown, or the days are
            out of order or in the future.
        ApprovalError: the person is not signed in.
    """
    with ledger.write() as writing:
        check_session(writing.connection, person, at=at)
        standing = _standing(writing.connection, key)
        pilot = _changed(standing, key, changes)
        _check_names(workspace, changes, goals=goals)
        check_days(pilot, today=today)
        if standing is not None and standing.pilot == pilot:
            return standing
        entry = writing.append(
            _KIND,
            person=person.person.id,
            at=at,
            fields={"pilot": key, "authenticated_by": f"session:{person.session}"},
            # What came of it is text, which may have to be redacted; the days stay.
            bodies={
                "record": canonical_json(pilot.model_copy(update={"result": ""})),
                **({"result": pilot.result.encode()} if pilot.result else {}),
            },
        )
        return _read(writing.connection, entry)


def read_pilots(ledger: Ledger) -> dict[str, list[PilotRecord]]:
    """Every record of every pilot, by key, oldest first: the last one of each counts.

    A record whose text was redacted is left out.
    """
    with ledger.read() as connection:
        return pilots_of(connection)


def find_record(ledger: Ledger, figure: Elapsed) -> PilotRecord | None:
    """The record that a figure of days rests on; None when the ledger holds none with its first day."""
    for history in read_pilots(ledger).values():
        for record in history:
            days = {getattr(record.pilot, name) for name in DAYS}
            if record.entry in figure.entries and figure.start in days:
                return record
    return None


def check_days(pilot: Pilot, *, today: date) -> None:
    """Refuse days that cannot be.

    Raises:
        SettingsError: a day lies in the future, comes before one that it follows, or is verified in no words.
    """
    for earlier, later in (("selected", "executed"), ("executed", "scaled"), ("executed", "verified")):
        first, then = getattr(pilot, earlier), getattr(pilot, later)
        if then is not None and first is None:
            raise _unfit(f"{later} on {then}, but not yet {earlier}", f"record --{earlier} as well")
        if then is not None and then < first:
            raise _unfit(f"{later} on {then}, before it was {earlier} on {first}", "correct one of the two")
    for name in DAYS:
        day = getattr(pilot, name)
        if day is not None and day > today:
            raise _unfit(f"{name} on {day}, after today, {today}", "record a day once it is over or today")
        if day is not None and pilot.ended is not None and day > pilot.ended:
            raise _unfit(f"{name} on {day}, after it ended on {pilot.ended}", "correct one of the two")
    if pilot.verified is not None and not pilot.result.strip():
        raise _unfit(f"verified on {pilot.verified}, with no result", "say what was verified: --result '...'")


def _changed(standing: PilotRecord | None, key: str, changes: Mapping[str, object]) -> Pilot:
    missing = [name for name in _FIRST_NEEDS if standing is None and changes.get(name) is None]
    if missing:
        raise SettingsError(
            "The first record of a pilot says what it is.",
            found=f"nothing is recorded of {key!r} yet, and {', '.join(missing)} is missing",
            fix=f"add {' '.join(f'--{name}' for name in missing)}, or look at `countersign pilot list`",
        )
    before = standing.pilot.model_dump() if standing is not None else {"key": key}
    try:
        return Pilot.model_validate({**before, **changes})
    except ValidationError as error:
        raise _unfit(first_problem(error), "correct it; a key is lower case, such as reply-drafts") from error


def _check_names(workspace: Workspace, changes: Mapping[str, object], *, goals: Collection[str]) -> None:
    goal, owner = changes.get("goal"), changes.get("owner")
    if goal is not None and goal not in goals:
        raise SettingsError(
            "A pilot serves a business goal that is active.",
            found=str(goal),
            fix=f"use one of: {', '.join(sorted(goals)) or 'none is active in config/goals.yaml'}",
        )
    if owner is not None:
        read_person(workspace, str(owner))


def _standing(connection: Connection, key: str) -> PilotRecord | None:
    known = pilots_of(connection).get(key)
    return known[-1] if known else None


def pilots_of(connection: Connection) -> dict[str, list[PilotRecord]]:
    """As `read_pilots`, within a transaction."""
    found: dict[str, list[PilotRecord]] = {}
    for record in _records(connection):
        found.setdefault(record.pilot.key, []).append(record)
    return found


def _records(connection: Connection) -> Iterator[PilotRecord]:
    wanted = select(ENTRIES).where(ENTRIES.c.kind == _KIND).order_by(ENTRIES.c.seq)
    for row in connection.execute(wanted).all():
        try:
            yield _read(connection, Entry(**row._mapping))
        except ApprovalError:
            continue  # its text was redacted


def _read(connection: Connection, entry: Entry) -> PilotRecord:
    bodies = entry.fields()["bodies"]
    pilot = Pilot.model_validate_json(read_body(connection, bodies["record"]))
    if "result" in bodies:
        pilot = pilot.model_copy(update={"result": _said(connection, bodies["result"])})
    return PilotRecord(
        pilot=pilot,
        entry=entry.hash,
        recorded_by=entry.person,
        recorded_at=datetime.fromisoformat(entry.at),
    )


def _said(connection: Connection, digest: str) -> str:
    try:
        return read_body(connection, digest).decode()
    except ApprovalError:
        return _REDACTED


def _unfit(found: str, fix: str) -> SettingsError:
    return SettingsError("This record of a pilot cannot be.", found=found, fix=fix)
