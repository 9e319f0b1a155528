"""What research reads: the new notes of each approved page, the page that waited longest first."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from countersign.core.errors import SourceError
from countersign.core.log import EventLog
from countersign.sources.connecting.connector import Chunk, Page
from countersign.sources.research.apart import read_apart
from countersign.sources.research.notes import plain_text, record_of
from countersign.sources.research.options import ApprovedPage, ResearchOptions
from countersign.sources.research.visiting import LaterError, Visitor

# Of one page; a feed that forgets an entry and brings it back later is not captured twice.
_REMEMBERED = 2_000
_SHOWN = 5

log = EventLog(__name__)


def fetch_notes(visitor: Visitor, options: ResearchOptions, chunk: Chunk) -> Iterator[Page]:
    """Notes that were not captured before. One page that cannot be read does not keep the others away.

    Raises:
        SourceError: not one page could be read.
    """
    captured_at = (chunk.until - timedelta(microseconds=1)).replace(microsecond=0)
    visitor.memory = {page.key: visitor.memory.get(page.key, {}) for page in options.pages}
    refused: list[SourceError] = []
    asked = sorted(options.pages, key=lambda page: visitor.memory[page.key].get("read_at", ""))
    for page in asked[: options.at_most_pages]:
        try:
            notes = _captured(visitor, page, captured_at)
        except LaterError as error:
            log.info("page_left_for_later", found=error.found)
            continue
        except SourceError as error:
            log.warning("page_refused", problem=error.problem, found=error.found, fix=error.fix)
            _remember(visitor, page, captured_at, outcome=f"refused: {error.problem} {error.found}")
            refused.append(error)
            continue
        if notes:
            yield {"notes": notes}
    if len(refused) == len(asked[: options.at_most_pages]):
        raise SourceError(
            "Not one approved page could be read.",
            found="; ".join(f"{error.problem} {error.found}" for error in refused[:_SHOWN]),
            fix=refused[0].fix,
        )


def _captured(visitor: Visitor, page: ApprovedPage, captured_at: datetime) -> list[dict[str, Any]]:
    known = visitor.memory[page.key]
    visit = visitor.visit(page.url, etag=known.get("etag"), modified=known.get("modified"))
    if visit.answer is None:
        _remember(visitor, page, captured_at, outcome="unchanged")
        return []
    try:
        found = read_apart(visit.answer.body, charset=visit.charset, take=page.take, select=page.select)
    except ValueError as error:
        raise SourceError(
            "A page is not what its entry says.",
            found=f"{page.url}: {error}",
            fix="look at the page, and correct `take` and `select` of its entry under `options`",
        ) from None
    records = [
        record_of(note, origin=page.url, captured_at=captured_at, kind=page.kind, about=page.about)
        | ({"language": page.language} if page.language else {})
        for note in found
        if plain_text(note.text)
    ]
    seen = list(known.get("seen", ()))
    new = [record for record in records if record["note_id"] not in set(seen)]
    if not records:
        log.warning("page_says_nothing", url=page.url, take=page.take, select=page.select)
    _remember(
        visitor,
        page,
        captured_at,
        outcome=f"{len(new)} new of {len(records)}",
        etag=_short(visit.answer.headers.get("etag")),
        modified=_short(visit.answer.headers.get("last-modified")),
        seen=[*dict.fromkeys([*seen, *(record["note_id"] for record in new)])][-_REMEMBERED:],
    )
    return new


def _remember(
    visitor: Visitor, page: ApprovedPage, at: datetime, *, outcome: str, **more: str | list[str] | None
) -> None:
    visitor.memory[page.key] = {
        **visitor.memory[page.key],
        "url": page.url,
        "read_at": at.isoformat(),
        "outcome": outcome[:500],
        **more,
    }


def _short(header: str | None) -> str | None:
    return header if header and len(header) <= 500 else None
