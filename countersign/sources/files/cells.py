"""From text to typed cells: SQL that reads dates, numbers, amounts and flags, and says what it could not."""

from collections.abc import Sequence
from dataclasses import dataclass

from countersign.core.landed import LandedColumn
from countersign.core.warehouse import quote_text
from countersign.sources.files.mapping import ColumnMapping, Constant
from countersign.sources.personal.masking import free_text_sql
from countersign.sources.personal.pseudonyms import id_sql, identity_sql, pseudonym_sql
from countersign.sources.personal.text_sql import PHONE, masked_sql, path_sql

# Wide enough for micros of very large accounts; every amount ends as decimal(18,6).
WIDE = "decimal(28,6)"
NAIVE = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?)?"
OFFSET = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T][0-9:.]+ ?([Zz]|UTC|[+-][0-9]{2}(:?[0-9]{2})?)"
YES = ("true", "yes", "y", "t", "1")
NO = ("false", "no", "n", "f", "0")
SPACES = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(65279)"
PAGES = ("landing_page", "page")
CURRENCIES = ("currency", "base_currency")
# Ids by another name; as text, one such as 001000000000003377 would be masked as a phone number.
IDS = ("merged_into",)
_SHOWN = 60
_SPACE = r"[ \t\n\r\x{a0}\x{feff}]"
_EDGE = rf"(^|\x1f){_SPACE}|{_SPACE}(\x1f|$)"


@dataclass(frozen=True)
class Cell:
    """SQL for one canonical column: its value, and what is said when the text gives none."""

    value: str
    complaint: str


def trimmed_sql(column: str) -> str:
    """A raw cell without surrounding white space."""
    return f"trim({column}, {SPACES})"


def are_clean_sql(columns: Sequence[str]) -> str:
    """Whether no raw cell of a row begins or ends with white space: then trimming would change nothing."""
    if not columns:
        return "true"
    # One look at the whole row; a unit separator stands between cells.
    return f"not regexp_matches(concat_ws(chr(31), {', '.join(columns)}), {quote_text(_EDGE)})"


def are_harmless_sql(columns: Sequence[str]) -> str:
    """Whether no raw cell of a row holds anything that looks like an address or a phone number."""
    if not columns:
        return "true"
    harm = f"@|%40|{PHONE}"
    return f"not regexp_matches(concat_ws(chr(31), {', '.join(columns)}), {quote_text(harm)})"


def may_need_mask(column: LandedColumn) -> bool:
    """Whether a column is text whose addresses and phone numbers are masked, and nothing more."""
    if column.type != "varchar" or column.personal or column.free_text:
        return False
    return column.name not in CURRENCIES and not column.name.endswith("time_zone")


def present_sql(text: str, missing: Sequence[str]) -> str:
    """A trimmed cell; null when empty or one of the missing tokens. `text` should be a column name."""
    tokens = ", ".join(quote_text(token.strip()) for token in ("", *missing))
    return f"case when {text} not in ({tokens}) then {text} end"


def normal_sql(column: LandedColumn, text: str) -> str:
    """A translated cell in the form that its pseudonym or its mask is made of; others as they are."""
    if column.personal:
        return identity_sql(column, text)
    return path_sql(text) if column.name in PAGES else text


def translated_sql(text: str, mapping: ColumnMapping) -> str:
    """A cell after `values`, `otherwise` and `default`."""
    translated = text
    if mapping.values is not None:
        cases = "".join(
            f" when {quote_text(theirs)} then {_constant(ours)}" for theirs, ours in mapping.values.items()
        )
        rest = text if mapping.otherwise == "keep" else "null"
        translated = f"case {text}{cases} else {rest} end" if cases else rest
    if mapping.default is None:
        return translated
    # Not coalesce: a value that `values` refuses must stay null and be said, not become the default.
    return f"case when {text} is null then {_constant(mapping.default)} else {translated} end"


def refusal_sql(text: str, mapping: ColumnMapping) -> str | None:
    """A condition: the cell is not listed in `values` and the mapping refuses such cells."""
    if mapping.values is None or mapping.otherwise != "refuse":
        return None
    listed = ", ".join(quote_text(theirs) for theirs in mapping.values) or "''"
    return f"{text} not in ({listed})"


def constant_sql(value: Constant) -> str:
    """A constant as text; '' stays '', because an unknown account is written so."""
    return _constant(value)


