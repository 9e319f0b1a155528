"""Names of people in text: those the CRM knows, and those that a title or a signature announces."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from countersign.sources.personal import name_cues as cues
from countersign.sources.personal.spans import Span

_WORD = re.compile(r"[^\W\d_]+(?:['’´‘-][^\W\d_]+)*")
_CACHED = 200_000
_SPACELESS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]+")


@dataclass
class KnownNames:
    """First and last names, in every spelling they may turn up in.

    `pairs` holds full names of two ambiguous words only: for all others it is enough that a known first
    name stands before a known last name. `is_forgotten` tells of a full name whether its owner asked to
    be forgotten; only a keyed hash of it is left.
    """

    firsts: set[str] = field(default_factory=set)
    lasts: set[str] = field(default_factory=set)
    pairs: set[str] = field(default_factory=set)
    spaceless: set[str] = field(default_factory=set)
    kept: frozenset[str] = frozenset()
    is_forgotten: Callable[[str], bool] | None = None
    _facts: dict[str, tuple[str, bool, bool, bool]] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.firsts or self.lasts or self.spaceless or self.is_forgotten)

    def add_all(self, names: Iterable[str]) -> None:
        """Learn full names: `Anna Schmidt`, `Schmidt, Anna` or a single one."""
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Learn one full name."""
        self._facts.clear()
        if _SPACELESS.search(name):
            self.spaceless.update(found for found in _SPACELESS.findall(name) if len(found) >= 2)
        last, comma, first = name.partition(",")
        words = _WORD.findall(f"{first} {last}" if comma else name)
        if any(word.casefold() in cues.NOT_A_PERSON for word in words):
            return
        words = [word for word in words if _may_be_name(word)]
        for at, word in enumerate(words):
            spellings = set(spellings_of(word))
            if at == 0:
                self.firsts |= spellings
            if at > 0 or len(words) == 1:
                self.lasts |= spellings
            if 0 < at < len(words) - 1:
                self.firsts |= spellings
        if len(words) > 1 and _is_common(words[0].casefold()) and _is_common(words[-1].casefold()):
            self.pairs.add(f"{words[0]} {words[-1]}".casefold())

    def facts_of(self, word: str) -> tuple[str, bool, bool, bool]:
        """A word in lower case, and whether it is a known first name, a known last name, and also a word."""
        facts = self._facts.get(word)
        if facts is None:
            lower = word.casefold()
            is_first, is_last = self._holds(word) if lower not in self.kept else (False, False)
            facts = lower, is_first, is_last, _is_common(lower.removesuffix("'s").removesuffix("’s"))
            if len(self._facts) >= _CACHED:
                self._facts.clear()
            self._facts[word] = facts
        return facts

    def _holds(self, word: str) -> tuple[bool, bool]:
        for form in _forms(word):
            found = form in self.firsts, form in self.lasts
            if any(found):
                return found
        return False, False


def spellings_of(word: str) -> Iterator[str]:
    """How a name may be written: as it is, without accents, with ae for ä; each part of a double name."""
    for part in {word, *(word.split("-") if "-" in word else ())}:
        lower = part.casefold()
        yield lower
        if not lower.isascii():
            yield "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
            yield lower.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


def _is_common(lower: str) -> bool:
    return lower in cues.AMBIGUOUS or (lower.endswith("s") and lower[:-1] in cues.AMBIGUOUS)


def _may_be_name(word: str) -> bool:
    return len(word) >= 2 and word.casefold() not in cues.PARTICLES and word.casefold() not in cues.TITLES


def _forms(word: str) -> Iterator[str]:
    lower = word.casefold().replace("’", "'")
    yield lower
    if lower.endswith("'s"):
        yield lower[:-2]
    elif lower.endswith("s") and len(lower) > 4:
        yield lower[:-1]
    if not lower.isascii():
        yield "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    lower: str
    is_first: bool
    is_last: bool
    is_common: bool

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_known(self) -> bool:
        return self.is_first or self.is_last


def find_names(text: str, names: KnownNames) -> Iterator[Span]:
    """Names in a text; of two that overlap, the longer one comes first."""
    if names.spaceless:
        yield from _find_spaceless(text, names)
    words = _words_of(text, names)
    at = 0
    while at < len(words):
        count = _name_length(text, words, at, names)
        if count:
            yield Span(words[at].start, _end_of(words[at + count - 1]), "name")
        at += count or 1
    yield from _signatures(text)


def _words_of(text: str, names: KnownNames) -> list[_Word]:
    """The words of a text with what is known of them; none when no name can be among them."""
    found = [
        _Word(match.start(), match.end(), match.group(), *names.facts_of(match.group()))
        for match in _WORD.finditer(text)
    ]
    may_hold_names = names.is_forgotten or any(
        word.is_first or word.is_last or word.lower in cues.TITLES for word in found
    )
    return found if may_hold_names else []


def _end_of(word: _Word) -> int:
    """Where the name ends: the 's of Anna's is no part of it."""
    return word.end - 2 if word.lower.endswith(("'s", "’s")) else word.end


def _name_length(text: str, words: list[_Word], at: int, names: KnownNames) -> int:
    """How many words from `at` on are one name; 0 when none."""
    word = words[at]
    if word.lower in cues.TITLES and not word.is_last:
        return 0
    if _follows_title(text, words, at) and word.is_capital and word.lower not in cues.NOT_AFTER_TITLE:
        return _extended(text, words, at, 1)
    count = _full_name(text, words, at, names)
    if count and not _is_company(text, words, at + count):
        return _extended(text, words, at, count)
    if not word.is_known or len(word.text) < 2 or _is_company(text, words, at + 1):
        return 0
    return int(_stands_alone(text, words, at))


