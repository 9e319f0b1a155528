"""Personal data at landing: keyed pseudonyms for identifiers, masks for what hides in other text."""

import os
import secrets
from pathlib import Path

import duckdb
from pydantic import SecretStr

from countersign.core.errors import SettingsError
from countersign.core.hashing import sha256_hex
from countersign.core.landed import LandedColumn
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Workspace

PREFIXES = {
    "email_key": "em_", "phone_key": "ph_", "visitor_key": "vk_", "session_key": "sk_", "event_key": "ev_",
    "author_key": "au_",
}  # fmt: skip
BLOCK_BYTES = 64
MIN_KEY_LENGTH = 16

EMAIL = r"[A-Za-z0-9._%+'-]+(@|%40)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
# A number is a phone when it says so: +49 ..., 0049 ..., (030) 123 4567, 555-123-4567. Bare runs of
# digits are left alone, because ids look the same.
PHONE = (
    r"(\+|\b00[1-9])[0-9][0-9 ()./-]{6,17}[0-9]"
    r"|\(0?[0-9]{2,4}\)[ ./-]?[0-9]{3,4}[ ./-]?[0-9]{3,5}"
    r"|\b[0-9]{3}(-[0-9]{3}-| [0-9]{3} |\.[0-9]{3}\.)[0-9]{4}\b"
)


def read_key(workspace: Workspace, given: SecretStr | None) -> bytes:
    """The key of the pseudonyms: the given one, or a random one kept in state/restricted/.

    Raises:
        SettingsError: the key is too short to protect anything.
    """
    if given is not None:
        key = given.get_secret_value().encode()
        where = "COUNTERSIGN_PSEUDONYM_KEY"
    else:
        path = workspace.restricted / "pseudonym.key"
        if not path.is_file():
            _write_key(path)
        key = path.read_bytes().strip()
        where = "state/restricted/pseudonym.key"
    if len(key) < MIN_KEY_LENGTH:
        raise SettingsError(
            "The pseudonym key is too short.",
            found=f"{where}: {len(key)} bytes",
            fix=f"use at least {MIN_KEY_LENGTH} random characters, kept safe: links break with another",
        )
    return key


def key_fingerprint(key: bytes) -> str:
    """Tells one key from another without telling anything of it."""
    return sha256_hex(b"countersign pseudonym key fingerprint\0" + key)[:16]


def install_key(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give a connection the two HMAC pads as variables, so that the key appears in no SQL text."""
    block = (bytes.fromhex(sha256_hex(key)) if len(key) > BLOCK_BYTES else key).ljust(BLOCK_BYTES, b"\0")
    connection.execute("set variable hmac_inner = ?::blob", [bytes(byte ^ 0x36 for byte in block)])
    connection.execute("set variable hmac_outer = ?::blob", [bytes(byte ^ 0x5C for byte in block)])


def hmac_sql(text_sql: str) -> str:
    """HMAC-SHA256 of a text under the installed key, 64 hex digits (RFC 2104, written out)."""
    inner = f"unhex(sha256(getvariable('hmac_inner') || encode({text_sql})))"
    return f"sha256(getvariable('hmac_outer') || {inner})"


def identity_sql(column: LandedColumn, text_sql: str) -> str:
    """One spelling for every way of writing an identifier; null when it is unusable.

    E-mails are lower-cased (unusable without @), phones become digits with a leading + where they
    had + or 00 (unusable under 7 or over 17 digits), ids stay.
    """
    if column.name == "email_key":
        return f"case when contains({text_sql}, '@') then lower({text_sql}) end"
    if column.name != "phone_key":
        return text_sql
    digits = f"regexp_replace(replace({text_sql}, '(0)', ''), '[^0-9+]', '', 'g')"
    dialled = f"regexp_replace(regexp_replace({digits}, '^00', '+'), '([0-9])[+]+', '\\1', 'g')"
    return f"case when regexp_full_match({dialled}, '[+]?[0-9]{{7,17}}') then {dialled} end"


def pseudonym_sql(column: LandedColumn, identity: str) -> str:
    """The pseudonym of an identifier that `identity_sql` has spelt."""
    return f"{quote_text(PREFIXES[column.name])} || left({hmac_sql(identity)}, 32)"


def id_sql(text_sql: str) -> str:
    """An id as it is, unless it is an e-mail address: then its pseudonym, as in email_key."""
    hashed = f"'em_' || left({hmac_sql(f'lower({text_sql})')}, 32)"
    return (
        f"case when not {_may_hold_email(text_sql)} then {text_sql}"
        f" when regexp_full_match({text_sql}, {quote_text(EMAIL)}) then {hashed}"
        f" else {_email_masked(text_sql)} end"
    )


def masked_sql(text_sql: str) -> str:
    """A text with e-mail addresses and phone numbers replaced by [email] and [phone]."""
    without_email = (
        f"case when {_may_hold_email(text_sql)} then {_email_masked(text_sql)} else {text_sql} end"
    )
    return f"regexp_replace({without_email}, {quote_text(PHONE)}, '[phone]', 'g')"


def path_sql(text_sql: str) -> str:
    """A page's path: no scheme, host, query string, fragment or path parameters; not yet masked.

    An empty text stays empty: it says that no page was asked for.
    """
    path = "^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#;&]*)"
    found = f"regexp_extract({text_sql}, {quote_text(path)}, 1)"
    return (
        f"case when {text_sql} = '' then '' when {text_sql} is not null"
        f" then coalesce(nullif({found}, ''), '/') end"
    )


def masked(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """`masked_sql` for one text, such as a file name."""
    row = connection.execute(f"select {masked_sql('t')} from (select ? as t)", [text]).fetchone()
    return str(row[0]) if row else ""


def _may_hold_email(text: str) -> str:
    return f"(contains({text}, '@') or contains({text}, '%40'))"


def _email_masked(text: str) -> str:
    return f"regexp_replace({text}, {quote_text(EMAIL)}, '[email]', 'g')"


def _write_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        # link, not rename: of two processes that start together, one key wins and both use it.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
