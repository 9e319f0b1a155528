"""Pages as vendors give them: an opaque cursor over a list, with the faults that only a pager can play."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from countersign.sources.sandbox.faults import Faults

Json = dict[str, Any]


class CursorGoneError(Exception):
    """The vendor no longer knows a cursor; each vendor's app answers with its own error body."""


@dataclass(frozen=True)
class PageOf:
    """One page: its records, the cursor of the next one (None at the end), and how many records there are."""

    records: list[Json]
    next_cursor: str | None
    total: int


def page_of(
    records: Sequence[Json],
    cursor: str | None,
    *,
    limit: int,
    faults: Faults,
    vendor: str,
    path: str,
    change: Callable[[Json], Json] | None = None,
) -> PageOf:
    """One page of a list.

    Args:
        records: all records, in the vendor's order.
        cursor: what the page before gave as `next_cursor`; None for the first page.
        limit: records a page.
        faults: the server's faults: page_twice, cursor_expires and changes_while_paging happen here.
        vendor: for the faults.
        path: for the faults.
        change: how a record changes while we page; the first one then comes again at the end.

    Raises:
        CursorGoneError: the cursor has expired, or is none of ours.
    """
    if cursor is not None and faults.strikes("cursor_expires", vendor, path):
        raise CursorGoneError(cursor)
    try:
        start = int(cursor or 0)
    except ValueError:
        raise CursorGoneError(cursor) from None
    listed = list(records)
    if change and listed and start and faults.strikes("changes_while_paging", vendor, path):
        # The record moves to the end of an order by time of change, and everything else moves up one.
        listed = [*listed[1:], change(listed[0])]
        start = max(0, start - 1)
    page = listed[start : start + limit]
    after = start + len(page)
    if start == 0 and len(listed) > limit and faults.strikes("page_twice", vendor, path):
        # The cursor of the first page leads to the first page again.
        after = 0
        page_cursor: str | None = "00"
        return PageOf(page, page_cursor, len(listed))
    return PageOf(page, str(after) if after < len(listed) else None, len(listed))
