"""Keyed pseudonyms of identifiers, in SQL for millions of rows and in Python for one."""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from contextlib import suppress

import duckdb
import idna
from phonenumbers import PhoneMetadata

from countersign.core.landed import LandedColumn
from countersign.core.warehouse import quote_text
from countersign.sources.personal.key_ring import KeyRing
from countersign.sources.personal.text_sql import EMAIL, email_masked_sql, may_hold_email_sql

PREFIXES = {
    "email_key": "em_", "phone_key": "ph_", "visitor_key": "vk_", "session_key": "sk_", "event_key": "ev_",
    "author_key": "au_",
}  # fmt: skip
# Any pseudonym, wherever it stands alone in a cell.
PSEUDONYM = "(em|ph|vk|sk|ev|au|gone)_[0-9a-f]{32}"
BLOCK_BYTES = 64
_DIGITS = 32


def install_key(
    connection: duckdb.DuckDBPyConnection,
    ring: KeyRing,
    *,
    phone_region: str | None = None,
    drop_plus: bool = False,
) -> None:
    """Give a connection the HMAC pads of the ring and the ways of writing an identity.

    The pads are variables, so that no key appears in any SQL text.
    """
    for name in ("inner", "outer"):
        pads = [pad_of(key, name) for key in ring.keys]
        connection.execute(f"set variable hmac_{name} = ?::blob[]", [pads])
    connection.execute("set variable hmac_keys = ?::integer", [len(ring.keys)])
    connection.execute("set variable drop_plus = ?::boolean", [drop_plus])
    code, trunk, lengths = dialling_of(phone_region)
    connection.execute("set variable phone_code = ?::varchar", [code])
    connection.execute("set variable phone_trunk = ?::varchar", [trunk])
    connection.execute("set variable phone_lengths = ?::bigint[]", [lengths])
    connection.create_function("normal_email", normal_email, ["VARCHAR"], "VARCHAR")


def pad_of(key: bytes, name: str) -> bytes:
    """The inner or outer pad of HMAC-SHA256 for a key (RFC 2104)."""
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK_BYTES else key).ljust(BLOCK_BYTES, b"\0")
    return bytes(byte ^ (0x36 if name == "inner" else 0x5C) for byte in block)


def dialling_of(region: str | None) -> tuple[str | None, str, list[int]]:
    """Calling code, trunk prefix and lengths of national numbers of a region such as DE."""
    metadata = PhoneMetadata.metadata_for_region(region, None) if region else None
    if metadata is None or metadata.general_desc is None:
        return None, "", []
    # Whoever writes 0 030 ... is rare; a longer trunk such as the 8 of Russia is one digit as well.
    trunk = metadata.national_prefix or ""
    return str(metadata.country_code), trunk, list(metadata.general_desc.possible_length)


def hmac_sql(text_sql: str, *, number: int = 1) -> str:
    """HMAC-SHA256 of a text under one key of the ring, 64 hex digits."""
    inner = f"unhex(sha256(getvariable('hmac_inner')[{number}] || encode({text_sql})))"
    return f"sha256(getvariable('hmac_outer')[{number}] || {inner})"


def chain_sql(prefix: str, text_sql: str, *, keys: int, after: int = 0) -> str:
    """A pseudonym under a ring of `keys` keys; from a pseudonym under the first `after` keys, if any."""
    made = text_sql
    for number in range(after + 1, keys + 1):
        made = f"{quote_text(prefix)} || left({hmac_sql(made, number=number)}, {_DIGITS})"
    return f"({made})"


def pseudonym_sql(column: LandedColumn, identity: str, *, keys: int = 1) -> str:
    """The pseudonym of an identifier that `identity_sql` has spelt."""
    return chain_sql(PREFIXES[column.name], identity, keys=keys)


def pseudonym_of(ring: KeyRing, prefix: str, identity: str, *, after: int = 0) -> str:
    """What `chain_sql` gives, for one identity."""
    made = identity
    for key in ring.keys[after:]:
        made = prefix + hmac.new(key, made.encode(), hashlib.sha256).hexdigest()[:_DIGITS]
    return made


