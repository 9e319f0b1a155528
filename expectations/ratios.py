"""Two daily series that should move together: is one far from the other, or did their ratio just jump?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

WINDOW_DAYS = 28
RECENT_DAYS = 7
# A tracking outage or a new banner shows as a jump long before the level looks wrong.
JUMP = 0.4


@dataclass(frozen=True)
class Comparison:
    """What is compared: the second series is usually between `low` and `high` times the first.

    `fewest` is how many of the first there must be to judge. The texts take {a} and {b}, the two sums.
    """

    check: str
    low: float
    high: float
    fewest: int
    too_few: str
    too_many: str


@dataclass(frozen=True)
class Compared:
    """What came of it, over the days from `first` to `last`; the reason is empty when it passed."""

    check: str
    first: date
    last: date
    reason: str

    @property
    def passed(self) -> bool:
        """Whether the two series fit."""
        return not self.reason


def compare(
    comparison: Comparison,
    sent: Mapping[date, float],
    arrived: Mapping[date, float],
    *,
    subject: str,
    last: date,
) -> Compared | None:
    """Compare two series over the last four weeks in which both have data.

    Args:
        comparison: the bounds and the words.
        sent: the first series by day, such as clicks.
        arrived: the second, such as visits.
        subject: the channel or the pair, for the reason.
        last: the last day of the report.

    Returns:
        None when the days of both do not overlap or there is too little to judge.

    >>> days = {date(2026, 11, day): 100.0 for day in range(1, 29)}
    >>> few = {day: 20.0 for day in days}
    >>> clicks = Comparison("check", 0.5, 2.0, 100, "{b:,} for {a:,}", "")
    >>> compare(clicks, days, few, subject="Search", last=date(2026, 11, 28)).reason
    'Search: in the 28 days to 2026-11-28, 560 for 2,800.'
    """
    if not sent or not arrived:
        return None
    end = min(last, max(sent), max(arrived))
    first = max(min(sent), min(arrived), end - timedelta(days=WINDOW_DAYS - 1))
    days = (end - first).days + 1
    if days < RECENT_DAYS:
        return None
    a, b = _sum(sent, first, end), _sum(arrived, first, end)
    if a < comparison.fewest:
        return None
    reason = _level_reason(comparison, a, b)
    if reason:
        reason = f"{subject}: in the {days} days to {end}, {reason}."
    else:
        reason = _jump_reason(comparison, sent, arrived, subject=subject, first=first, end=end)
    return Compared(comparison.check, first, end, reason)


def _level_reason(comparison: Comparison, a: float, b: float) -> str:
    if b < comparison.low * a:
        return comparison.too_few.format(a=round(a), b=round(b))
    if b > comparison.high * a:
        return comparison.too_many.format(a=round(a), b=round(b))
    return ""


def _jump_reason(
    comparison: Comparison,
    sent: Mapping[date, float],
    arrived: Mapping[date, float],
    *,
    subject: str,
    first: date,
    end: date,
) -> str:
    recent = end - timedelta(days=RECENT_DAYS - 1)
    before = recent - timedelta(days=1)
    if (before - first).days + 1 < RECENT_DAYS:
        return ""
    a_now, b_now = _sum(sent, recent, end), _sum(arrived, recent, end)
    a_then, b_then = _sum(sent, first, before), _sum(arrived, first, before)
    # A quarter of the bar for a quarter of the days; what is rare jumps by chance.
    if min(a_now, a_then) < comparison.fewest / 4 or min(b_now, b_then) < 0 or b_then < comparison.fewest / 4:
        return ""
    now, then = b_now / a_now, b_then / a_then
    if abs(now / then - 1) <= JUMP:
        return ""
    went = "fell" if now < then else "rose"
    text = comparison.too_few if now < then else comparison.too_many
    advice = text.partition("; ")[2] or "look whether one of the two counts something new"
    return (
        f"{subject}: what arrives for each one sent {went} from {then:.2f} to {now:.2f} in the 7 days to"
        f" {end}; {advice}."
    )


def _sum(series: Mapping[date, float], first: date, last: date) -> float:
    return sum(value for day, value in series.items() if first <= day <= last)
