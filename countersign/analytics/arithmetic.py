"""Arithmetic on numbers that may be unknown: exact on decimals, None in gives None out.

Each function here takes the values of a derived fact's inputs and its arguments.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from countersign.core.contracts import Number

Values = Sequence[Number | None]
Arguments = Mapping[str, str]


def known(values: Values) -> list[Number] | None:
    """The values, or None when one of them is not known."""
    found = [value for value in values if value is not None]
    return found if len(found) == len(values) else None


def exact(value: Number) -> Fraction:
    """A number as an exact fraction, so that order of addition cannot matter."""
    return Fraction(value)


def add(values: Values, arguments: Arguments) -> Number | None:
    """Sum of all inputs: exact for integers and decimals, correctly rounded for floats."""
    numbers = known(values)
    if numbers is None:
        return None
    if any(isinstance(number, float) for number in numbers):
        return math.fsum(float(number) for number in numbers)
    total: Decimal | int = 0
    for number in numbers:
        total = total + number  # type: ignore[assignment, operator]
    return total


def difference(values: Values, arguments: Arguments) -> Number | None:
    """First minus second.

    >>> difference([Decimal("3.10"), Decimal("1.05")], {})
    Decimal('2.05')
    """
    numbers = known(values)
    if numbers is None:
        return None
    now, prior = numbers
    if isinstance(now, float) or isinstance(prior, float):
        return float(now) - float(prior)
    return now - prior


def change_rate(values: Values, arguments: Arguments) -> Number | None:
    """(first - second) / |second|; not known when the second is zero.

    >>> change_rate([Decimal("3"), Decimal("2")], {})
    0.5
    """
    numbers = known(values)
    if numbers is None or numbers[1] == 0:
        return None
    now, prior = exact(numbers[0]), exact(numbers[1])
    return float((now - prior) / abs(prior))


def ratio(values: Values, arguments: Arguments) -> Number | None:
    """First over second; not known when the second is zero."""
    numbers = known(values)
    if numbers is None or numbers[1] == 0:
        return None
    return float(exact(numbers[0]) / exact(numbers[1]))


def ratio_difference(values: Values, arguments: Arguments) -> Number | None:
    """Ratio now minus ratio before, rounded once; inputs: numerator now, before, denominator now, before.

    >>> ratio_difference([Decimal("30"), Decimal("10"), 4, 2], {})
    2.5
    """
    numbers = known(values)
    if numbers is None or numbers[2] == 0 or numbers[3] == 0:
        return None
    top, top_before, base, base_before = (exact(number) for number in numbers)
    return float(top / base - top_before / base_before)


def product(values: Values, arguments: Arguments) -> Number | None:
    """Product of all inputs, as a float."""
    numbers = known(values)
    if numbers is None:
        return None
    return float(math.prod((exact(number) for number in numbers), start=Fraction(1)))


def rises_in_a_row(values: Values, arguments: Arguments) -> Number | None:
    """How many of the last values each lie above the one before; oldest first, and what is not known ends it.

    >>> rises_in_a_row([9, 5, 6, 7], {}), rises_in_a_row([None, 5, 6], {}), rises_in_a_row([6, 5], {})
    (2, 1, 0)
    """
    return _steps_in_a_row(values, sign=1)


def falls_in_a_row(values: Values, arguments: Arguments) -> Number | None:
    """How many of the last values each lie below the one before; see `rises_in_a_row`."""
    return _steps_in_a_row(values, sign=-1)


def _steps_in_a_row(values: Values, *, sign: int) -> Number | None:
    if not values or values[-1] is None:
        return None
    count = 0
    for before, now in reversed(list(pairwise(values))):
        if before is None or now is None or sign * (exact(now) - exact(before)) <= 0:
            break
        count += 1
    return count
