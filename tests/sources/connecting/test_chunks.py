"""Which weeks and changes a stream is asked for: what is new or may be restated, never a week cut short."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.sources.connecting.chunks import OVERLAP, plan_chunks
from countersign.sources.connecting.connector import Part, Stream
from countersign.sources.connecting.progress import ChunkRead, StreamProgress

START = date(2026, 8, 5)  # a Wednesday
READ = datetime(2026, 11, 16, tzinfo=UTC)


def _stream(kind, restated_days=28):
    return Stream("s", kind, {"s": Part(("$.id",))}, lambda *_: iter(()), restated_days)


def _plan(stream, progress, until, **more):
    return plan_chunks(stream, progress, start=START, until=until, **more)


def _after(stream, chunks, progress=None):
    """The progress when those chunks have landed."""
    weeks = dict(progress.weeks) if progress else {}
    weeks |= {chunk.label: ChunkRead(last_day=chunk.last_day, read_at=READ) for chunk in chunks}
    return StreamProgress(weeks=weeks)


def test_a_first_load_reads_whole_weeks_from_the_monday_before_the_start():
    chunks = _plan(_stream("days"), StreamProgress(), datetime(2026, 8, 20, tzinfo=UTC))

    assert [chunk.days() for chunk in chunks] == [
        (date(2026, 8, 3), date(2026, 8, 9)),
        (date(2026, 8, 10), date(2026, 8, 16)),
        (date(2026, 8, 17), date(2026, 8, 19)),
    ]


def test_the_next_load_reads_only_what_may_have_been_restated():
    stream, until = _stream("days"), datetime(2026, 11, 16, tzinfo=UTC)
    progress = _after(stream, _plan(stream, StreamProgress(), until))

    again = _plan(stream, progress, until + timedelta(days=1))

    assert [chunk.label for chunk in again] == [
        "2026-10-19", "2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16",
    ]  # fmt: skip


def test_a_week_that_was_cut_is_completed_however_long_ago():
    stream = _stream("days", restated_days=0)
    cut = StreamProgress(weeks={"2026-08-03": ChunkRead(last_day=date(2026, 8, 6), read_at=READ)})

    first, *_ = _plan(stream, cut, datetime(2026, 11, 16, tzinfo=UTC))

    assert first.days() == (date(2026, 8, 3), date(2026, 8, 9))


def test_a_run_for_an_earlier_day_never_shortens_a_week():
    stream = _stream("days")
    progress = _after(stream, _plan(stream, StreamProgress(), datetime(2026, 11, 16, tzinfo=UTC)))

    earlier = _plan(stream, progress, datetime(2026, 11, 12, tzinfo=UTC))

    assert "2026-11-09" not in [chunk.label for chunk in earlier]


def test_history_is_read_a_quarter_at_a_time_and_what_may_be_restated_by_week():
    chunks = _plan(_stream("days"), StreamProgress(), datetime(2026, 11, 16, tzinfo=UTC))

    assert [chunk.label for chunk in chunks] == [
        "2026-08-03--2026-10-11", "2026-10-12", "2026-10-19", "2026-10-26", "2026-11-02", "2026-11-09",
    ]  # fmt: skip


def test_a_backfill_reads_again_together_what_landed_together():
    stream, until = _stream("days"), datetime(2026, 11, 16, tzinfo=UTC)
    progress = _after(stream, _plan(stream, StreamProgress(), until))

    chunks = _plan(stream, progress, until, since=date(2026, 9, 1), through=date(2026, 10, 13))

    assert [chunk.label for chunk in chunks] == ["2026-08-03--2026-10-11", "2026-10-12"]


def test_a_backfill_inside_a_quarter_reads_the_quarter():
    stream, until = _stream("days"), datetime(2026, 11, 16, tzinfo=UTC)
    progress = _after(stream, _plan(stream, StreamProgress(), until))

    chunks = _plan(stream, progress, until, since=date(2026, 9, 1), through=date(2026, 9, 6))

    assert [chunk.days() for chunk in chunks] == [(date(2026, 8, 3), date(2026, 10, 11))]


def test_two_questions_that_end_elsewhere_never_share_a_name():
    stream = _stream("changes")
    labels = {
        chunk.label
        for until in (READ, READ + timedelta(days=6))
        for chunk in _plan(stream, StreamProgress(), until, since=date(2026, 1, 1))
    }

    assert len(labels) == 2


def test_changes_up_to_a_day_before_the_last_load_are_not_asked_for():
    progress = StreamProgress(cursor=READ)

    assert _plan(_stream("changes"), progress, READ + timedelta(days=1), through=date(2026, 11, 1)) == []


def test_a_backfill_further_back_joins_what_has_landed():
    stream, until = _stream("days"), datetime(2026, 11, 16, tzinfo=UTC)
    progress = _after(stream, _plan(stream, StreamProgress(), until))

    chunks = _plan(stream, progress, until, since=date(2026, 7, 6), through=date(2026, 8, 2))

    assert [chunk.label for chunk in chunks] == ["2026-07-06--2026-08-02"]


@given(
    start=st.dates(date(2024, 1, 1), date(2026, 6, 1)),
    length=st.integers(0, 400),
    restated=st.integers(0, 90),
)
def test_chunks_cover_every_day_once(start, length, restated):
    until = datetime.combine(start + timedelta(days=length + 1), datetime.min.time(), tzinfo=UTC)

    chunks = plan_chunks(_stream("days", restated), StreamProgress(), start=start, until=until)

    days = [
        chunk.first_day + timedelta(days=n)
        for chunk in chunks
        for n in range((chunk.last_day - chunk.first_day).days + 1)
    ]
    monday = start - timedelta(days=start.weekday())
    assert days == [monday + timedelta(days=n) for n in range((start - monday).days + length + 1)]


def test_a_backfill_reads_whole_weeks():
    chunks = _plan(
        _stream("days"), StreamProgress(), READ, since=date(2026, 11, 4), through=date(2026, 11, 10)
    )

    assert [chunk.label for chunk in chunks] == ["2026-11-02", "2026-11-09"]
    assert chunks[-1].last_day == date(2026, 11, 15)


def test_changes_are_asked_for_from_a_little_before_the_last_load():
    cursor = datetime(2026, 11, 15, tzinfo=UTC)

    (chunk,) = _plan(_stream("changes"), StreamProgress(cursor=cursor), READ)

    assert (chunk.since, chunk.until) == (cursor - OVERLAP, READ)


def test_a_first_load_of_changes_asks_for_everything():
    (chunk,) = _plan(_stream("changes"), StreamProgress(), READ)

    assert chunk.since is None


def test_changes_of_an_earlier_day_than_the_last_load_are_not_asked_for():
    assert _plan(_stream("changes"), StreamProgress(cursor=READ + timedelta(days=1)), READ) == []


def test_a_list_is_read_whole_each_time():
    assert [chunk.label for chunk in _plan(_stream("all"), StreamProgress(cursor=READ), READ)] == ["all"]


def test_only_streams_of_days_have_days():
    (chunk,) = _plan(_stream("all"), StreamProgress(), READ)

    with pytest.raises(ValueError, match="not a chunk of days"):
        chunk.days()


def test_each_capture_has_a_name_of_its_own_so_that_none_replaces_another():
    stream = _stream("captures")
    first, second = (
        _plan(stream, StreamProgress(), datetime(2026, 11, 16, 6, microsecond=at, tzinfo=UTC))
        for at in (1, 2)
    )

    assert [len(first), len(second)] == [1, 1]
    assert first[0].label != second[0].label


def test_a_shorter_backfill_does_not_take_the_place_of_a_longer_one():
    since, ends = date(2026, 9, 1), (date(2026, 10, 31), date(2026, 9, 15))
    labels = {
        chunk.label
        for end in ends
        for chunk in _plan(_stream("changes"), StreamProgress(), READ, since=since, through=end)
    }

    assert len(labels) == 2
