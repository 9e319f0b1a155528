"""Rows of people who asked to be forgotten: they are counted, and nothing in them says who it was.

A row whose key is itself a pseudonym of the person (a session, a raw event) is not landed at all.
"""

from collections.abc import Collection

from countersign.core.landed import LandedColumn, LandedTable
from countersign.sources.personal.pseudonyms import chain_sql, identity_sql

# Columns by which somebody is known again, and the kind under which their hash is kept.
KNOWN_BY = {"email_key": "email", "phone_key": "phone", "visitor_key": "visitor", "lead_id": "lead"}
GONE = "[forgotten]"
_EMAIL = LandedColumn("email_key", "varchar", "An address.", personal=True)


def is_left_out(landed: LandedTable) -> bool:
    """Whether rows of such people are left out because their key cannot be emptied."""
    return any(column.personal and column.required for column in landed.columns)


def forgotten_sql(names: Collection[str], *, keys: int) -> str:
    """A condition on `r_` columns: the row is about somebody who was forgotten."""
    tests = [
        f"coalesce({_hash_sql(name, keys=keys)} in (select hash from forgotten), false)"
        for name in KNOWN_BY
        if name in names
    ]
    return f"({' or '.join(tests)})" if tests else "false"


def emptied_sql(column: LandedColumn, value: str, *, keys: int) -> str:
    """A `v_` column, emptied where `_forgotten` says so."""
    if column.personal:
        return f"case when not _forgotten then {value} end"
    if column.free_text:
        gone = f"'{GONE}'" if column.required else "null"
        return f"case when _forgotten then {gone} else {value} end"
    if column.name == "lead_id":
        # An id that is an address; any other id is the source's own number and keeps the row countable.
        hashed = _hash_sql("lead_id", keys=keys)
        is_address = "contains(r_lead_id, '@')"
        return f"case when _forgotten and {is_address} then 'gone_' || substr({hashed}, 4) else {value} end"
    return value


def _hash_sql(name: str, *, keys: int) -> str:
    text = f"r_{name}"
    known = f"'{KNOWN_BY[name]}:' || {text}"
    if name == "lead_id":
        address = identity_sql(_EMAIL, text)
        known = f"case when contains({text}, '@') then 'email:' || {address} else {known} end"
    return chain_sql("su_", known, keys=keys)
