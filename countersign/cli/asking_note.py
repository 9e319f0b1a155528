"""Asks who approves for a note: what it means, and the next action they chose."""

import sys

import typer


def ask_for_note(*, is_quiet: bool) -> str:
    """The note that a person types; empty when they leave it so, or when nobody sits at a keyboard."""
    if is_quiet or not sys.stdin.isatty():
        return ""
    said: str = typer.prompt(
        "What does it mean, and what did you choose to do next? (published with it; Enter leaves it out)",
        default="",
        show_default=False,
    )
    return said.strip()