def cell_of(
    column: LandedColumn, mapping: ColumnMapping, *, text: str, zone: str | None, keys: int = 1
) -> Cell:
    """How the text of a cell becomes the column's type.

    Args:
        column: the canonical column.
        mapping: its formats, separators and scale.
        text: SQL name of the trimmed and translated text.
        zone: IANA zone of times without an offset.
        keys: how many keys the pseudonyms are under.
    """
    if column.personal:
        return Cell(pseudonym_sql(column, text, keys=keys), "")
    if column.type == "date":
        return _date(mapping, text)
    if column.type == "timestamp":
        return _instant(mapping, text, zone or "UTC")
    if column.type == "bigint":
        return Cell(_count(mapping, text), "is not a whole number")
    if column.type.startswith("decimal"):
        number = number_sql(text, mapping)
        if number_is_plain(mapping):
            # The same reading without the wide decimal, which is ten times slower.
            number = _plain_number(text, mapping)
        return Cell(f"try_cast({number} as {column.type})", "is not a number")
    if column.type == "boolean":
        return Cell(_flag(text), "is not yes or no")
    return _words(column, text, keys=keys)


def complaint_sql(column: str, text: str, what: str) -> str:
    """The sentence for `_bad`, with the value masked and cut."""
    shown = f"left({free_text_sql(text)}, {_SHOWN})"
    return f"{quote_text(f'{column}: ')} || chr(39) || {shown} || chr(39) || {quote_text(f' {what}')}"


def number_is_plain(mapping: ColumnMapping) -> bool:
    """Whether a number is read as written, with no scale and no currency signs."""
    return mapping.number == "plain" and not mapping.divide_by and not mapping.multiply_by


def _count(mapping: ColumnMapping, text: str) -> str:
    number = number_sql(text, mapping)
    whole = f"case when {number} = trunc({number}) then try_cast({number} as bigint) end"
    if not number_is_plain(mapping):
        return whole
    return (
        f"case when regexp_full_match({text}, '[+-]?[0-9]{{1,18}}') then try_cast({text} as bigint)"
        f" else {whole} end"
    )


def number_sql(text: str, mapping: ColumnMapping) -> str:
    """A number as a wide decimal, exactly scaled; null when the text is not one."""
    number = f"try_cast({_plain_number(text, mapping)} as {WIDE})"
    if mapping.number == "amount":
        number = _amount(text, mapping)
    if mapping.divide_by:
        factor = f"0.{'0' * (len(str(mapping.divide_by)) - 2)}1"
        number = f"{number} * cast({factor} as decimal(10,9))"
    if mapping.multiply_by:
        number = f"try_cast({number} as {WIDE}) * cast({mapping.multiply_by} as decimal(10,0))"
    return f"({number})"


def day_sql(text: str, formats: Sequence[str]) -> str:
    """A day as written, without moving it between zones."""
    if not formats:
        # Only what looks like ISO: DuckDB's own cast would also take 'epoch' and trailing words.
        day = f"split_part(replace({text}, 'T', ' '), ' ', 1)"
        shape = quote_text(f"{NAIVE}|{OFFSET}")
        # Nearly every day is written as DuckDB writes it, which is told faster than by its shape.
        plain = f"try_cast({text} as date)"
        return (
            f"case when strlen({text}) = 10 and cast({plain} as varchar) = {text} then {plain}"
            f" when regexp_full_match({text}, {shape}) then try_cast({day} as date) end"
        )
    if formats[0] in ("epoch_s", "epoch_ms"):
        return f"cast({_epoch(text, formats[0])} as date)"
    return f"cast(try_strptime({text}, {_formats(formats)}) as date)"


def _date(mapping: ColumnMapping, text: str) -> Cell:
    said = f" in format {' or '.join(mapping.format)}" if mapping.format else ""
    return Cell(day_sql(text, mapping.format), f"is not a date{said}")


def _instant(mapping: ColumnMapping, text: str, zone: str) -> Cell:
    said = f" in format {' or '.join(mapping.format)}" if mapping.format else ""
    complaint = f"is not a time{said}"
    if not mapping.format:
        naive = (
            f"case when regexp_full_match({text}, {quote_text(NAIVE)}) then try_cast({text} as timestamp) end"
        )
        exact = (
            f"case when regexp_full_match({text}, {quote_text(OFFSET)})"
            f" then timezone('UTC', try_cast({text} as timestamptz)) end"
        )
        return Cell(f"coalesce({utc_sql(naive, zone)}, {exact})", complaint)
    if mapping.format[0] in ("epoch_s", "epoch_ms"):
        return Cell(_epoch(text, mapping.format[0]), complaint)
    readings = []
    for one in mapping.format:
        read = f"try_strptime({text}, {quote_text(one)})"
        has_offset = "%z" in one.lower()
        readings.append(f"timezone('UTC', {read})" if has_offset else utc_sql(read, zone))
    return Cell(f"coalesce({', '.join(readings)})", complaint)


