"""One detected incident as facts: what came, what was expected, the gap, and what it amounts to."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from countersign.analytics.book import FactBook
from countersign.analytics.detection import DetectedIncident
from countersign.analytics.detection.measures import BY_NAME
from countersign.analytics.detection.ranges import LEVEL
from countersign.analytics.incidents import define, figure_of
from countersign.analytics.records import Incident
from countersign.core.contracts import Fact, Interval, Unit, Window
from countersign.core.warehouse import quote_text

TITLE = "Days against their expected range"
METHOD = "robust rate of the nine weeks before, with the noise that windows of this length have shown"

# How a measure is written, and how what it amounts to is: shares in percent, few per many as well.
_UNITS: Mapping[str, tuple[Unit, Unit]] = {
    "spend": ("currency", "currency"),
    "cost_per_click": ("currency", "currency"),
    "impressions": ("count", "count"),
    "clicks": ("count", "count"),
    "sessions": ("count", "count"),
    "sessions_per_click": ("ratio", "count"),
    "web_conversions_per_lead": ("ratio", "count"),
    "leads_per_web_conversion": ("ratio", "count"),
    "platform_conversions_per_lead": ("ratio", "count"),
}
_SHARE: tuple[Unit, Unit] = ("rate", "count")
_SAME = 1e-6


@dataclass(frozen=True)
class _Place:
    """Where and when, as every fact of one incident has it."""

    dimensions: dict[str, str]
    window: Window
    tests: dict[str, str]

    @property
    def days(self) -> int:
        return (self.window.end - self.window.start).days


def describe_incident(
    book: FactBook, found: DetectedIncident, *, as_of: date, names: Mapping[str, str], columns: Sequence[str]
) -> Incident:
    """An incident whose figures are facts of a book.

    Args:
        book: of the snapshot that it was detected in.
        found: what the detection says.
        as_of: the exclusive day of the detection.
        names: what people call each campaign, by id.
        columns: what the detection read.
    """
    place = _place(found, as_of=as_of, names=names)
    unit = _UNITS.get(found.metric, _SHARE)[0]

    def fitted(
        figure: str, *, metric: str = "", as_unit: Unit = unit, interval: Interval | None = None
    ) -> Fact:
        return book.fitted(
            define(found, figure, as_of=as_of),
            metric=metric or f"{found.metric}_{figure}",
            value=figure_of(found, figure),
            title=TITLE,
            unit=as_unit,
            columns=columns,
            window=place.window,
            dimensions=place.dimensions,
            interval=interval,
        )

    counted, per = _count(book, found, place=place, unit=unit) or (None, None)
    now = counted or fitted("actual", metric=found.metric)
    usual = Interval(low=found.low, high=found.high, level=LEVEL, method=METHOD)
    expected = fitted("expected", interval=usual)
    change = book.derive(
        "change_rate", [now, expected], metric=f"{found.metric}_change", title=TITLE, unit="rate",
        window=place.window, dimensions=place.dimensions,
    )  # fmt: skip
    lost = _lost(book, found, now=now, expected=expected, per=per, place=place)
    beside = {
        name: fitted(f"beside:{name}", metric=f"{name}_change", as_unit="rate").id for name, _ in found.moved
    }
    return Incident(
        key=f"incident:{found.metric}:{'/'.join(found.place.values())}:{found.start}",
        metric=found.metric,
        place=place.dimensions,
        kind=found.kind,
        label=found.label,
        severity=found.severity,
        window=place.window,
        is_over=found.end is not None,
        now=now.id,
        expected=expected.id,
        low=fitted("low").id,
        high=fitted("high").id,
        change=change.id,
        lost=lost.id if lost else None,
        held=tuple(name for name, did in found.evidence if did == "held"),
        moved=beside,
    )


def _place(found: DetectedIncident, *, as_of: date, names: Mapping[str, str]) -> _Place:
    through = found.through or found.end or as_of - timedelta(days=1)
    dimensions = dict(found.place)
    if campaign := dimensions.get("campaign_id"):
        dimensions["campaign_name"] = names.get(campaign, campaign)
    tests = dict(found.place)
    if "campaign_id" in tests:
        tests.pop("account_id", None)
    window = Window(start=found.start, end=max(through, found.start) + timedelta(days=1))
    return _Place(dimensions, window, tests)


def _count(
    book: FactBook, found: DetectedIncident, *, place: _Place, unit: Unit
) -> tuple[Fact, Fact | None] | None:
    """The measure as one cell of a mart, and what it is per; None where the marts do not hold it as such."""
    measure = BY_NAME[found.metric]
    for table in (measure.table.removeprefix("marts."), "campaign_day"):
        needed = (*measure.numerator, *measure.denominator)
        if not book.has(table, *needed, *place.tests, "report_day"):
            continue
        above, below = (" + ".join(f"sum({name})" for name in part) for part in
                        (measure.numerator, measure.denominator))  # fmt: skip
        per = f"nullif({below}, 0)" if below else str(place.days)
        columns = [f"{table}.{name}" for name in needed]
        now = book.query(
            found.metric,
            f"select cast({above} as double) / {per} from {_source(table, place)}",
            title=TITLE, unit=unit, columns=columns, window=place.window, dimensions=place.dimensions,
        )  # fmt: skip
        if now.value is None or not math.isclose(float(now.value), found.actual, rel_tol=_SAME):
            continue
        if not below:
            return now, None
        exposure = book.query(
            "_".join(measure.denominator),
            f"select {below} from {_source(table, place)}",
            title=TITLE, unit="count", columns=columns, window=place.window, dimensions=place.dimensions,
        )  # fmt: skip
        return now, exposure
    return None


def _source(table: str, place: _Place) -> str:
    tests = [f"{name} = {quote_text(value)}" for name, value in place.tests.items()]
    tests += [f"report_day >= date '{place.window.start}'", f"report_day < date '{place.window.end}'"]
    return f"marts.{table} where {' and '.join(tests)}"


def _lost(
    book: FactBook, found: DetectedIncident, *, now: Fact, expected: Fact, per: Fact | None, place: _Place
) -> Fact | None:
    """The gap times what it is per: how many events, or how much money, it comes to."""
    if per is None or not per.value:
        return None
    unit, amounts_to = _UNITS.get(found.metric, _SHARE)
    gap = book.derive(
        "difference", [now, expected], metric=f"{found.metric}_difference", title=TITLE, unit=unit,
        window=place.window, dimensions=place.dimensions,
    )  # fmt: skip
    return book.derive(
        "product", [gap, per], metric=f"{found.metric}_lost", title=TITLE, unit=amounts_to,
        window=place.window, dimensions=place.dimensions,
    )  # fmt: skip
