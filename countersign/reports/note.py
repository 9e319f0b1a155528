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
HEADING = "What it means, says who approved it"


@dataclass(frozen=True)
class Note:
    """What one person said when they approved: what it means, and what they chose to do."""

    person: str
    role: str
    at: datetime
    text: str

    @property
    def by(self) -> str:
        """Who says it and when, in one line."""
        return f"{self.person} ({self.role}), {write_day(self.at.date())}"


def put_into_html(page: bytes, notes: Sequence[Note]) -> bytes:
    """The page with the notes behind its opening; the same bytes when there are none."""
    if not notes:
        return page
    told = "".join(
        f"<li><p>{'</p><p>'.join(html.escape(line) for line in _lines(note))}</p>"
        f'<p class="who">{html.escape(note.by)}</p></li>'
        for note in notes
    )
    section = f'<section class="said" id="said"><h2>{HEADING}</h2><ul>{told}</ul></section>\n'
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
    lines = [f"## {HEADING}", ""]
    for note in notes:
        lines += [f"> {escape_markdown(line)}" for line in _lines(note)]
        lines += [">", f"> {escape_markdown(note.by)}", ""]
    return put_section_into_markdown(text, "\n".join(lines).encode() + b"\n")


def put_section_into_markdown(text: bytes, section: bytes) -> bytes:
    """The Markdown with a section before its first one."""
    opening, heading, rest = text.partition(b"\n## ")
    return opening + b"\n" + section + heading.removeprefix(b"\n") + rest


def _lines(note: Note) -> list[str]:
    return [line.strip() for line in note.text.splitlines() if line.strip()]
