"""A note as it lands, with a fixed origin and time of capture unless a test says otherwise."""

from datetime import UTC, datetime

from countersign.sources.research.notes import Note, record_of

CAPTURED_AT = datetime(2026, 11, 16, 6, tzinfo=UTC)


def recorded(
    note: Note, *, origin: str = "https://shop.example/", captured_at: datetime = CAPTURED_AT
) -> dict:
    return record_of(note, origin=origin, captured_at=captured_at, kind="review", about="us")
