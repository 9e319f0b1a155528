"""A note: what somebody wrote, when and where, with an id that the same words always have."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

from countersign.core.hashing import short_id

MOST_CHARACTERS = 5_000
_SHORT = 300
_SIX_PLACES = Decimal("0.000001")
# Control characters, invisible format marks (also those that reorder text), surrogates, private use.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@dataclass(frozen=True)
class Note:
    """What was found on a page; texts are as the page has them. `rating` is a share of the best, 0..1."""

    text: str
    title: str | None = None
    author: str | None = None
    published: str | None = None
    rating: str | None = None
    language: str | None = None
    own_id: str | None = None


def record_of(
    note: Note, *, origin: str, captured_at: datetime, kind: str, about: str | None
) -> dict[str, Any]:
    """The record that lands. The same words from the same origin have the same id; changed words a new one.

    Args:
        note: what was found.
        origin: the approved page.
        captured_at: when it was read.
        kind: one of RESEARCH_KINDS.
        about: whom it is about.
    """
    title, text = plain_text(note.title or ""), plain_text(note.text)
    published = instant_of(note.published)
    said = [origin, note.own_id or "", published or "", note.rating or "", title, text]
    return {
        "note_id": short_id("rn_", said),
        "kind": kind,
        "captured_at": captured_at.astimezone(UTC).isoformat(),
        "published_at": published,
        "origin": origin,
        "about": about,
        "title": title[:_SHORT] or None,
        "text": text[:MOST_CHARACTERS],
        "author": plain_text(note.author or "")[:_SHORT] or None,
        "rating": note.rating,
        "language": note.language
        if re.fullmatch("[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*", note.language or "")
        else None,
    }


def plain_text(text: str) -> str:
    """A text without control and invisible characters, with single spaces and at most one empty line.

    >>> plain_text("Good\\u202e  tool\\x00.\\n\\n\\n\\nWe \\U000e0041stay.")
    'Good tool.\\n\\nWe stay.'
    """
    kept = "".join(
        " " if one == "\t" else one
        for one in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        if one in "\n\t" or unicodedata.category(one) not in _DROPPED
    )
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in kept.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def instant_of(text: str | None) -> str | None:
    """A date or time as pages and feeds write it, in UTC; None when it is none.

    >>> instant_of("Mon, 16 Nov 2026 09:00:00 +0100"), instant_of("2026-11-16"), instant_of("soon")
    ('2026-11-16T08:00:00+00:00', '2026-11-16T00:00:00+00:00', None)
    """
    said = (text or "").strip()[:64]
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
            found = datetime.combine(date.fromisoformat(said), time())
        elif re.match(r"\d{4}-", said):
            found = datetime.fromisoformat(said)
        else:
            found = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    try:
        moved = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError:
        return None
    return moved.isoformat() if moved.year >= 1990 else None


def share_of(value: object, best: object) -> str | None:
    """A rating as a share of the best possible, with six decimals; None when it is none.

    >>> share_of("4", 5), share_of("4,5", "5"), share_of("9", 5), share_of("five", 5)
    ('0.800000', '0.900000', None, None)
    """
    try:
        given, most = (Decimal(str(one).strip().replace(",", ".")) for one in (value, best))
        share = given / most
        if not (share.is_finite() and 0 <= share <= 1):
            return None
        return str(share.quantize(_SIX_PLACES))
    except (InvalidOperation, ArithmeticError):
        return None
