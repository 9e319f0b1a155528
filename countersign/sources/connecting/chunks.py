"""Which pieces of time a stream is asked for now: what is new, and what the vendor may have restated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from countersign.sources.connecting.connector import Chunk, Stream
from countersign.sources.connecting.progress import StreamProgress

# Changes are asked for again from a little before the last load: clocks differ, and some vendors index late.
OVERLAP = timedelta(minutes=15)
# History is read a quarter at a time: few chunks, each still small enough to be read again.
HISTORY_WEEKS = 13
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
        or lie within the restatement window. Weeks before that window come a quarter at a time, and what
        landed together is read again together. For changes: one chunk from the last cursor. For all: one.
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
    end = until if through is None else min(until, _midnight_after(through))
    if begin is not None and begin >= end:
        return []
    start_said = f"{begin:%Y%m%dT%H%M%SZ}" if begin else "the-start"
    # Both ends: a shorter question must not take the place of a longer one that began at the same instant.
    return [Chunk(f"from-{start_said}-to-{end.astimezone(UTC):%Y%m%dT%H%M%SZ}", begin, end)]


def _weeks(
    stream: Stream,
    progress: StreamProgress,
    *,
    start: date,
    until: datetime,
    since: date | None,
    through: date | None,
) -> Iterator[Chunk]:
    known_until = (until.astimezone(UTC) - timedelta(microseconds=1)).date()
    restated_from = known_until - timedelta(days=stream.restated_days)
    last = known_until
    if through is not None:
        # Whole weeks: a week cut short would withdraw the days that it leaves out.
        last = min(last, _monday(through) + timedelta(days=6))
    landed = _landed_spans(progress)
    monday = _monday(since or start)
    while monday <= last:
        known = landed.get(monday)
        if known is None:
            first, end = monday, _end_of_history(monday, landed, before=restated_from)
            yield _chunk_of_days(first, end=end, last=last, until=until)
        else:
            first, end = known.first, known.end
            # What landed together is read again together, also beyond the days that a backfill names.
            is_due = known.last_day < min(end, known_until) or end >= restated_from or since is not None
            if is_due and known.last_day <= known_until:
                yield _chunk_of_days(first, end=end, last=known_until, until=until)
        monday = end + timedelta(days=1)


@dataclass(frozen=True)
class _Span:
    """Whole weeks that landed as one chunk; `last_day` lies before `end` when the last one was cut."""

    first: date
    end: date
    last_day: date


def _landed_spans(progress: StreamProgress) -> dict[date, _Span]:
    """The chunk that each landed week, by its Monday, lies in."""
    spans = {}
    for label, read in progress.weeks.items():
        first, _, end = label.partition("--")
        monday = date.fromisoformat(first)
        span = _Span(monday, date.fromisoformat(end) if end else monday + timedelta(days=6), read.last_day)
        while monday <= span.end:
            spans[monday] = span
            monday += _WEEK
    return spans


def _end_of_history(monday: date, landed: Mapping[date, _Span], *, before: date) -> date:
    """The Sunday up to which weeks that never landed are read at once: those that are restated no more."""
    sunday = monday + timedelta(days=6)
    for _ in range(HISTORY_WEEKS - 1):
        following = sunday + timedelta(days=1)
        if following in landed or following + timedelta(days=6) >= before:
            break
        sunday += _WEEK
    return sunday


def _chunk_of_days(first: date, *, end: date, last: date, until: datetime) -> Chunk:
    is_week = end - first < _WEEK
    return Chunk(
        label=f"{first}" if is_week else f"{first}--{end}",
        since=datetime.combine(first, datetime.min.time(), tzinfo=UTC),
        until=until,
        first_day=first,
        last_day=min(end, last),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
