"""Numbers spelled as words, however they are joined or spaced."""

import re
from itertools import pairwise

_SMALL = """
zero nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty thirty forty fourty fifty sixty seventy eighty ninety
hundred thousand million billion trillion quadrillion
"""
_ORDINALS = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth
seventieth eightieth ninetieth hundredth thousandth millionth billionth
"""
_FRACTIONS = ["half", "halves", "halfway", "quarter", "quarters", "seconds", "thirds"]
_TIMES = """
twice thrice double doubles doubled doubling triple triples tripled tripling treble trebled quadruple
quadrupled quadrupling quintuple quintupled halve halved halving couple pair dozen
"""
_PERCENT = ["percent", "percents", "percentage", "percentages", "pct", "permille", "bps"]
_MAGNITUDES = ["mn", "mln", "mio", "bn", "tn"]

_CARDINALS = frozenset(_SMALL.split())
_PLURALS = {
    "ninety": "nineties", "eighty": "eighties", "seventy": "seventies", "sixty": "sixties",
    "fifty": "fifties", "forty": "forties", "thirty": "thirties", "twenty": "twenties",
}  # fmt: skip

NUMBER_WORDS = (
    _CARDINALS
    | {f"{word}s" for word in (*_CARDINALS, *_ORDINALS.split(), "dozen", "pair", "couple")}
    | frozenset(_PLURALS.values())
    | frozenset(_ORDINALS.split())
    | frozenset(_FRACTIONS)
    | frozenset(_TIMES.split())
    | frozenset(_PERCENT)
    | frozenset(_MAGNITUDES)
)
_JOINABLE = sorted(_CARDINALS | frozenset(_ORDINALS.split()), key=lambda word: (-len(word), word))
_JOINED = re.compile(rf"(?:{'|'.join(_JOINABLE)}|and)+")
_FOLD = re.compile(rf"(?:{'|'.join(_JOINABLE)}|many)fold")
_ROMAN = frozenset("II III IV VI VII VIII IX XI XII XIII XIV XV XVI XVII XVIII XIX XX".split())  # noqa: SIM905
_WORD = re.compile(r"[a-z]+")
_SPELLED_OUT = re.compile(r"(?<![a-z])[a-z](?:[\s.\-_·*/|,]{1,2}[a-z](?![a-z])){2,}")
_PER_CENT = re.compile(r"\bper[\s\-]+cents?\b|\bper[\s\-]+mille?\b|\bpercentile\w*|\bbasis[\s\-]+points?\b")
_BREAK = re.compile(r"[\s\-_.·*/|]{1,4}")


def find_number_words(text: str) -> list[tuple[int, int, str]]:
    """Number words in text that was folded to plain Latin letters, as (start, end, word).

    Finds whole words, words run together (`twohundred`), words spelled letter by letter
    (`t-w-o`), words broken in the middle (`for-ty`) and Roman numerals of two capitals or more.

    >>> find_number_words("about two-thirds of it")
    [(6, 9, 'two'), (10, 16, 'thirds')]
    """
    lower = text.lower()
    found = [
        (match.start(), match.end(), match.group())
        for match in _WORD.finditer(lower)
        if _is_number(match.group())
    ]
    for match in _SPELLED_OUT.finditer(lower):
        if _is_number(re.sub(r"[^a-z]", "", match.group())):
            found.append((match.start(), match.end(), match.group()))
    for first, second in pairwise(_WORD.finditer(lower)):
        parts = first.group(), second.group()
        if not _BREAK.fullmatch(lower[first.end() : second.start()]) or any(map(_is_number, parts)):
            continue
        if "".join(parts) in NUMBER_WORDS:
            found.append((first.start(), second.end(), lower[first.start() : second.end()]))
    found += [(match.start(), match.end(), match.group()) for match in _PER_CENT.finditer(lower)]
    found += [
        (match.start(), match.end(), match.group())
        for match in re.finditer(r"\b[IVX]+\b", text)
        if match.group() in _ROMAN
    ]
    return sorted(found)


def _is_number(word: str) -> bool:
    if word in NUMBER_WORDS or _FOLD.fullmatch(word):
        return True
    return word != "and" and _JOINED.fullmatch(word) is not None