def _follows_title(text: str, words: list[_Word], at: int) -> bool:
    if at == 0:
        return False
    before = words[at - 1]
    gap = text[before.end : words[at].start]
    if gap not in (" ", ". ", ".", "\u00a0") or before.lower not in cues.TITLES:
        return False
    # M. Dupont and Sr. García, but neither "I'm Ready" nor "MS Office".
    is_short = before.lower in cues.SHORT_TITLES
    return (
        (before.is_capital or before.lower in cues.LOWER_TITLES)
        and not (len(before.text) > 1 and before.text.isupper())
        and (not is_short or words[at].is_last)
    )


def _extended(text: str, words: list[_Word], at: int, count: int) -> int:
    """A name goes on with particles and further known names."""
    end = at + count
    while end < len(words) and text[words[end - 1].end : words[end].start] in (" ", "\u00a0", "-"):
        ahead = end
        while ahead < len(words) - 1 and words[ahead].lower in cues.PARTICLES:
            ahead += 1
        if not (words[ahead].is_last and words[ahead].is_capital and ahead < end + 4):
            # After a title an unknown first name is followed by a known last one, or by nothing of it.
            break
        if _is_company(text, words, ahead + 1):
            # Jürgen Müller von der Müller GmbH: the person ends before the company begins.
            break
        end = ahead + 1
    return end - at


def _full_name(text: str, words: list[_Word], at: int, names: KnownNames) -> int:
    """Words of `Anna Schmidt`, `Anna M. van der Berg`, `A. Schmidt` or `Schmidt, Anna` at a place."""
    first = words[at]
    if not (
        first.is_first or first.is_last or (len(first.text) == 1 and first.is_capital) or names.is_forgotten
    ):
        return 0
    for ahead in range(at + 1, min(at + 6, len(words))):
        last = words[ahead]
        gap = text[words[ahead - 1].end : last.start]
        if gap not in (" ", "\u00a0", ". ", ".", ", ") or (gap == ", " and ahead > at + 1):
            return 0
        if last.lower in cues.PARTICLES:
            continue
        if _is_pair(text, first, last, gap, names):
            return ahead - at + 1
        is_middle = (len(last.text) == 1 and last.is_capital) or (last.is_known and last.is_capital)
        if not is_middle:
            return 0
    return 0


def _is_pair(text: str, first: _Word, last: _Word, gap: str, names: KnownNames) -> bool:
    if gap in (" ", "\u00a0") and first.is_capital and last.is_capital and names.is_forgotten:
        whole = f"{first.text} {last.text}".removesuffix("'s")
        if names.is_forgotten(whole):
            return True
    if gap == ", ":
        return first.is_last and last.is_first and first.is_capital and last.is_capital and not last.is_common
    if len(first.text) == 1:
        return gap.startswith(".") and first.is_capital and last.is_last and last.is_capital
    if not (first.is_first and last.is_last) or gap not in (" ", "\u00a0"):
        return False
    if first.is_common and last.is_common:
        return f"{first.text} {last.text}".casefold() in names.pairs and first.is_capital and last.is_capital
    if first.is_capital and last.is_capital:
        return True
    return not first.is_common and not last.is_common and first.text.islower() and last.text.islower()


def _is_company(text: str, words: list[_Word], after: int) -> bool:
    """Whether a legal form or a company's word follows: Rose & Sons, Jordan Inc, Miller Consulting GmbH."""
    for ahead in range(after, min(after + 3, len(words))):
        gap = text[words[ahead - 1].end : words[ahead].start]
        if gap not in (" ", " & ", "-", " + "):
            return False
        if words[ahead].lower in cues.COMPANY or (gap == " & " and words[ahead].lower in cues.AND_COMPANY):
            return True
        if not words[ahead].is_capital:
            return False
    return False


def _stands_alone(text: str, words: list[_Word], at: int) -> bool:
    """Whether a single known name is one here: unmistakable, or announced by the words around it."""
    word = words[at]
    before = text[max(0, word.start - 40) : word.start]
    is_announced = bool(cues.BEFORE.search(before))
    if not word.is_capital:
        return is_announced and word.is_first and not word.is_common and len(word.text) > 2
    if is_announced or cues.AFTER.match(text, word.end):
        return True
    if text[max(0, word.start - 1) : word.start] in ("/", "_", "#", ".") or text[word.end : word.end + 1] in (
        "_",
        "/",
    ):
        return False
    return not word.is_common and len(word.text) > 2


def _find_spaceless(text: str, names: KnownNames) -> Iterator[Span]:
    for run in _SPACELESS.finditer(text):
        at = run.start()
        while at < run.end():
            size = next(
                (n for n in (4, 3, 2) if text[at : at + n] in names.spaceless and at + n <= run.end()), 0
            )
            if size:
                yield Span(at, at + size, "name")
            at += size or 1


def _signatures(text: str) -> Iterator[Span]:
    patterns = (cues.SALUTATION, cues.SIGNATURE) if "\n" in text else (cues.SALUTATION,)
    for pattern in patterns:
        for match in pattern.finditer(text):
            words = {word.casefold() for word in _WORD.findall(match["name"])}
            if not words & cues.NO_SIGNATURE and not words & cues.COMPANY and not words & cues.TITLES:
                yield Span(*match.span("name"), "name")
