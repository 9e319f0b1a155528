"""`--advance` and `--advance 4w`: an option whose value may be left out."""

import re

import typer
from typer.core import TyperCommand

from countersign.core.errors import SettingsError

_WEEKS = re.compile(r"\d{1,3}w")
_OPTION, _ONE_WEEK = "--advance", "1w"


class WeeksMayBeLeftOut(TyperCommand):
    """A command that reads a bare `--advance` as `--advance 1w`, whatever argument follows it."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """The arguments with the value filled in."""
        return super().parse_args(ctx, fill_in_weeks(args))


def fill_in_weeks(args: list[str]) -> list[str]:
    """Arguments in which every `--advance` has its weeks.

    >>> fill_in_weeks(["--advance", "demo"]), fill_in_weeks(["demo", "--advance", "4w"])
    (['--advance', '1w', 'demo'], ['demo', '--advance', '4w'])
    """
    filled = []
    for place, arg in enumerate(args):
        filled.append(arg)
        following = args[place + 1] if place + 1 < len(args) else ""
        if arg == _OPTION and not _WEEKS.fullmatch(following):
            filled.append(_ONE_WEEK)
    return filled


def read_weeks(text: str) -> int:
    """How many weeks "4w" says.

    Raises:
        SettingsError: it is no number of weeks.
    """
    if not _WEEKS.fullmatch(text):
        raise SettingsError("--advance takes weeks.", found=text, fix="write a number and a w, such as 4w")
    return int(text[:-1])
