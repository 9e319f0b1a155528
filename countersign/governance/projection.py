"""What each kind of entry does to the current-state tables: the one definition of the projection.

`writes_of(entry)` depends on nothing but the entry. Appending applies its writes to the tables,
`fold` applies the same writes in memory, and `audit` compares the two.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Key = tuple[object, ...]
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """One row of the chain; `payload` is canonical JSON text, hashed as it stands."""

    seq: int
    at: str
    kind: str
    person: str
    payload: str
    previous: str
    hash: str

    def fields(self) -> dict[str, Any]:
        """The payload as a dict."""
        parsed: dict[str, Any] = json.loads(self.payload)
        return parsed


@dataclass(frozen=True)
class Write:
    """Set `values` on the row of `table` that `key` names; a new row when `is_new`."""

    table: str
    key: dict[str, object]
    values: dict[str, object]
    is_new: bool = False


@dataclass
class Folded:
    """The tables as the entries alone say they are."""

    rows: dict[str, dict[Key, dict[str, object]]] = field(default_factory=dict)
    bodies: dict[str, bool] = field(default_factory=dict)  # digest -> is redacted
    problems: list[str] = field(default_factory=list)


def _revision(entry: Entry, fields: Fields) -> Write:
    bodies = fields["bodies"]
    return Write(
        "revisions",
        {"proposal_id": fields["proposal_id"], "revision": fields["revision"]},
        {
            "digest": fields["digest"],
            **{name: bodies[name] for name in ("draft", "html", "markdown", "checks")},
            "diff": bodies.get("diff"),
            "author": entry.person,
            "made_at": entry.at,
        },
        is_new=True,
    )


def _proposed(entry: Entry, fields: Fields) -> list[Write]:
    columns = (
        "revision",
        "digest",
        "title",
        "agent",
        "subject",
        "category",
        "tier",
        "required_approvals",
        "snapshot_id",
        "policy_version",
        "expires_at",
        "replaces",
    )
    values = {name: fields[name] for name in columns}
    values |= {"state": "checking", "created_at": entry.at, "attempts": 0}
    return [Write("proposals", {"id": fields["proposal_id"]}, values, is_new=True), _revision(entry, fields)]


def _moved(entry: Entry, fields: Fields) -> list[Write]:
    del entry
    return [Write("proposals", {"id": fields["proposal_id"]}, {"state": fields["to"]})]


def _revised(entry: Entry, fields: Fields) -> list[Write]:
    columns = ("revision", "digest", "title", "policy_version", "required_approvals", "tier")
    values = {name: fields[name] for name in columns} | {"state": fields["to"]}
    return [Write("proposals", {"id": fields["proposal_id"]}, values), _revision(entry, fields)]


def _decided(entry: Entry, fields: Fields) -> list[Write]:
    columns = ("proposal_id", "revision", "digest", "role", "verdict", "authenticated_by")
    values = {name: fields[name] for name in columns} | {
        "person": entry.person,
        "answers": json.dumps(fields["answers"], sort_keys=True, ensure_ascii=False),
        "reason": fields["bodies"].get("reason"),
        "decided_at": entry.at,
    }
    writes = [*_moved(entry, fields), Write("decisions", {"seq": entry.seq}, values, is_new=True)]
    if fields["code"]:
        writes.append(Write("codes", {"hash": fields["code"]}, {"state": "used"}))
    for waiting in fields["outbox"]:
        key = {"digest": fields["digest"], "channel": waiting["channel"]}
        values = {
            "proposal_id": fields["proposal_id"],
            "idempotency_key": waiting["idempotency_key"],
            "state": "due",
            "slug": waiting["slug"],
            # The receipt's head is the approval itself, so that a repaired publication prints the same.
            "ledger_head": entry.hash,
            "receipt": None,
            "published_at": None,
        }
        writes.append(Write("outbox", key, values, is_new=True))
    return writes


def _published(entry: Entry, fields: Fields) -> list[Write]:
    key = {"digest": fields["digest"], "channel": fields["channel"]}
    done = {"state": "done", "receipt": fields["bodies"]["receipt"], "published_at": entry.at}
    return [*_moved(entry, fields), Write("outbox", key, done)]


def _stale(entry: Entry, fields: Fields) -> list[Write]:
    writes = _moved(entry, fields)
    for channel in fields["channels"]:
        writes.append(Write("outbox", {"digest": fields["digest"], "channel": channel}, {"state": "void"}))
    return writes


def _asked(entry: Entry, fields: Fields) -> list[Write]:
    del entry
    return [Write("proposals", {"id": fields["proposal_id"]}, {"attempts": fields["attempt"]})]


def _code_minted(entry: Entry, fields: Fields) -> list[Write]:
    columns = ("purpose", "proposal_id", "digest", "expires_at")
    values = {name: fields[name] for name in columns}
    values |= {"person": fields["for_person"], "minted_at": entry.at, "state": "minted"}
    return [Write("codes", {"hash": fields["hash"]}, values, is_new=True)]


def _code_burnt(entry: Entry, fields: Fields) -> list[Write]:
    del entry
    return [Write("codes", {"hash": fields["hash"]}, {"state": "burnt"})]


def _password_set(entry: Entry, fields: Fields) -> list[Write]:
    values = {"password": fields["bodies"]["password"], "set_at": entry.at, "set_by": entry.person}
    key = {"person": fields["for_person"]}
    writes = [Write("credentials", key, dict(values), is_new=fields["is_first"])]
    writes += [Write("sessions", {"hash": closed}, {"state": "closed"}) for closed in fields["sessions"]]
    if fields["code"]:
        writes.append(Write("codes", {"hash": fields["code"]}, {"state": "used"}))
    return writes


def _signed_in(entry: Entry, fields: Fields) -> list[Write]:
    values = {
        "person": entry.person,
        "opened_at": entry.at,
        "expires_at": fields["expires_at"],
        "state": "open",
    }
    return [Write("sessions", {"hash": fields["hash"]}, dict(values), is_new=True)]


def _signed_out(entry: Entry, fields: Fields) -> list[Write]:
    del entry
    return [Write("sessions", {"hash": fields["hash"]}, {"state": "closed"})]


def _refused(entry: Entry, fields: Fields) -> list[Write]:
    values: dict[str, object] = {"what": fields["what"], "person": entry.person, "at": entry.at}
    return [Write("refusals", {"seq": entry.seq}, values, is_new=True)]


def _nothing(entry: Entry, fields: Fields) -> list[Write]:
    del entry, fields
    return []


_WRITERS: dict[str, Callable[[Entry, Fields], list[Write]]] = {
    "proposed": _proposed,
    "checked": _moved,
    "revised": _revised,
    "decided": _decided,
    "expired": _moved,
    "superseded": _moved,
    "stale": _stale,
    "published": _published,
    "publish_failed": _moved,
    "asked": _asked,
    "code_minted": _code_minted,
    "code_burnt": _code_burnt,
    "password_set": _password_set,
    "signed_in": _signed_in,
    "signed_out": _signed_out,
    "refused": _refused,
    "body_redacted": _nothing,
    "noted": _nothing,
    "carried_out_said": _nothing,
    "judged": _nothing,
    "pilot_recorded": _nothing,
}


def writes_of(entry: Entry) -> list[Write]:
    """What an entry writes to the projection.

    Raises:
        KeyError: the kind or a field of it is unknown.
    """
    return _WRITERS[entry.kind](entry, entry.fields())


def fold(entries: Iterable[Entry]) -> Folded:
    """Replay entries, oldest first, into tables in memory; what cannot be replayed becomes a problem."""
    folded = Folded()
    for entry in entries:
        try:
            fields = entry.fields()
            for digest in fields.get("bodies", {}).values():
                folded.bodies.setdefault(digest, False)
            if entry.kind == "body_redacted":
                folded.bodies[fields["redacts"]] = True
            for write in writes_of(entry):
                _fold_write(folded, write, entry.seq)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            folded.problems.append(f"entry {entry.seq} ({entry.kind}) cannot be replayed: {error!r}")
    return folded


def _fold_write(folded: Folded, write: Write, seq: int) -> None:
    table = folded.rows.setdefault(write.table, {})
    key = tuple(write.key.values())
    if write.is_new == (key in table):
        expected = "not to be there" if write.is_new else "to be there"
        folded.problems.append(f"entry {seq} expects {write.table} row {key} {expected}")
    table[key] = {**table.get(key, {}), **write.key, **write.values}
