"""From a page's bytes to notes, as the approved list says what to take."""

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from countersign.sources.research.decoding import decoded
from countersign.sources.research.feeds import feed_notes
from countersign.sources.research.html_text import Page
from countersign.sources.research.notes import Note
from countersign.sources.research.structured import question_notes, review_notes

Take = Literal["feed", "text", "items", "reviews", "questions"]
MOST_NOTES = 500
_JSON_LD = "application/ld+json"


def read_notes(body: bytes, *, charset: str | None, take: Take, select: str | None) -> list[Note]:
    """What is to be taken of a page, at most MOST_NOTES notes.

    Args:
        body: of the page.
        charset: as HTTP says.
        take: "feed" one note an entry; "text" one note for the main text; "items" one note for each element
            that `select` finds; "reviews" and "questions" as stated in JSON-LD.
        select: CSS selector; for "text" in place of the main part.

    Raises:
        ValueError: the page is not of that kind; says why.
    """
    return list(islice(_notes(decoded(body, charset), take=take, select=select), MOST_NOTES))


def _notes(text: str, *, take: Take, select: str | None) -> Iterator[Note]:
    if take == "feed":
        yield from feed_notes(text)
        return
    page = Page(text)
    if take == "reviews":
        yield from review_notes(page.scripts(_JSON_LD))
    elif take == "questions":
        yield from question_notes(page.scripts(_JSON_LD))
    else:
        yield from _text_notes(page, take=take, select=select)


def _text_notes(page: Page, *, take: Take, select: str | None) -> Iterator[Note]:
    texts = page.texts(select) if select else [page.main_text()]
    if take == "text":
        texts = ["\n".join(texts)]
    for text in texts:
        if text.strip():
            yield Note(text=text, title=page.title if take == "text" else None, language=page.language)