def utc_sql(naive: str, zone: str) -> str:
    """A local time in UTC. A skipped time moves forward; one that occurs twice is its first."""
    if zone == "UTC":
        return naive
    place = quote_text(zone)
    # DuckDB takes the later of two; an hour (or, on Lord Howe, half an hour) earlier is the first.
    # Only where the offset changed in the hour before can there be two.
    return (
        f"list_transform([{naive}], lambda n: list_transform([timezone({place}, n)], lambda t: "
        f"timezone('UTC', case when timezone({place}, t - interval 1 hour) = n - interval 1 hour then t "
        f"when timezone({place}, t - interval 1 hour) = n then t - interval 1 hour "
        f"when timezone({place}, t - interval 30 minutes) = n then t - interval 30 minutes "
        "else t end))[1])[1]"
    )


def _epoch(text: str, unit: str) -> str:
    scale = 1_000_000 if unit == "epoch_s" else 1_000
    return f"make_timestamp(try_cast(try_cast({text} as decimal(20,6)) * {scale} as bigint))"


def _formats(formats: Sequence[str]) -> str:
    return f"[{', '.join(quote_text(one) for one in formats)}]"


def _separators(mapping: ColumnMapping) -> tuple[str, str | None]:
    decimal = mapping.decimal or ("," if mapping.thousands == "." else ".")
    if mapping.thousands or mapping.number == "plain":
        return decimal, mapping.thousands
    return decimal, "," if decimal == "." else "."


def _plain_number(text: str, mapping: ColumnMapping) -> str:
    decimal, thousands = _separators(mapping)
    if decimal == "." and thousands is None:
        # DuckDB would read 1_000 as a thousand.
        return f"case when not contains({text}, '_') then {text} end"
    return _grouped(text, decimal=decimal, thousands=thousands)


def _grouped(text: str, *, decimal: str, thousands: str | None) -> str:
    groups = f"[0-9]{{1,3}}([{thousands}][0-9]{{3}})+|[0-9]+" if thousands else "[0-9]+"
    pattern = f"[+-]?(({groups})([{decimal}][0-9]*)?|[{decimal}][0-9]+)"
    bare = f"replace({text}, {quote_text(thousands)}, '')" if thousands else text
    return (
        f"case when regexp_full_match({text}, {quote_text(pattern)})"
        f" then replace({bare}, {quote_text(decimal)}, '.') end"
    )


def _amount(text: str, mapping: ColumnMapping) -> str:
    decimal, thousands = _separators(mapping)
    sign = "[$€£¥]|[A-Z]{3}|[A-Z]{1,2}[$]"
    shape = (
        rf"([-+]?)\(?\s*({sign})?\s*([-+]?)\s*([0-9{decimal}{thousands}]+)\s*(k|m|b|bn|mn|K|M|B|Bn|Mn|BN|MN)?"
        rf"\s*({sign})?\s*\)?"
    )
    digits = f"regexp_extract({text}, {quote_text(shape)}, 4)"
    unit = f"left(lower(regexp_extract({text}, {quote_text(shape)}, 5)), 1)"
    plain = f"try_cast({_grouped(digits, decimal=decimal, thousands=thousands)} as decimal(28,9))"
    factor = f"case {unit} when 'k' then 1000 when 'm' then 1000000 when 'b' then 1000000000 else 1 end"
    is_negative = f"contains({text}, '-') or starts_with({text}, '(')"
    size = f"try_cast({plain} * cast({factor} as decimal(10,0)) as {WIDE})"
    return (
        f"case when regexp_full_match({text}, {quote_text(shape)})"
        f" and starts_with({text}, '(') = ends_with({text}, ')') and ({digits}) <> ''"
        f" then case when {is_negative} then -{size} else {size} end end"
    )


def _flag(text: str) -> str:
    def listed(words: Sequence[str]) -> str:
        return ", ".join(quote_text(word) for word in words)

    word = f"lower({text})"
    return f"case when {word} in ({listed(YES)}) then true when {word} in ({listed(NO)}) then false end"


def _words(column: LandedColumn, text: str, *, keys: int) -> Cell:
    if column.name in CURRENCIES:
        code = f"upper({text})"
        return Cell(
            f"case when regexp_full_match({code}, '[A-Z]{{3}}') then {code} end", "is not an ISO code"
        )
    if column.name in PAGES:
        return Cell(masked_sql(text), "is not a page")
    if column.name.endswith("_id") or column.name in IDS:
        return Cell(id_sql(text, keys=keys), "is not an id")
    if column.name.endswith("time_zone"):
        return Cell(text, "is not a zone")
    masked = free_text_sql(text) if column.free_text else masked_sql(text)
    return Cell(masked, "is not a text")


def _constant(value: Constant | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "'true'" if value else "'false'"
    return quote_text(str(value))
