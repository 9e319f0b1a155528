"""Who a contact is, as far as our rows say: the ids, pseudonyms, addresses and names that are"
" theirs alone."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from countersign.core.errors import SettingsError
from countersign.core.landed import landed_table
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Workspace
from countersign.sources.personal.protection import Protection, suppression_of
from countersign.sources.personal.pseudonyms import PREFIXES, identities_of, pseudonym_of
from countersign.sources.personal.restricted_store import RestrictedStore

_PHONE = re.compile(r"[+(0-9][0-9 ()./-]{5,24}")
_LEADS = ("lead_id", "email_key", "phone_key", "visitor_key")


@dataclass(frozen=True)
class Person:
    """One person. `values` are the raw addresses and numbers, `shared` what they share with other people."""

    lead_ids: tuple[str, ...] = ()
    pseudonyms: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def full_names(self) -> tuple[str, ...]:
        """Names of at least two words; a first name alone is many people's."""
        return tuple(name for name in self.names if len(name.split()) > 1)

    def joined(self, other: "Person") -> "Person":
        """What is known of both: work that was stopped knew more than can be found now."""
        ours, theirs = asdict(self), asdict(other)
        return Person(**{name: tuple(sorted({*ours[name], *theirs[name]})) for name in ours})

    def hashes(self, protection: Protection) -> list[tuple[str, str]]:
        """The keyed hashes by which the person is known again, with their kind."""
        kinds = {prefix: name.removesuffix("_key") for name, prefix in PREFIXES.items()}
        ring = protection.ring
        found = [(key, kinds[key[:3]]) for key in self.pseudonyms]
        found += [(suppression_of(ring, "lead", lead), "lead") for lead in self.lead_ids]
        found += [(suppression_of(ring, "name", name.casefold()), "name") for name in self.full_names]
        return found

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values; belongs in the restricted store only."""
        return asdict(self)


def find_person(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    protection: Protection,
    store: RestrictedStore,
    contact: str,
    *,
    is_known: bool = False,
) -> Person:
    """Who a contact is.

    Args:
        connection: the open warehouse, with the protection installed.
        workspace: where landed files are.
        protection: keys and spelling.
        store: the restricted store.
        contact: an e-mail address, a phone number, or the id of a lead.
        is_known: work on this contact was begun before, so that little may be left to find.

    Raises:
        SettingsError: nobody is known by that id, or a number belongs to several people.
    """
    contact = contact.strip()
    _collect_leads(connection, workspace)
    value, own = _own_key(connection, protection, contact)
    lead_ids = _leads(connection, [own] if own else [], ids=[] if own else [contact])
    if own and own.startswith("ph_"):
        _refuse_shared(connection, own)
    if not own and not lead_ids and not is_known:
        raise SettingsError(
            "No lead has this id, and it is no e-mail address or phone number.",
            found=f"{len(contact)} characters, not shown",
            fix="give the e-mail address, the phone number with its country code, or the lead's id",
        )
    emails = [key for key in _keys(connection, lead_ids, ("email_key",)) if not _is_shared_address(key, own)]
    lead_ids = sorted({*lead_ids, *_leads(connection, emails, ids=[])})
    found = {*emails, *_keys(connection, lead_ids, ("phone_key", "visitor_key")), *([own] if own else [])}
    shared = {key for key in found if key != own and key[:3] != "em_" and _others(connection, key, lead_ids)}
    keys = sorted(found - shared)
    kept = store.raw_values_of(keys)
    return Person(
        lead_ids=tuple(lead_ids),
        pseudonyms=tuple(keys),
        shared=tuple(sorted(shared)),
        values=tuple(sorted({*([value] if value else []), *(row["value"] for row in kept)})),
        names=tuple(store.names_of([*keys, *lead_ids])),
        sources=tuple(sorted({*(row["source"] for row in kept), *_sources(connection, lead_ids)})),
    )


def landed_files(workspace: Workspace, table: str) -> list[Path]:
    """Every landed file of a table, whatever its source."""
    return sorted(workspace.landing.glob(f"*/{table}/*/rows.parquet"))


def has_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """Whether the warehouse has a table."""
    sql = "select 1 from information_schema.tables where table_schema = ? and table_name = ?"
    return connection.execute(sql, [schema, table]).fetchone() is not None


def _own_key(
    connection: duckdb.DuckDBPyConnection, protection: Protection, contact: str
) -> tuple[str | None, str | None]:
    """The contact's spelling and pseudonym, when it is an address or a number and no lead's id."""
    is_id = connection.execute("select 1 from person_leads where lead_id = ?", [contact]).fetchone()
    if "@" not in contact and (is_id or not _PHONE.fullmatch(contact)):
        return None, None
    name = "email_key" if "@" in contact else "phone_key"
    found = identities_of(connection, landed_table("crm_leads").column(name), [contact])
    if not found:
        return None, None
    return found[0], pseudonym_of(protection.ring, PREFIXES[name], found[0])


def _collect_leads(connection: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    columns = ", ".join((*_LEADS, "_source"))
    parts = []
    files = ", ".join(quote_text(str(path)) for path in landed_files(workspace, "crm_leads"))
    if files:
        parts.append(f"select {columns} from read_parquet([{files}], union_by_name = true)")
    if has_table(connection, "raw", "crm_leads"):
        parts.append(f"select {columns} from raw.crm_leads")
    nobody = ", ".join(f"null::varchar as {name}" for name in (*_LEADS, "_source"))
    whole = " union all ".join((*parts, f"select {nobody} where false"))
    connection.execute(f"create or replace temp table person_leads as select distinct * from ({whole})")


def _leads(connection: duckdb.DuckDBPyConnection, keys: Sequence[str], *, ids: Sequence[str]) -> list[str]:
    rows = connection.execute(
        "select distinct lead_id from person_leads where lead_id is not null and (lead_id in (select"
        " unnest(?::varchar[]))"
        " or email_key in (select unnest(?::varchar[])) or phone_key in (select unnest(?::varchar[])))",
        [[*ids, *keys], list(keys), list(keys)],
    ).fetchall()
    return [str(row[0]) for row in rows]


def _keys(
    connection: duckdb.DuckDBPyConnection, lead_ids: Sequence[str], columns: Iterable[str]
) -> list[str]:
    found: set[str] = set()
    for column in columns:
        rows = connection.execute(
            f"select distinct {column} from person_leads where {column} is not null"
            " and lead_id in (select unnest(?::varchar[]))",
            [list(lead_ids)],
        ).fetchall()
        found.update(str(row[0]) for row in rows)
    return sorted(found)


def _is_shared_address(key: str, own: str | None) -> bool:
    """Asked to forget an address, only that address leads further: two people may share a lead by mistake."""
    return own is not None and own.startswith("em_") and key != own


def _others(connection: duckdb.DuckDBPyConnection, key: str, lead_ids: Sequence[str]) -> bool:
    row = connection.execute(
        "select 1 from person_leads where ? in (phone_key, visitor_key)"
        " and lead_id not in (select unnest(?::varchar[])) limit 1",
        [key, list(lead_ids)],
    ).fetchone()
    return row is not None


def _refuse_shared(connection: duckdb.DuckDBPyConnection, key: str) -> None:
    row = connection.execute(
        "select count(distinct coalesce(email_key, lead_id)) from person_leads where phone_key = ?", [key]
    ).fetchone()
    if row and row[0] > 1:
        raise SettingsError(
            "Several people have this phone number.",
            found=f"{row[0]} people",
            fix="give the e-mail address or the lead's id of the one who asked",
        )


def _sources(connection: duckdb.DuckDBPyConnection, lead_ids: Sequence[str]) -> set[str]:
    rows = connection.execute(
        "select distinct _source from person_leads where lead_id in (select unnest(?::varchar[]))",
        [list(lead_ids)],
    ).fetchall()
    return {str(row[0]) for row in rows}
