"""Takes the disguise off text before it is searched: compatibility forms, accents, look-alike letters."""

import re
import unicodedata
from functools import cache

# Cyrillic, Greek and other letters that readers take for Latin ones.
_LOOK_ALIKES = str.maketrans(
    dict(
        zip(
            "аеорсухіјѕһԁԛԝвнкмтгпбАВЕКМНОРСТУХІЈЅԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβγεηικνορστυχωıɩɑɡꞓᴏℓƒƖɪоԌԍ",
            "aeopcyxijshdqwbhkmtrn6ABEKMHOPCTYXIJSQWABEZHIKMNOPTYXabyenikvopstuxwiiagcolfIioGg",
            strict=True,
        )
    )
)
_SMALL_CAPITAL = re.compile(r"LATIN LETTER SMALL CAPITAL ([A-Z])$")
_WORD = re.compile(r"[^\W\d_]+")


def unmask(text: str) -> str:
    """Text as a reader sees it, in plain Latin letters, one character for one character where possible.

    NFKD folds fullwidth, superscript and mathematical forms and splits accents off; invisible
    characters and accents go; look-alikes become the letters they pretend to be.

    >>> unmask("\\uff54\\u200b\\u0461o".replace("\\u0461", "\\u051d"))
    'two'
    """
    folded = unicodedata.normalize("NFKD", text)
    kept = (char for char in folded if unicodedata.category(char) not in ("Mn", "Me", "Cf", "Co", "Cn"))
    return "".join(_plain_letter(char) for char in kept).translate(_LOOK_ALIKES)


def is_numeral(char: str) -> bool:
    """Whether a character means a number in any script: digits, fractions, superscripts, 三, Ⅷ, ➂.

    >>> [is_numeral(char) for char in "7½٣三a"]
    [True, True, True, True, False]
    """
    return unicodedata.category(char).startswith("N") or unicodedata.numeric(char, None) is not None


def mixed_script_words(text: str) -> list[str]:
    """Words that mix Latin letters with Cyrillic or Greek ones, which honest words never do."""
    return [word for word in _WORD.findall(text) if len(_scripts(word)) > 1]


def _scripts(word: str) -> set[str]:
    return {script for char in word if (script := _script(char))}


@cache
def _script(char: str) -> str:
    first = unicodedata.name(char, "").split(" ")[0]
    return first if first in ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC") else ""


@cache
def _plain_letter(char: str) -> str:
    match = _SMALL_CAPITAL.match(unicodedata.name(char, ""))
    return match.group(1).lower() if match else char
