"""Launches, releases and promotions: how their place went since, beside places where nothing was changed.

Leads since the event, up to four weeks of them, against the four weeks before; here, and in all channels
that no such event touched in those weeks (for an event of one campaign: in all other campaigns). What goes
beyond the others coincides with the event; it is a comparison, not an experiment. An event that took place
everywhere leaves nothing to compare with; one less than a week old, one whose weeks before are not all on
record, or one with fewer than 20 leads on a side, has too little.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar
from countersign.analytics.rankings import EventRow
from countersign.core.contracts import Fact, Unit, Window
from countersign.core.warehouse import quote_text

TABLE = "campaign_day"
TITLE = "Leads since a planned event, there and elsewhere"
_KINDS = ("launch", "release", "promotion")
_BEFORE, _LONGEST, _SHORTEST = timedelta(days=28), timedelta(days=28), timedelta(days=7)
_OLDEST = timedelta(days=56)
_FEWEST_LEADS = 20


@dataclass(frozen=True)
class _Mark:
    name: str
    channel: str
    campaign_id: str
    first: date

    @property
    def here(self) -> str:
        """SQL that holds for the rows of its place."""
        tests = (("channel", self.channel), ("campaign_id", self.campaign_id))
        return " and ".join(f"{column} = {quote_text(value)}" for column, value in tests if value)


def compare_events(book: FactBook, calendar: Calendar) -> tuple[EventRow, ...]:
    """Planned events of the last eight weeks that can be compared, the latest first."""
    if not book.has("event_marks", "event_day", "kind", "name", "channel", "campaign_id"):
        return ()
    if not book.has(TABLE, "channel", "campaign_id", "report_day", "leads"):
        return ()
    marks = _marks(book, calendar.week.end)
    first_day = book.rows(f"select min(report_day) as first from marts.{TABLE}")[0]["first"]
    known = (mark for mark in marks if mark.here and mark.first - _BEFORE >= first_day)
    rows = (_compare(book, mark, marks, end=calendar.week.end) for mark in known)
    return tuple(row for row in rows if row is not None)


def _marks(book: FactBook, end: date) -> list[_Mark]:
    kinds = ", ".join(quote_text(kind) for kind in _KINDS)
    rows = book.rows(
        "select name, channel, campaign_id, min(event_day) as first from marts.event_marks"
        f" where kind in ({kinds}) group by name, channel, campaign_id"
        f" having min(event_day) between date '{end - _OLDEST}' and date '{end - _SHORTEST}'"
        " order by first desc, name, channel, campaign_id"
    )
    return [_Mark(**row) for row in rows]


def _compare(book: FactBook, mark: _Mark, marks: list[_Mark], *, end: date) -> EventRow | None:
    before = Window(start=mark.first - _BEFORE, end=mark.first)
    since = Window(start=mark.first, end=min(end, mark.first + _LONGEST))
    touched = [
        other.here for other in marks if other.here and before.start - _LONGEST < other.first < since.end
    ]
    rest = " and ".join(f"not ({test})" for test in touched) + (
        " and campaign_id <> ''" if mark.campaign_id else ""
    )
    place = {"event": mark.name}
    counts = [
        _count(book, test, window, place=place, name=name)
        for test, name in ((mark.here, "here"), (rest, "elsewhere"))
        for window in (since, before)
    ]
    if any(float(fact.value or 0) < _FEWEST_LEADS for fact in counts):
        return None
    noise = _dispersion(book, (mark.here, rest), before, place=place)

    def derive(function: str, inputs: list[Fact], metric: str) -> str:
        unit: Unit = "rate"
        return book.derive(
            function, inputs, metric=metric, title=TITLE, unit=unit, window=since, dimensions=place
        ).id

    a_day = [_a_day(book, fact, (since, before)[number % 2]) for number, fact in enumerate(counts)]
    return EventRow(
        name=mark.name,
        since=since,
        before=before,
        leads=counts[0].id,
        change_here=derive("change_rate", a_day[:2], "leads_a_day_change"),
        change_elsewhere=derive("change_rate", a_day[2:], "leads_a_day_elsewhere_change"),
        beyond=derive("beyond", [*counts, noise], "beyond_others_change"),
        low=derive("beyond_low", [*counts, noise], "beyond_others_low_change"),
        high=derive("beyond_high", [*counts, noise], "beyond_others_high_change"),
    )


def _count(book: FactBook, test: str, window: Window, *, place: dict[str, str], name: str) -> Fact:
    return book.query(
        f"leads_{name}",
        f"select sum(leads) from marts.{TABLE} where {test} and {_within(window)}",
        title=TITLE, unit="count", columns=[f"{TABLE}.leads"], window=window, dimensions=place,
    )  # fmt: skip


def _a_day(book: FactBook, count: Fact, window: Window) -> Fact:
    days = book.query(
        "days", f"select date '{window.end}' - date '{window.start}'", title=TITLE, unit="count", columns=[],
        window=window,
    )  # fmt: skip
    return book.derive(
        "ratio", [count, days], metric=f"{count.metric}_a_day", title=TITLE, unit="ratio", window=window,
        dimensions=count.dimensions,
    )  # fmt: skip


def _dispersion(book: FactBook, tests: tuple[str, str], window: Window, *, place: dict[str, str]) -> Fact:
    """How much more the days before scattered than counts alone would: the larger of both sides, at least 1.

    Weekdays scatter, too, so the interval is rather too wide than too narrow.
    """
    of_sides = ", ".join(
        f"(select var_samp(n) / avg(n) from (select sum(leads) as n from marts.{TABLE}"
        f" where {test} and {_within(window)} group by report_day))"
        for test in tests
    )
    return book.query(
        "dispersion", f"select cast(greatest(1, {of_sides}) as double)", title=TITLE, unit="ratio",
        columns=[f"{TABLE}.leads"], window=window, dimensions=place,
    )  # fmt: skip


def _within(window: Window) -> str:
    return f"report_day >= date '{window.start}' and report_day < date '{window.end}'"
