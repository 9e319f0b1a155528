"""Reviews and questions that a page states as data: JSON-LD in the words of schema.org."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from countersign.sources.research.html_text import text_of_fragment
from countersign.sources.research.notes import Note, share_of

_REVIEWS = frozenset({"Review", "CriticReview", "UserReview", "EmployerReview"})
_DEEPEST = 50


def review_notes(scripts: Iterable[str]) -> Iterator[Note]:
    """One note a review that has words."""
    for review in _found(scripts, _REVIEWS):
        text = _first(review, "reviewBody", "description", "text")
        if text.strip():
            yield Note(
                text=text,
                title=_first(review, "headline", "name"),
                author=_author(review.get("author")),
                published=_first(review, "datePublished", "dateCreated") or None,
                rating=_rating(review.get("reviewRating")),
                language=_first(review, "inLanguage") or None,
                own_id=_first(review, "@id", "identifier", "url") or None,
            )


def question_notes(scripts: Iterable[str]) -> Iterator[Note]:
    """One note a question; answers are not what customers ask."""
    for question in _found(scripts, frozenset({"Question"})):
        title = _first(question, "name", "headline")
        text = _first(question, "text", "description") or title
        if text.strip():
            yield Note(
                text=text,
                title=title,
                author=_author(question.get("author")),
                published=_first(question, "datePublished", "dateCreated") or None,
                language=_first(question, "inLanguage") or None,
                own_id=_first(question, "@id", "url") or None,
            )


def _found(scripts: Iterable[str], types: frozenset[str]) -> Iterator[dict[str, Any]]:
    for script in scripts:
        try:
            yield from _within(json.loads(script), types)
        except (ValueError, RecursionError):
            # One broken block says nothing of the others.
            continue


def _within(value: Any, types: frozenset[str], depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        said = value.get("@type")
        if types & {one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str)}:
            yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _within(one, types, depth + 1)


def _first(item: dict[str, Any], *names: str) -> str:
    for name in names:
        found = item.get(name)
        if isinstance(found, str) and found.strip():
            return text_of_fragment(found) if "<" in found or "&" in found else found
    return ""


def _author(value: Any) -> str | None:
    one = value[0] if isinstance(value, list) and value else value
    if isinstance(one, dict):
        return _first(one, "name") or None
    return one if isinstance(one, str) and one.strip() else None


def _rating(value: Any) -> str | None:
    one = value[0] if isinstance(value, list) and value else value
    if not isinstance(one, dict):
        return None
    best = one.get("bestRating")
    return share_of(one.get("ratingValue"), 5 if best is None else best)
