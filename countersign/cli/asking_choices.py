"""Asks who approves what becomes of each proposed action."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from countersign.core.choices import Chosen
    from countersign.core.contracts import Draft

_CHOICES = "proposed, stop, fix, scale, test, leave"


def choose_for_actions(draft: "Draft", given: Sequence[str], *, is_quiet: bool) -> "dict[int, Chosen]":
    """What a person chose for the actions of a draft, by number; nothing said means as proposed.

    Args:
        given: choices from the command line, as `2=leave`; when there are any, nobody is asked.
        is_quiet: ask nothing, also at a keyboard.

    Raises:
        ApprovalError: a choice fits no action, or is none.
    """
    from countersign.governance.choosing import actions_of, read_choices
    from countersign.reports.tokens import fill_plain

    if given or is_quiet or not sys.stdin.isatty():
        return read_choices(given, draft)
    said = []
    actions = actions_of(draft)
    if actions:
        typer.echo(f"For each action: Enter for as proposed, or one of {_CHOICES}.")
    for number, action in enumerate(actions, start=1):
        asked = f"  {number}. {fill_plain(action.title, draft)} ({action.choice})"
        if word := typer.prompt(asked, default="", show_default=False).strip():
            said.append(f"{number}={word}")
    return read_choices(said, draft)
