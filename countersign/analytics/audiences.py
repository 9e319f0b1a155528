"""Who responds: leads and what became of them, by the segment that a lead's company belongs to.

Leads created in a quarter up to the week in question. Sales has not judged the youngest yet, in every
segment alike, so what it accepted is a share of those it judged; the pipeline is that of these leads,
whenever their deals opened.
"""

from countersign.analytics.book import NO_DIMENSIONS, FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.rankings import AudienceRow
from countersign.core.contracts import Fact, Unit, Window

TABLE = "segment_response_week"
TITLE = "Response by segment"
WEEKS = 13
# A segment is what a source says; nobody reads a longer table, and the total counts all.
_MOST = 50
_COLUMNS = ("leads", "accepted_leads", "rejected_leads", "pipeline_reporting")


def compare_audiences(book: FactBook, calendar: Calendar) -> tuple[AudienceRow, ...]:
    """All segments together, then each, the one with most leads first; none where there are not two."""
    if not book.has(TABLE, "segment", "week_start", *_COLUMNS):
        return ()
    window = span(calendar.week, weeks=WEEKS)
    segments = book.rows(
        f"select segment from marts.{TABLE} where week_start >= date '{window.start}'"
        f" and week_start < date '{window.end}' group by segment having sum(leads) > 0"
        f" order by sum(leads) desc, segment limit {_MOST}"
    )
    if len(segments) < 2:
        return ()
    return (_row(book, window, None), *(_row(book, window, row["segment"]) for row in segments))


def _row(book: FactBook, window: Window, segment: str | None) -> AudienceRow:
    leads, accepted, rejected, pipeline = (_total(book, column, window, segment) for column in _COLUMNS)
    decided = book.derive(
        "sum", [accepted, rejected], metric="decided_leads", title=TITLE, unit="count", window=window,
        dimensions=leads.dimensions,
    )  # fmt: skip
    rate = book.derive(
        "ratio", [accepted, decided], metric="sales_acceptance_rate", title=TITLE, unit="rate",
        window=window, dimensions=leads.dimensions,
    )  # fmt: skip
    return AudienceRow(
        segment=segment,
        window=window,
        leads=leads.id,
        decided=decided.id,
        accepted=accepted.id,
        acceptance_rate=rate.id,
        pipeline=pipeline.id,
    )


def _total(book: FactBook, column: str, window: Window, segment: str | None) -> Fact:
    unit: Unit = "currency" if column.endswith("_reporting") else "count"
    place = {"segment": segment} if segment else NO_DIMENSIONS
    return book.total(column, TABLE, window=window, title=TITLE, unit=unit, dimensions=place)
