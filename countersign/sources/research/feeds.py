"""Entries of RSS, Atom and JSON Feed; XML that declares entities is refused before it can expand."""

import json
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from countersign.sources.research.html_text import text_of_fragment
from countersign.sources.research.notes import Note


def feed_notes(text: str) -> Iterator[Note]:
    """One note an entry that says something, in the feed's order.

    Raises:
        ValueError: it is no feed, or its XML declares entities.
    """
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        yield from _json_notes(text)
        return
    try:
        root = fromstring(text)
    except DefusedXmlException as error:
        raise ValueError("its XML declares entities, which are never expanded") from error
    except (ParseError, RecursionError) as error:
        raise ValueError("it is no well-formed feed") from error
    language = _child(root, "channel", "language") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    entries = [one for one in root.iter() if _name(one) in ("item", "entry")]
    if not entries and _name(root) not in ("rss", "feed", "RDF"):
        raise ValueError("it is no feed: it has neither items nor entries")
    for entry in entries:
        note = _entry(entry, language)
        if note.text.strip():
            yield note


def _entry(entry: Element, language: str | None) -> Note:
    parts = {_name(part): part for part in reversed(entry)}
    body = next(
        (parts[name] for name in ("encoded", "content", "description", "summary") if name in parts), None
    )
    title = _said(parts.get("title"))
    text = _said(body)
    return Note(
        text=text if text.strip() else title,
        title=title,
        author=_author(parts),
        published=next(
            (_plain(parts[name]) for name in ("pubDate", "published", "date", "updated") if name in parts),
            None,
        ),
        language=language,
        own_id=next((_plain(parts[name]) for name in ("guid", "id", "link") if name in parts), None),
    )


def _author(parts: dict[str, Element]) -> str | None:
    author = parts.get("author") if "author" in parts else parts.get("creator")
    if author is None:
        return None
    name = next((one for one in author if _name(one) == "name"), author)
    return _plain(name) or None


def _said(part: Element | None) -> str:
    if part is None:
        return ""
    # Atom says when it is no HTML; RSS is HTML even where it looks like text.
    if part.get("type") == "text":
        return part.text or ""
    if part.get("type") == "xhtml":
        return " ".join(part.itertext())
    return text_of_fragment(part.text or "")


def _plain(part: Element) -> str:
    return (part.text or part.get("href") or "").strip()


def _child(root: Element, *path: str) -> str | None:
    at: Element | None = root
    for name in path:
        at = next((one for one in at if _name(one) == name), None) if at is not None else None
    return at.text if at is not None else None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _json_notes(text: str) -> Iterator[Note]:
    try:
        feed: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no JSON") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise ValueError("it is no JSON Feed: it has no items")
    for item in filter(lambda one: isinstance(one, dict), items):
        said = _text(item, "content_text") or text_of_fragment(_text(item, "content_html"))
        said = said if said.strip() else _text(item, "summary") or _text(item, "title")
        if said.strip():
            yield Note(
                text=said,
                title=_text(item, "title"),
                author=_json_author(item),
                published=_text(item, "date_published") or None,
                language=_text(item, "language") or _text(feed, "language") or None,
                own_id=_text(item, "id") or _text(item, "url") or None,
            )


def _json_author(item: dict[str, Any]) -> str | None:
    authors = item.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return (_text(first, "name") or None) if isinstance(first, dict) else None


def _text(item: dict[str, Any], name: str) -> str:
    found = item.get(name)
    return found if isinstance(found, str) else ""
