"""Forget one person everywhere, under the pipeline's lock; stopped midway, run it again."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from countersign.core.landed import LANDED_TABLES
from countersign.core.lock import pipeline_lock
from countersign.core.log import EventLog
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace
from countersign.governance.ledger import Ledger
from countersign.governance.redacting import Redaction, note_forgotten, redact_bodies
from countersign.sources.personal.erasing import (
    erase_fetched,
    erase_landed,
    erase_warehouse,
    mark_person,
    person_matcher,
)
from countersign.sources.personal.person import Person, find_person
from countersign.sources.personal.protection import Protection, read_protection, suppression_of
from countersign.sources.personal.restricted_store import RestrictedStore, open_store
from expectations.changed_days import forget_builds

REASON = "a person asked to be forgotten"
STEPS = ("suppressed", "landed", "warehouse", "ledger", "fetched", "store", "noted")
# Columns that only rows about people have.
PERSONAL = {column.name for table in LANDED_TABLES.values() for column in table.columns if column.personal}

log = EventLog(__name__)


@dataclass(frozen=True)
class Found:
    """How much is known of a contact, in numbers only; `sources` are where it comes from."""

    leads: int
    pseudonyms: int
    raw_values: int
    names: int
    shared: int
    sources: tuple[str, ...]
    was_forgotten: bool


@dataclass(frozen=True)
class Forgotten:
    """What was done, what is kept and why; holds nothing of the person."""

    found: Found
    landed: dict[str, int]
    warehouse: dict[str, int]
    store: dict[str, int]
    fetched_lines: int
    bodies_redacted: int
    publications: tuple[str, ...]
    snapshots_with_people: tuple[str, ...]
    kept: tuple[str, ...]
    person: str
    at: str

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)


def look_up(workspace: Workspace, key: SecretStr | None, contact: str) -> Found:
    """What `forget` would find of a contact; nothing is changed.

    Raises:
        SettingsError: nobody is known by that id, or a number belongs to several people.
        LockedError: a pipeline runs in this workspace.
    """
    protection = read_protection(workspace, key)
    with pipeline_lock(workspace, purpose="looking a person up"), open_store(workspace) as store:
        return _found(_find(workspace, protection, store, contact), protection, store)


def forget_contact(
    workspace: Workspace,
    key: SecretStr | None,
    ledger: Ledger,
    contact: str,
    *,
    person: str,
    at: datetime,
    after_step: Callable[[str], None] = lambda step: None,
) -> Forgotten:
    """Forget who a contact is: links, raw values, rows, ledger bodies and fetched pages.

    Args:
        workspace: the company's directory.
        key: `settings.pseudonym_key`.
        ledger: where it is recorded who did it.
        contact: an e-mail address, a phone number, or the id of a lead.
        person: who acts, signed in.
        at: when it is recorded to have been done.
        after_step: called after each of STEPS; tests stop the work with it.

    Raises:
        SettingsError: nobody is known by that id, or a number belongs to several people.
        LockedError: a pipeline runs in this workspace.
    """
    protection = read_protection(workspace, key)
    with pipeline_lock(workspace, purpose="forgetting a person"), open_store(workspace) as store:
        who = _find(workspace, protection, store, contact)
        found = _found(who, protection, store)
        work = _work_name(protection, contact)
        store.keep_fact(work, who.as_json())
        hashes = who.hashes(protection)
        store.suppress(hashes, at=at)
        after_step("suppressed")
        landed, rows = _erase_rows(workspace, protection, who, after_step)
        redaction = redact_bodies(ledger, workspace, person_matcher(who), person=person, reason=REASON, at=at)
        after_step("ledger")
        lines = erase_fetched(workspace, who)
        after_step("fetched")
        counts = store.forget(pseudonyms=who.pseudonyms, holders=[*who.pseudonyms, *who.lead_ids])
        after_step("store")
        note_forgotten(ledger, person=person, at=at, fields={
            "hashes": sorted(hashed for hashed, _ in hashes), "reason": REASON,
            "bodies": len(redaction.digests), "landed": landed, "rows": rows,
        })  # fmt: skip
        after_step("noted")
        store.keep_fact(work, None)
        store.flush()
    log.info("person_forgotten", by=person, leads=len(who.lead_ids), bodies=len(redaction.digests))
    return Forgotten(
        found=found, landed=landed, warehouse=rows, store=counts, fetched_lines=lines,
        bodies_redacted=len(redaction.digests), publications=redaction.publications,
        snapshots_with_people=_snapshots_with_people(workspace), kept=_kept(who, redaction),
        person=person, at=at.isoformat(),
    )  # fmt: skip


def _erase_rows(
    workspace: Workspace, protection: Protection, who: Person, after_step: Callable[[str], None]
) -> tuple[dict[str, int], dict[str, int]]:
    protection.masker.names.add_all(who.names)
    with open_warehouse(workspace) as connection:
        protection.install(connection)
        mark_person(connection, protection, who)
        landed = erase_landed(connection, workspace, protection, who)
        after_step("landed")
        # The person's rows lie on many days, and nothing of them may stay in a table that only grows.
        forget_builds(connection)
        rows = erase_warehouse(connection, protection, who)
        after_step("warehouse")
    return landed, rows


def _find(workspace: Workspace, protection: Protection, store: RestrictedStore, contact: str) -> Person:
    stopped = store.fact(_work_name(protection, contact))
    known = Person(**{name: tuple(values) for name, values in stopped.items()}) if stopped else None
    with open_warehouse(workspace) as connection:
        protection.install(connection)
        found = find_person(connection, workspace, protection, store, contact, is_known=known is not None)
    return found.joined(known) if known else found


def _work_name(protection: Protection, contact: str) -> str:
    return f"forgetting {suppression_of(protection.ring, 'work', contact.strip().casefold())}"


def _found(who: Person, protection: Protection, store: RestrictedStore) -> Found:
    known = store.suppressions()
    return Found(
        leads=len(who.lead_ids),
        pseudonyms=len(who.pseudonyms),
        raw_values=len(store.raw_values_of(who.pseudonyms)),
        names=len(who.names),
        shared=len(who.shared),
        sources=who.sources,
        was_forgotten=any(hashed in known for hashed, kind in who.hashes(protection) if kind != "name"),
    )


def _snapshots_with_people(workspace: Workspace) -> tuple[str, ...]:
    """Snapshots whose marts have a column of a person; none, or somebody changed the marts."""
    from countersign.core.snapshot import read_snapshot

    found = []
    for path in sorted(workspace.snapshots.glob("*/manifest.json")):
        snapshot = read_snapshot(workspace, path.parent.name)
        if any(PERSONAL & set(table.columns) for table in snapshot.tables.values()):
            found.append(snapshot.id)
    return tuple(found)


def _kept(who: Person, redaction: Redaction) -> tuple[str, ...]:
    kept = [
        "counts and sums in marts, snapshots and reports: they name nobody",
        "keyed hashes in state/restricted/people.db, so that the next load does not bring the person back",
        "digests of redacted texts and this deed in the ledger: the chain proves what was decided",
    ]
    if who.lead_ids:
        kept.append(
            "rows of leads under the CRM's own record number, emptied: delete the record in the CRM too"
        )
    if who.sources:
        kept.append(f"the sources themselves ({', '.join(who.sources)}): delete the person there as well")
    if who.shared:
        kept.append(f"{len(who.shared)} numbers or devices that other people use too")
    if redaction.publications:
        kept.append("copies of published reports that were sent elsewhere: they are out of reach")
    if redaction.fixed_entries:
        listed = ", ".join(str(seq) for seq in redaction.fixed_entries[:10])
        kept.append(f"ledger entries that cannot change and name the person: {listed}")
    kept.append("backups, until they are overwritten: run this again after restoring one")
    return tuple(kept)
