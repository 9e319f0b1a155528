"""A person's note beside what they approved: put into the rendered files when they are published.

The bytes that were approved stay as they are around it; whoever has them and the notes can make the
published files again.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from countersign.reports.markdown import escape_markdown
from countersign.reports.wording import write_day

# Where report.html.j2 leaves room: behind the opening. No text of a draft can hold it, being escaped.
MARK = b"<!--notes-->"


@dataclass(frozen=True)
class Note:
    """What one person said when they approved: what it means, and what they chose to do."""

    person: str
    role: str
    at: datetime
    text: str

    @property
    def by(self) -> str:
        """Who says it and in which role, as the ledger has them: a name could change, published bytes not."""
        return f"{self.person} ({self.role})"


def describe_notes(notes: Sequence[Note]) -> tuple[str, list[str]]:
    """The heading, and the line under each note: who said it stands in one of them."""
    days = [write_day(note.at.date()) for note in notes]
    if len(notes) == 1:
        return f"What it means, by {notes[0].by}", days
    lines = [f"{note.by}, {day}" for note, day in zip(notes, days, strict=True)]
    return "What it means, by those who approved it", lines


def put_into_html(page: bytes, notes: Sequence[Note]) -> bytes:
    """The page with the notes behind its opening; the same bytes when there are none."""
    if not notes:
        return page
    heading, said_by = describe_notes(notes)
    told = "".join(
        f"<li><p>{'</p><p>'.join(html.escape(line) for line in _lines(note))}</p>"
        f'<p class="who">{html.escape(who)}</p></li>'
        for note, who in zip(notes, said_by, strict=True)
    )
    section = f'<section class="said" id="said"><h2>{html.escape(heading)}</h2><ul>{told}</ul></section>\n'
    return put_section_into_html(page, section.encode())


def put_section_into_html(page: bytes, section: bytes) -> bytes:
    """The page with a section where it leaves room; a second one stands behind the first."""
    for mark in (MARK, b"</main>", b"</body>"):
        if mark in page:
            return page.replace(mark, section + mark, 1)
    return page + section


def put_into_markdown(text: bytes, notes: Sequence[Note]) -> bytes:
    """The Markdown with the notes before its first section; the same bytes when there are none."""
    if not notes:
        return text
    heading, said_by = describe_notes(notes)
    lines = [f"## {escape_markdown(heading)}", ""]
    for note, who in zip(notes, said_by, strict=True):
        lines += [f"> {escape_markdown(line)}" for line in _lines(note)]
        lines += [">", f"> {escape_markdown(who)}", ""]
    return put_section_into_markdown(text, "\n".join(lines).encode() + b"\n")


def put_section_into_markdown(text: bytes, section: bytes) -> bytes:
    """The Markdown with a section before its first one."""
    opening, heading, rest = text.partition(b"\n## ")
    return opening + b"\n" + section + heading.removeprefix(b"\n") + rest


def _lines(note: Note) -> list[str]:
    return [line.strip() for line in note.text.splitlines() if line.strip()]
