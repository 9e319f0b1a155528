"""Fail closed: a numeral, a number word or a known name outside a token fails the draft."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise

from countersign.core.contracts import Draft
from countersign.reports.consistency import Problem, find_inconsistencies
from countersign.reports.disguise import is_numeral, mixed_script_words, unmask
from countersign.reports.figures import DraftError
from countersign.reports.number_words import find_number_words
from countersign.reports.outline import Spot, read_strings
from countersign.reports.token_syntax import Token, Words, parse
from countersign.reports.tokens import stated_pattern

__all__ = ["Problem", "find_ungrounded"]

_NUMERALS = "a numeral outside a token"
_MARKUP = (
    (re.compile(r"<[a-zA-Z/!?][^>]{0,80}>?"), "an HTML tag; prose is plain text"),
    (re.compile(r"&(?:#\w+|\w+);"), "an HTML entity; prose is plain text"),
    (re.compile(r"!?\[[^\]]*\]\s*[(\[][^)\]]*[)\]]?"), "a Markdown link or image; prose is plain text"),
    (re.compile(r"\b(?:https?|ftp|javascript|data|file|mailto):\S+|\bwww\.\S+", re.I), "an address"),
)
_SIGN_BEFORE = frozenset("+-\u2212\u2010\u2011\u2012\u2013\u00b1~.,\u2044/")
_DASHES_OF_A_RANGE = frozenset("-\u2012\u2013")


def find_ungrounded(draft: Draft, *, known_names: Collection[str] = ()) -> list[Problem]:
    """Everything in a draft that people would read and no fact vouches for; empty when it may go on.

    Args:
        draft: what an agent prepared or a person edited.
        known_names: channels, campaigns and other names from the data. They, and the values of
            `draft.names`, may only stand inside `{{name:}}` tokens.

    Returns:
        Problems in reading order: prose first, then figures and blocks that do not hold together.
    """
    names = _name_patterns({*known_names, *draft.names.values()})
    problems: list[Problem] = []
    for spot in read_strings(draft):
        problems.extend(_problems_of(spot, draft, names))
    for alias, name in draft.names.items():
        if not any(char.isalpha() for char in name):
            problems.append(Problem(f"names[{alias}]", name, "a name without a letter is a figure"))
    return problems + find_inconsistencies(draft)


def _problems_of(spot: Spot, draft: Draft, names: tuple[re.Pattern[str], ...]) -> Iterator[Problem]:
    try:
        pieces = parse(spot.text)
    except DraftError as error:
        yield Problem(spot.where, spot.text[:80], error.problem)
        return
    tokens = [piece for piece in pieces if isinstance(piece, Token)]
    held = {"fact": {*draft.bindings}, "name": {*draft.names}, "period": {*draft.periods}}
    for token in tokens:
        if token.alias not in held[token.kind]:
            yield Problem(
                spot.where, spot.text[token.start : token.end], f"no such {token.kind} in the draft"
            )
    yield from _glued_figures(spot, tokens)
    stated = stated_pattern(draft)
    for piece in pieces:
        if isinstance(piece, Words):
            words = stated.sub(lambda match: " " * len(match.group()), piece.text) if stated else piece.text
            for span, reason in _problems_in_words(words, names):
                yield Problem(spot.where, span, reason)


@lru_cache(maxsize=4096)
def _problems_in_words(words: str, names: tuple[re.Pattern[str], ...]) -> tuple[tuple[str, str], ...]:
    """What is wrong with some words; kept, because one wording is checked many times over."""
    return tuple(_search_words(words, names))


def _search_words(words: str, names: tuple[re.Pattern[str], ...]) -> Iterator[tuple[str, str]]:
    yield from _unseen_characters(words)
    for pattern, reason in _MARKUP:
        for match in pattern.finditer(words):
            yield match.group(), reason
    searched = _without_allowed(words)
    for match in re.finditer(r"\S+", searched):
        if any(is_numeral(char) for char in match.group()):
            yield match.group(), _NUMERALS
    for char in searched:
        if unicodedata.category(char) == "Sc":
            yield char, "a currency sign outside a token"
        elif _is_percent_sign(char):
            yield char, "a percent sign outside a token"
    plain = unmask(searched)
    for _, _, word in find_number_words(plain):
        yield word, "a number word outside a token"
    for word in mixed_script_words(words):
        yield word, "a word that mixes alphabets, as disguises do"
    seen_as = unmask(words)
    for pattern in names:
        if named := pattern.search(words) or pattern.search(seen_as):
            yield named.group(), "a name outside a token; write {{name:ALIAS}}"


def _is_percent_sign(char: str) -> bool:
    name = unicodedata.name(char, "")
    return "PERCENT" in name or "PER MILLE" in name or "PER TEN THOUSAND" in name


def _unseen_characters(words: str) -> Iterator[tuple[str, str]]:
    for char in words:
        category = unicodedata.category(char)
        if category in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp") and char != "\n":
            code = f"U+{ord(char):04X}"
            yield code, "a control, bidirectional or invisible character"


def _glued_figures(spot: Spot, tokens: list[Token]) -> Iterator[Problem]:
    """Figures must stand alone: `{{fact:a}}k`, `-{{fact:a}}` and two side by side say something else."""
    text = spot.text
    ends = {token.end for token in tokens}
    for token in (token for token in tokens if token.kind == "fact"):
        after = text[token.end : token.end + 1]
        if after and (after.isalnum() or unicodedata.category(after)[0] in "MN" or after == "{"):
            yield Problem(spot.where, text[token.start : token.end + 8], "text glued to a figure changes it")
        before = text[token.start - 1 : token.start] if token.start else ""
        if before in _SIGN_BEFORE and before:
            is_range = before in _DASHES_OF_A_RANGE and token.start - 1 in ends
            if not is_range:
                yield Problem(
                    spot.where, text[token.start - 1 : token.end], "a sign glued to a figure changes it"
                )
        elif before.isalnum():
            yield Problem(spot.where, text[token.start - 1 : token.end], "text glued to a figure changes it")
    for first, second in pairwise(tokens):
        both_facts = first.kind == second.kind == "fact"
        if both_facts and not text[first.end : second.start].strip():
            span = text[first.start : second.end]
            yield Problem(spot.where, span, "two figures side by side read as one")


def _name_patterns(names: set[str]) -> tuple[re.Pattern[str], ...]:
    """How each name is searched: a plain word (`Direct`) in its own case, all others in any case."""
    patterns: list[re.Pattern[str]] = []
    for name in sorted(names):
        words = name.split()
        if not words or len(name.strip()) < 2:
            continue
        is_plain_word = len(words) == 1 and name.isalpha() and name == name.capitalize()
        body = r"[\s_\-]+".join(re.escape(word) for word in words)
        flags = re.NOFLAG if is_plain_word else re.IGNORECASE
        patterns.append(re.compile(rf"(?<!\w){body}(?!\w)", flags))
    return tuple(patterns)


def _without_allowed(words: str) -> str:
    return _allowed().sub(lambda match: " " * len(match.group()), words)


@cache
def _allowed() -> re.Pattern[str]:
    source = resources.files("countersign.reports").joinpath("allowlist.toml").read_text(encoding="utf-8")
    lists = tomllib.loads(source)
    terms = sorted({*lists["terms"], *lists["phrases"]}, key=lambda term: (-len(term), term))
    return re.compile(rf"(?<![\w\-])(?:{'|'.join(map(re.escape, terms))})(?!\w|\s+of\b)")
