"""How a figure is written: by unit, by size, with a real minus sign, the same everywhere."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from countersign.core.contracts import Agreed, Fact
from countersign.core.errors import AgentError

Style = Literal["value", "change", "size", "short"]

MINUS = "\u2212"
NOT_KNOWN = "not known"

_SYMBOLS = {
    "AUD": "A$", "BRL": "R$", "CAD": "CA$", "CNY": "CN¥", "EUR": "€", "GBP": "£", "HKD": "HK$", "ILS": "₪",
    "INR": "₹", "JPY": "¥", "KRW": "₩", "MXN": "MX$", "NGN": "₦", "NZD": "NZ$", "PHP": "₱", "SGD": "S$",
    "TRY": "₺", "UAH": "₴", "USD": "$", "VND": "₫",
}  # fmt: skip
_WITHOUT_CENTS = frozenset({"CLP", "JPY", "KRW", "VND"})
_SHORT_FORMS = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 3, "k"))
_SHORT_FROM = Decimal(10_000)

# Functions that make a count which nobody counted, and those that bound one.
_ESTIMATING = ("product", "ratio", "difference")
_BOUNDS = ("expected_low", "expected_high")


class DraftError(AgentError):
    """A draft that cannot be rendered: a token, an alias or a figure that leads to no evidence."""


def is_difference(fact: Fact) -> bool:
    """Whether a fact is a difference of two levels; a difference of rates is in percentage points."""
    function = getattr(fact.definition, "function", "")
    return fact.metric.endswith("_difference") or function == "difference"


def is_change_rate(fact: Fact) -> bool:
    """Whether a fact is a relative change, which is always written with its sign."""
    function = getattr(fact.definition, "function", "")
    return fact.unit == "rate" and (fact.metric.endswith("_change") or function == "change_rate")


def is_movement(fact: Fact) -> bool:
    """Whether a fact says by how much something moved, so that a table shows its sign."""
    return is_difference(fact) or is_change_rate(fact) or "_change_" in fact.metric


def is_estimate(fact: Fact) -> bool:
    """Whether a count was worked out, not counted: nobody ever met 32.1 leads, so it reads "about 32"."""
    value = fact.value
    if fact.unit != "count" or value is None or float(value).is_integer():
        return False
    return getattr(fact.definition, "function", "") in _ESTIMATING


def as_decimal(fact: Fact) -> Decimal | None:
    """The value as a Decimal, None when it is not known.

    Raises:
        DraftError: the value is NaN or infinite.
    """
    if fact.value is None:
        return None
    value = fact.value if isinstance(fact.value, Decimal) else Decimal(str(fact.value))
    if not value.is_finite():
        raise DraftError(
            "A figure is not a finite number.",
            found=f"{value} in fact {fact.id} ({fact.metric})",
            fix="give null where nothing is known; it is shown as not known",
        )
    return value


def write_figure(fact: Fact, *, style: Style = "value") -> str:
    """A fact as people write it.

    `change` carries a sign, `size` carries none, `short` writes thousands as k. A relative change is
    signed in every style but `size`.

    Raises:
        DraftError: money without a currency, or a value that is not finite.
    """
    value = as_decimal(fact)
    if value is None:
        return NOT_KNOWN
    signed = style == "change" or (style != "size" and is_change_rate(fact))
    before, number, after = _written(fact, abs(value), is_short=style == "short")
    rounds_to_zero = not any(digit in number for digit in "123456789")
    if style == "size" or rounds_to_zero or value == 0:
        sign = ""
    elif value < 0:
        sign = MINUS
    else:
        sign = "+" if signed else ""
    about = "about " if is_estimate(fact) and not rounds_to_zero else ""
    return f"{about}{sign}{before}{number}{after}"


def _written(fact: Fact, size: Decimal, *, is_short: bool) -> tuple[str, str, str]:
    """Symbol before, digits, and unit after, of a value without sign."""
    if fact.unit == "currency":
        return _money(fact, size, is_short=is_short)
    if fact.unit == "count":
        if is_short and (short := _shortened(size)):
            return "", *short
        return "", _digits(size, places=_places_of_count(fact, size)), ""
    if fact.unit == "rate":
        finest = Decimal("0.05") if is_change_rate(fact) else Decimal(2)
        return _share(size, suffix=" pp" if is_difference(fact) else "%", finest=finest)
    if fact.unit == "ratio":
        return "", _digits(size, places=1 if size >= 2 else 2), ""
    places = 0 if size >= 10 or size == size.to_integral_value() else 1
    digits = _digits(size, places=places)
    if fact.unit == "hours":
        return "", digits, " h"
    return "", digits, " day" if digits == "1" else " days"


def _places_of_count(fact: Fact, size: Decimal) -> int:
    if size == size.to_integral_value():
        return 0
    is_worked_out = getattr(fact.definition, "function", "") in (*_ESTIMATING, *_BOUNDS)
    return 0 if is_worked_out and size >= 1 else 1


def _money(fact: Fact, size: Decimal, *, is_short: bool) -> tuple[str, str, str]:
    if not fact.currency:
        raise DraftError(
            "An amount has no currency.",
            found=f"fact {fact.id} ({fact.metric}) in unit currency",
            fix="set the fact's currency; every amount carries one",
        )
    symbol = _SYMBOLS.get(fact.currency, f"{fact.currency} ")
    if is_short and (short := _shortened(size)):
        return symbol, *short
    cents = 0 if fact.currency in _WITHOUT_CENTS else 2
    # What people agreed on is written as they wrote it, without cents that they never meant.
    is_round = isinstance(fact.definition, Agreed) and size == size.to_integral_value()
    if size == 0 or is_round or _rounded(size, places=cents) >= 1000:
        return symbol, _digits(size, places=0), ""
    if _rounded(size, places=cents) == 0:
        return symbol, _digits(size, places=4), ""
    return symbol, _digits(size, places=cents), ""


def _share(share: Decimal, *, suffix: str, finest: Decimal) -> tuple[str, str, str]:
    """A share (0..1) in percent, with two decimals below `finest`, else one.

    What is not quite all, or not quite nothing, never looks like it.
    """
    percent = share * 100
    if percent in (0, 100):
        return "", _digits(percent, places=0), suffix
    if suffix == "%" and percent < 100 and _rounded(percent, places=1) == 100:
        return "", _digits(min(percent, Decimal("99.99")), places=2), suffix
    return "", _digits(percent, places=1 if _rounded(percent, places=2) >= finest else 2), suffix


def _shortened(size: Decimal) -> tuple[str, str] | None:
    if size < _SHORT_FROM:
        return None
    for factor, letter in _SHORT_FORMS:
        if _rounded(size / factor, places=1) >= 1:
            return _digits(size / factor, places=1), letter
    return None


def _rounded(value: Decimal, *, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _digits(value: Decimal, *, places: int) -> str:
    return f"{_rounded(value, places=places):,.{places}f}"
