"""What the approvers chose for each action, put into the rendered files when they are published.

As with notes, the bytes that were approved stay as they are around it.
"""

import html
from collections.abc import Sequence

from countersign.core.choices import ActionChoice
from countersign.reports.markdown import escape_markdown
from countersign.reports.note import put_section_into_html, put_section_into_markdown
from countersign.reports.wording import write_day

HEADING = "What was chosen for each action"
_WORDS = {
    "as_proposed": "as proposed",
    "leave": "leave it as it is",
    "stop": "stop",
    "fix": "fix",
    "scale": "scale",
    "test": "test",
}


def describe_choice(choice: ActionChoice) -> str:
    """What was chosen, beside what was proposed, in a few words.

    >>> describe_choice(ActionChoice(action=1, key="", title="Pause", proposed="stop", chosen="leave"))
    'leave it as it is, where stop was proposed'
    >>> describe_choice(ActionChoice(action=1, key="", title="Pause", proposed="stop", chosen="as_proposed"))
    'stop, as proposed'
    """
    if choice.chosen == "as_proposed":
        return f"{choice.proposed}, as proposed"
    return f"{_WORDS[choice.chosen]}, where {choice.proposed} was proposed"


def put_choices_into_html(page: bytes, choices: Sequence[ActionChoice]) -> bytes:
    """The page with the choices behind its opening; the same bytes when there are none."""
    if not choices:
        return page
    told = "".join(
        f"<li><p><b>{one.action}</b> {html.escape(one.title)}: <b>{html.escape(describe_choice(one))}</b>"
        f"{_who(one)}</p></li>"
        for one in choices
    )
    section = f'<section class="said" id="chosen"><h2>{HEADING}</h2><ul>{told}</ul></section>\n'
    return put_section_into_html(page, section.encode())


def put_choices_into_markdown(text: bytes, choices: Sequence[ActionChoice]) -> bytes:
    """The Markdown with the choices before its first section; the same bytes when there are none."""
    if not choices:
        return text
    lines = [f"## {HEADING}", ""]
    for one in choices:
        by = f" ({escape_markdown(_by(one))})" if one.person else ""
        lines.append(f"{one.action}. {escape_markdown(one.title)}: {describe_choice(one)}{by}")
    return put_section_into_markdown(text, "\n".join([*lines, ""]).encode() + b"\n")


def _who(choice: ActionChoice) -> str:
    return f' <span class="who">({html.escape(_by(choice))})</span>' if choice.person else ""


def _by(choice: ActionChoice) -> str:
    return f"{choice.person}, {write_day(choice.at.date())}" if choice.at else choice.person
