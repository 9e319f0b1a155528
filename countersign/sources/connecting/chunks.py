"""Which pieces of time a stream is asked for now: what is new, and what the vendor may have restated."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from countersign.sources.connecting.connector import Chunk, Stream
from countersign.sources.connecting.progress import StreamProgress

# Changes are asked for again from a little before the last load: clocks differ, and some vendors index late.
OVERLAP = timedelta(minutes=15)
_WEEK = timedelta(days=7)


def plan_chunks(
    stream: Stream,
    progress: StreamProgress,
    *,
    start: date,
    until: datetime,
    since: date | None = None,
    through: date | None = None,
) -> list[Chunk]:
    """The chunks to read now, oldest first.

    Args:
        stream: what is read.
        progress: what of it has landed.
        start: first day of the source's history.
        until: exclusive instant; nothing later is asked for.
        since: first day of a backfill; reads those weeks again whatever has landed.
        through: last day of a backfill.

    Returns:
        For days: whole weeks (Monday to Sunday, the last one cut at `until`) that never landed, were cut,
        or lie within the restatement window. For changes: one chunk from the last cursor. For all: one.
        For captures: one of its own name each time, since a page has no past to ask for.

    >>> from countersign.sources.connecting.connector import Part
    >>> days = Stream("ads", "days", {"ads": Part(("$.id",))}, fetch=lambda *_: iter(()), restated_days=7)
    >>> monday = datetime(2026, 11, 16, tzinfo=UTC)
    >>> [chunk.label for chunk in plan_chunks(days, StreamProgress(), start=date(2026, 11, 3), until=monday)]
    ['2026-11-02', '2026-11-09']
    """
    if stream.kind == "days":
        return list(_weeks(stream, progress, start=start, until=until, since=since, through=through))
    if stream.kind == "captures":
        return [Chunk(f"captured-{until:%Y%m%dT%H%M%S.%fZ}", None, until)]
    if stream.kind == "all":
        return [Chunk("all", None, until)]
    begin = progress.cursor - OVERLAP if progress.cursor else None
    if since is not None:
        begin = datetime.combine(since, datetime.min.time(), tzinfo=UTC)
    if begin is not None and begin >= until:
        return []
    end = until if through is None else min(until, _midnight_after(through))
    label = f"from-{begin:%Y%m%dT%H%M%SZ}" if begin else "from-the-start"
    return [Chunk(label, begin, end)]


def _weeks(
    stream: Stream,
    progress: StreamProgress,
    *,
    start: date,
    until: datetime,
    since: date | None,
    through: date | None,
) -> Iterator[Chunk]:
    last = (until.astimezone(UTC) - timedelta(microseconds=1)).date()
    if through is not None:
        # Whole weeks: a week cut short would withdraw the days that it leaves out.
        last = min(last, _monday(through) + timedelta(days=6))
    restated_from = last - timedelta(days=stream.restated_days)
    monday = _monday(since or start)
    while monday <= last:
        sunday = monday + timedelta(days=6)
        last_day = min(sunday, last)
        landed = progress.weeks.get(f"{monday}")
        is_shorter = landed is not None and landed.last_day > last_day
        is_due = landed is None or landed.last_day < last_day or sunday >= restated_from or since is not None
        if is_due and not is_shorter:
            yield Chunk(
                label=f"{monday}",
                since=datetime.combine(monday, datetime.min.time(), tzinfo=UTC),
                until=until,
                first_day=monday,
                last_day=last_day,
            )
        monday += _WEEK


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
