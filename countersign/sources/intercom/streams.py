"""Conversations from the search, each with its contact and its text without markup."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Literal

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api, ExpiredCursorError
from countersign.sources.connecting.connector import Chunk, Json, Options, Page

# The most that the search gives a page.
_PAGE = 150
# The specification says of contacts that dates match by whole days, and of conversations nothing: two days
# of margin fit both, in every zone, and what is too early is left out here.
_MARGIN = timedelta(days=2)
_MARKUP = re.compile(r"<[^>]*>")
_CUSTOMERS = ("user", "lead", "contact")


class IntercomOptions(Options):
    """Where the workspace is hosted, and which conversation attribute says the topic."""

    region: Literal["us", "eu", "au"] = "us"
    topic_attribute: str | None = None


def fetch_conversations(api: Api, options: IntercomOptions, chunk: Chunk) -> Iterator[Page]:
    """Conversations that changed. Part: conversations."""
    since = int((chunk.since - _MARGIN).timestamp()) if chunk.since else 0
    field = "updated_at" if chunk.since else "created_at"
    query = {"field": field, "operator": ">", "value": since}
    begin = chunk.since.timestamp() if chunk.since else 0.0
    for found in _search(api, "/conversations/search", query, records="conversations"):
        news = [one for one in found if begin <= one["updated_at"] < chunk.until.timestamp()]
        contacts = _read_contacts(api, news)
        yield {"conversations": completed(news, contacts=contacts, topic_attribute=options.topic_attribute)}


def completed(
    conversations: Iterable[Json], *, contacts: Iterable[Json], topic_attribute: str | None = None
) -> list[Json]:
    """Conversations with `_contact`, `_email`, `_topic`, `_subject`, `_text` and `_is_request`.

    Args:
        conversations: as the search gives them.
        contacts: contacts of theirs.
        topic_attribute: the attribute that holds the topic; the tags are the topic when None.
    """
    known = {contact["id"]: contact for contact in contacts}
    return [_completed(one, known, topic_attribute) for one in conversations]


def plain_text(markup: str | None) -> str | None:
    """The words of a message without its HTML.

    >>> plain_text("<p>Display shows <b>E17</b> &amp; stops</p>")
    'Display shows E17 & stops'
    """
    if not markup:
        return None
    return " ".join(html.unescape(_MARKUP.sub(" ", markup)).split()) or None


def _completed(one: Json, known: Mapping[str, Json], topic_attribute: str | None) -> Json:
    source = one.get("source") or {}
    author = source.get("author") or {}
    contact = known.get(next(iter(_contact_ids(one)), ""))
    wrote = author.get("email") if author.get("type") in _CUSTOMERS else None
    return {
        **one,
        "_contact": contact,
        "_company": next((company["id"] for company in _companies(contact)), None),
        "_email": (contact or {}).get("email") or wrote or None,
        "_topic": _topic(one, topic_attribute),
        "_subject": plain_text(one.get("title") or source.get("subject")),
        "_text": plain_text(source.get("body")),
        # What we sent out and nobody answered is no question.
        "_is_request": source.get("delivered_as") == "customer_initiated" or bool(one["first_contact_reply"]),
    }


def _contact_ids(one: Json) -> list[str]:
    return [contact["id"] for contact in (one.get("contacts") or {}).get("contacts") or []]


def _companies(contact: Json | None) -> list[Json]:
    found: list[Json] = ((contact or {}).get("companies") or {}).get("data") or []
    return found


def _topic(one: Json, topic_attribute: str | None) -> str | None:
    if topic_attribute is not None:
        value = (one.get("custom_attributes") or {}).get(topic_attribute)
        return str(value) if value is not None else None
    return ", ".join(tag["name"] for tag in (one.get("tags") or {}).get("tags") or []) or None


def _read_contacts(api: Api, conversations: Sequence[Json]) -> list[Json]:
    ids = sorted({first for one in conversations for first in _contact_ids(one)[:1]})
    if not ids:
        return []
    query = {"field": "id", "operator": "IN", "value": ids}
    pages = _search(api, "/contacts/search", query, records="data")
    return [contact for page in pages for contact in page]


def _search(api: Api, path: str, query: Json, *, records: str) -> Iterator[list[Json]]:
    after: str | None = None
    while True:
        pagination = {"per_page": _PAGE, **({"starting_after": after} if after else {})}
        try:
            body = api.post(path, {"query": query, "pagination": pagination})
        except SourceError as error:
            if after is None or "starting_after" not in str(error):
                raise
            raise ExpiredCursorError(
                "Intercom no longer knows this cursor.", found="starting_after", fix="run this again"
            ) from None
        yield body[records]
        after = ((body.get("pages") or {}).get("next") or {}).get("starting_after")
        if not after:
            return
