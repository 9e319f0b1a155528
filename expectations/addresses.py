"""E-mail addresses and raw keys of people in SQL: how they are recognised, and what is kept without them."""

from countersign.core.landed import LandedColumn
from countersign.core.warehouse import quote_name, quote_text

EMAIL = r"[\p{L}\p{N}._%+'-]+(@|%40)[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.\p{L}{2,}"
# What a phone number is written with; a pseudonym also has letters.
PHONE_ONLY = "[+0-9 ()./-]+"


def holds_email_sql(column: str) -> str:
    """Whether a text holds an e-mail address; the cheap half is asked first."""
    return (
        f"((contains({column}, '@') or contains({column}, '%40'))"
        f" and regexp_matches({column}, {quote_text(EMAIL)}))"
    )


def redacted_sql(column: LandedColumn, *, row: str) -> str:
    """A column of a row as quarantine keeps it, as text: without addresses of people."""
    value = f"{row}.{quote_name(column.name)}"
    if column.personal:
        return f"case when not {is_raw_key_sql(value, name=column.name)} then {value} end"
    if column.type == "varchar":
        return f"regexp_replace({value}, {quote_text(EMAIL)}, '[email]', 'g')"
    return f"cast({value} as varchar)"


def is_raw_key_sql(value: str, *, name: str) -> str:
    """Whether a key of a person is an address or a number that nothing made a pseudonym of."""
    raw = f"contains({value}, '@')"
    if name == "phone_key":
        raw = f"({raw} or regexp_full_match({value}, {quote_text(PHONE_ONLY)}))"
    return raw