def identity_sql(column: LandedColumn, text_sql: str) -> str:
    """One spelling for every way of writing an identifier; null when it is unusable.

    E-mails become lower-case NFKC with an ASCII domain (unusable without @); phones become E.164 where
    the country is written or the company's default region is known, else their digits (unusable under 7
    or over 17); ids stay.
    """
    if column.name == "email_key":
        return _email_sql(text_sql)
    return _phone_sql(text_sql) if column.name == "phone_key" else text_sql


def _email_sql(text: str) -> str:
    # Python sees only what is not plain: other alphabets, and the display form `Anna <anna@x.org>`.
    plain = f"strlen({text}) = length({text}) and not regexp_matches({text}, '[<>: ]')"
    spelt = f"case when {plain} then lower({text}) else normal_email({text}) end"
    short = f"regexp_replace({spelt}, '[+][^@]*@', '@')"
    return (
        f"case when not contains({text}, '@') then null"
        f" when getvariable('drop_plus') then {short} else {spelt} end"
    )


def _phone_sql(text: str) -> str:
    bare = f"regexp_replace(replace({text}, '(0)', ''), '[^0-9+]', '', 'g')"
    dialled = f"regexp_replace(regexp_replace({bare}, '^00', '+'), '([0-9])[+]+', '\\1', 'g')"
    code, trunk = "getvariable('phone_code')", "getvariable('phone_trunk')"
    fits = "list_contains(getvariable('phone_lengths'), {})"
    return (
        f"case when not regexp_full_match({dialled}, '[+]?[0-9]{{7,17}}') then null"
        f" when {code} is null or starts_with({dialled}, '+') then {dialled}"
        f" when {trunk} <> '' and starts_with({dialled}, {trunk})"
        f" and {fits.format(f'length({dialled}) - length({trunk})')}"
        f" then '+' || {code} || substr({dialled}, length({trunk}) + 1)"
        f" when {fits.format(f'length({dialled})')} then '+' || {code} || {dialled}"
        f" when starts_with({dialled}, {code}) and {fits.format(f'length({dialled}) - length({code})')}"
        f" then '+' || {dialled} else {dialled} end"
    )


def normal_email(text: str) -> str | None:
    """An address in one spelling; None when there is none in the text.

    >>> normal_email("Änne <ÄNNE@Bücher.Example>")
    'änne@xn--bcher-kva.example'
    """
    found = unicodedata.normalize("NFKC", text).strip()
    if "<" in found and ">" in found:
        found = found.rpartition("<")[2].partition(">")[0]
    found = found.strip().removeprefix("mailto:").removeprefix("MAILTO:").strip().lower()
    local, at, domain = found.rpartition("@")
    if not at:
        return None
    if not domain.isascii():
        with suppress(idna.IDNAError):
            domain = idna.encode(domain, uts46=True).decode()
    return f"{local}@{domain}"


def id_sql(text_sql: str, *, keys: int = 1) -> str:
    """An id as it is, unless it is an e-mail address: then its pseudonym, as in email_key."""
    hashed = chain_sql("em_", _email_sql(text_sql), keys=keys)
    return (
        f"case when not {may_hold_email_sql(text_sql)} then {text_sql}"
        f" when regexp_full_match({text_sql}, {quote_text(EMAIL)}) then {hashed}"
        f" else {email_masked_sql(text_sql)} end"
    )


def identities_of(
    connection: duckdb.DuckDBPyConnection, column: LandedColumn, texts: Iterable[str]
) -> list[str]:
    """`identity_sql` for a few texts; those that are unusable are left out."""
    found = []
    for text in texts:
        row = connection.execute(
            f"select {identity_sql(column, 't')} from (select ? as t)", [text]
        ).fetchone()
        if row and row[0]:
            found.append(str(row[0]))
    return found
