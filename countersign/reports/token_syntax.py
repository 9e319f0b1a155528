"""The grammar of tokens in prose: {{fact:ALIAS}}, {{fact:ALIAS|STYLE}}, {{name:ALIAS}}, {{period:ALIAS}}.

`{{period:ALIAS|length}}` says how long a period is instead of when.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from countersign.reports.figures import DraftError, Style

TokenKind = Literal["fact", "name", "period"]

STYLES: tuple[str, ...] = get_args(Style)
LENGTH = "length"

_TOKEN = re.compile(r"\{\{(fact|name|period):([A-Za-z0-9_.:-]+)(?:\|([a-z]+))?\}\}")
_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True)
class Token:
    """One token: what it asks for, by which alias, in which style (facts), or as a length (periods)."""

    kind: TokenKind
    alias: str
    style: Style
    start: int
    end: int
    is_length: bool = False


@dataclass(frozen=True)
class Words:
    """Plain text between tokens."""

    text: str


Piece = Words | Token


def parse(text: str) -> Sequence[Piece]:
    """Prose cut into words and tokens, in order.

    Raises:
        DraftError: a brace that belongs to no token, an unknown style, a style on a name or period.

    >>> [type(piece).__name__ for piece in parse("Spend was {{fact:spend|short}}.")]
    ['Words', 'Token', 'Words']
    """
    pieces: list[Piece] = []
    at = 0
    for match in _TOKEN.finditer(text):
        _add_words(pieces, text[at : match.start()], whole=text)
        pieces.append(_token(match))
        at = match.end()
    _add_words(pieces, text[at:], whole=text)
    return pieces


def _token(match: re.Match[str]) -> Token:
    kind, alias, style = match.groups()
    is_length = kind == "period" and style == LENGTH
    if style is not None and not is_length and (kind != "fact" or style not in STYLES):
        raise DraftError(
            "A token has a style that does not exist.",
            found=match.group(),
            fix=f"use one of {', '.join(STYLES)} on facts, {LENGTH} on periods, and no style on names",
        )
    return Token(
        kind=cast(TokenKind, kind),
        alias=alias,
        style=cast(Style, "value" if style is None or is_length else style),
        start=match.start(),
        end=match.end(),
        is_length=is_length,
    )


def _add_words(pieces: list[Piece], words: str, *, whole: str) -> None:
    if brace := _BRACE.search(words):
        around = words[max(0, brace.start() - 20) : brace.start() + 40]
        raise DraftError(
            "Prose has a brace that belongs to no token.",
            found=f"{around!r} in {whole[:80]!r}",
            fix="write only {{fact:ALIAS}}, {{fact:ALIAS|STYLE}}, {{name:ALIAS}} and {{period:ALIAS}}",
        )
    if words:
        pieces.append(Words(words))
