"""Masks in SQL for the short texts of every table: e-mail addresses, phone numbers, and pages.

What people wrote (free text) goes through `masking.Masker` instead, which also knows names and accounts.
"""

import duckdb

from countersign.core.warehouse import quote_text

EMAIL = r"[\p{L}\p{N}._%+'-]+(@|%40)[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.\p{L}{2,}"
# A number is a phone when it says so: +49 ..., 0049 ..., (030) 123 4567, 555-123-4567. Bare runs of
# digits are left alone, because ids look the same.
PHONE = (
    r"(\+|\b00[1-9])[0-9][0-9 ()./-]{6,17}[0-9]"
    r"|\(0?[0-9]{2,4}\)[ ./-]?[0-9]{3,4}[ ./-]?[0-9]{3,5}"
    r"|\b[0-9]{3}(-[0-9]{3}-| [0-9]{3} |\.[0-9]{3}\.)[0-9]{4}\b"
)


def masked_sql(text_sql: str) -> str:
    """A text with e-mail addresses and phone numbers replaced by [email] and [phone]."""
    without_email = (
        f"case when {may_hold_email_sql(text_sql)} then {email_masked_sql(text_sql)} else {text_sql} end"
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


def may_hold_email_sql(text: str) -> str:
    """A cheap condition that every text with an address meets."""
    return f"(contains({text}, '@') or contains({text}, '%40'))"


def email_masked_sql(text: str) -> str:
    """A text with its addresses replaced by [email]."""
    return f"regexp_replace({text}, {quote_text(EMAIL)}, '[email]', 'g')"
