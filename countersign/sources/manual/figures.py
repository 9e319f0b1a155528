"""One figure that a person enters: checked before it is written, with who measured it and who entered it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from countersign.core.errors import SettingsError

_NAME = r"[a-z][a-z0-9_]{0,47}"
_LONGEST = 200
_WHOLE_DIGITS = 12
_DECIMALS = 6


@dataclass(frozen=True)
class Figure:
    """A checked figure. `period_end` is the last day it speaks of; `segment` is '' for all."""

    kpi: str
    segment: str
    period_start: date
    period_end: date
    value: Decimal
    unit: str
    sample_size: int | None
    measured_by: str
    entered_at: datetime
    entered_by: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells one figure from another."""
        return self.kpi, self.segment, self.period_start.isoformat()

    def cells(self) -> dict[str, str]:
        """The figure as a row of the file."""
        return {
            "kpi": self.kpi,
            "segment": self.segment,
            "period_start": self.period_start.isoformat(),
            "period_end": self.period_end.isoformat(),
            "value": f"{self.value:f}",
            "unit": self.unit,
            "sample_size": "" if self.sample_size is None else str(self.sample_size),
            "measured_by": self.measured_by,
            "entered_at": self.entered_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "entered_by": self.entered_by,
        }


def check_figure(figure: Figure, *, currency: str) -> None:
    """Refuse a figure that the gate would set aside, in the words of the command.

    Raises:
        SettingsError: a part does not fit; says which and what to give.
    """
    for problem, found, fix in _problems(figure, currency):
        raise SettingsError(problem, found=found, fix=fix)


def read_value(text: str) -> Decimal:
    """A number as people type it, exactly.

    Raises:
        SettingsError: it is no number, or has more digits than are kept.
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite():
        raise SettingsError(
            "The value is not a number.", found=text[:40], fix="write it with a point and no sign: 0.42"
        )
    _, digits, exponent = value.as_tuple()
    decimals = -min(int(exponent), 0)
    if decimals > _DECIMALS or len(digits) + max(int(exponent), 0) - decimals > _WHOLE_DIGITS:
        raise SettingsError(
            "The value has more digits than are kept.",
            found=text[:40],
            fix=f"give at most {_WHOLE_DIGITS} digits before the point and {_DECIMALS} after it",
        )
    return value


def read_period(text: str) -> tuple[date, date]:
    """First and last day of a year, quarter, month, week, day, or DAY..DAY.

    Raises:
        SettingsError: it is none of them.

    >>> [f"{day}" for text in ("2026-Q4", "2026-W46", "2026-02") for day in read_period(text)]
    ['2026-10-01', '2026-12-31', '2026-11-09', '2026-11-15', '2026-02-01', '2026-02-28']
    """
    try:
        first, last = _days(text.strip())
    except ValueError:
        first, last = date.max, date.min
    if last < first:
        raise SettingsError(
            "The period cannot be read.",
            found=text[:40],
            fix="give 2026, 2026-Q4, 2026-10, 2026-W46, 2026-10-01 or 2026-10-01..2026-10-14",
        )
    return first, last


def _days(text: str) -> tuple[date, date]:
    if found := re.fullmatch(r"(\d{4})", text):
        return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
    if found := re.fullmatch(r"(\d{4})-[Qq]([1-4])", text):
        year, first = int(found[1]), int(found[2]) * 3 - 2
        return date(year, first, 1), _month_end(year, first + 2)
    if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return date(int(found[1]), int(found[2]), 1), _month_end(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"(\d{4})-[Ww](\d{2})", text):
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return monday, monday + timedelta(days=6)
    first_day, _, last_day = text.partition("..")
    return date.fromisoformat(first_day), date.fromisoformat(last_day or first_day)


def _month_end(year: int, month: int) -> date:
    return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _problems(figure: Figure, currency: str) -> Iterator[tuple[str, str, str]]:
    value, unit = figure.value, figure.unit
    if not re.fullmatch(_NAME, figure.kpi):
        yield "The KPI's name does not fit.", figure.kpi[:60], "use lower case and _, such as brand_recall"
    if unit not in ("share", "count", "score") and not re.fullmatch("[A-Z]{3}", unit):
        yield "The unit is not known.", unit[:20], f"give share, count, score or {currency}"
    if re.fullmatch("[A-Z]{3}", unit) and unit != currency:
        yield "The amount is in another currency.", unit, f"convert it to {currency}, the company's currency"
    if unit == "share" and not 0 <= value <= 1:
        yield "A share lies between 0 and 1.", f"{value:f}", "write 42 percent as 0.42"
    if unit == "count" and (value < 0 or value != value.to_integral_value()):
        yield "A count is a whole number, zero or more.", f"{value:f}", "correct the value or the unit"
    if figure.sample_size is not None and figure.sample_size < 1:
        yield "The sample is empty.", str(figure.sample_size), "give how many people were asked"
    if figure.period_start > figure.entered_at.astimezone(UTC).date() + timedelta(days=1):
        yield (
            "The period has not begun.",
            f"{figure.period_start}",
            "targets do not belong here; enter it later",
        )
    if not figure.measured_by.strip():
        yield "Nobody says where the figure is from.", "an empty --measured-by", "name the study or system"
    for name, text in (("segment", figure.segment), ("measured-by", figure.measured_by)):
        if (
            len(text) > _LONGEST
            or re.search(r"[\x00-\x1f\x7f]", text)
            or text.startswith(("=", "+", "-", "@"))
        ):
            # A spreadsheet would run what begins so.
            fix = f"give a line of up to {_LONGEST} characters that does not begin with = + - or @"
            yield f"--{name} is not a plain text.", f"{len(text)} characters", fix
