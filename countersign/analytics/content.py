"""Content to revise: pages that turn clearly fewer of their sessions into leads than the other pages do.

Four weeks up to the week in question, the 200 pages with most sessions. A page with fewer than 200 sessions
is not judged; pages are many, so only a difference that chance makes once in 2,000 counts, and only one that
takes a fifth of the rate.
"""

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.rankings import ContentRow
from countersign.analytics.wilson import share_z
from countersign.core.contracts import Fact, Unit, Window

TABLE = "content_performance"
TITLE = "Pages and what their sessions became"
WEEKS = 4
_COUNTED = ("web_conversions", "sessions")
_FEWEST_SESSIONS, _MOST = 200, 200
_WEAK_Z, _MATERIAL = -3.3, 0.8


def find_weak_pages(book: FactBook, calendar: Calendar) -> tuple[ContentRow, ...]:
    """Pages to revise, the one farthest below the others first; none where no page is clearly weaker."""
    if not book.has(
        TABLE, "content_id", "content_type", "title", "week_start", "sessions", "web_conversions"
    ):
        return ()
    window = span(calendar.week, weeks=WEEKS)
    pages = book.rows(
        f"select title from marts.{TABLE} where content_type = 'page' and week_start >= date '{window.start}'"
        f" and week_start < date '{window.end}' group by title having sum(sessions) >= {_FEWEST_SESSIONS}"
        f" order by sum(sessions) desc, title limit {_MOST}"
    )
    whole = [_total(book, column, window) for column in _COUNTED] if pages else []
    judged = (_judge(book, window, row["title"], whole=whole) for row in pages)
    weak = [row for row in judged if row is not None]
    return tuple(sorted(weak, key=lambda row: _share_of_usual(book, row)))


def _share_of_usual(book: FactBook, row: ContentRow) -> float:
    return float(book.value(row.rate) or 0) / float(book.value(row.rate_of_others) or 1)


def _judge(book: FactBook, window: Window, page: str, *, whole: list[Fact]) -> ContentRow | None:
    place = {"title": page}

    def derive(function: str, inputs: list[Fact], *, metric: str, unit: Unit, of: dict[str, str]) -> Fact:
        return book.derive(
            function, inputs, metric=metric, title=TITLE, unit=unit, window=window, dimensions=of
        )

    own = [_total(book, column, window, page=page) for column in _COUNTED]
    rest = [
        derive(
            "difference", [all_of, of_page], metric=f"{of_page.metric}_of_other_pages", unit="count", of={}
        )
        for all_of, of_page in zip(whole, own, strict=True)
    ]
    if any(fact.value is None for fact in (*own, *rest)):
        return None
    z = share_z(_counts(own), _counts(rest))
    rate = derive("ratio", own, metric="web_conversion_rate", unit="rate", of=place)
    usual = derive("ratio", rest, metric="web_conversion_rate_of_other_pages", unit="rate", of={})
    if z is None or z > _WEAK_Z or float(rate.value or 0) > _MATERIAL * float(usual.value or 0):
        return None
    return ContentRow(
        page=page,
        window=window,
        sessions=own[1].id,
        conversions=own[0].id,
        rate=rate.id,
        rate_of_others=usual.id,
    )


def _total(book: FactBook, column: str, window: Window, *, page: str | None = None) -> Fact:
    place = {"content_type": "page"} | ({"title": page} if page else {})
    return book.total(column, TABLE, window=window, title=TITLE, unit="count", dimensions=place)


def _counts(facts: list[Fact]) -> tuple[float, float]:
    return float(facts[0].value or 0), float(facts[1].value or 0)
