"""Rows of people who asked to be forgotten: they are counted, and nothing in them says who it was.

A row whose key is itself a pseudonym of the person (a session, a raw event) is not kept at all.
"""

from collections.abc import Collection

from countersign.core.landed import LandedColumn, LandedTable
from countersign.sources.personal.pseudonyms import chain_sql, hmac_sql

# Columns by which somebody is known again. Pseudonyms are their own keyed hash; ids get one.
KEYS = ("email_key", "phone_key", "visitor_key")
GONE = "[forgotten]"
SUPPRESSED = "su_"


def is_left_out(landed: LandedTable) -> bool:
    """Whether rows of such people are left out because their key cannot be emptied."""
    return any(column.personal and column.required for column in landed.columns)


def forgotten_sql(names: Collection[str], *, keys: int, prefix: str = "v_") -> str:
    """A condition: the row is about somebody whose hash stands in the temp table `forgotten`."""
    listed = "(select hash from forgotten)"
    tests = [f"coalesce({prefix}{name} in {listed}, false)" for name in KEYS if name in names]
    if "lead_id" in names:
        # An id that is an address was landed as its pseudonym.
        lead = f"{prefix}lead_id"
        hashed = chain_sql(SUPPRESSED, f"'lead:' || {lead}", keys=keys)
        tests.append(f"coalesce({lead} in {listed} or {hashed} in {listed}, false)")
    return f"({' or '.join(tests)})" if tests else "false"


def emptied_sql(column: LandedColumn, value: str) -> str:
    """A column's value, emptied where `_forgotten` says so; the source's own numbers stay, so that"
    " rows count."""
    if column.personal:
        return f"case when not _forgotten then {value} end"
    if column.free_text:
        gone = f"'{GONE}'" if column.required else "null"
        return f"case when _forgotten then {gone} else {value} end"
    if column.name == "lead_id":
        hashed = f"'gone_' || left({hmac_sql(value)}, 32)"
        return f"case when _forgotten and starts_with({value}, 'em_') then {hashed} else {value} end"
    return value
