"""Small pieces of English for the offline writers: verbs from signs, lists, plurals, clauses."""

from collections.abc import Sequence

UP = ("rose", "went up", "climbed", "grew")
DOWN = ("fell", "went down", "dropped", "shrank")


def moved(sign: int, *, turn: int = 0) -> str:
    """A past-tense verb that agrees with a sign; `turn` varies the word from section to section.

    >>> moved(1), moved(-1, turn=2), moved(0)
    ('rose', 'dropped', 'did not move')
    """
    if sign == 0:
        return "did not move"
    words = UP if sign > 0 else DOWN
    return words[turn % len(words)]


def listed(items: Sequence[str]) -> str:
    """Items as people list them.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def plural(noun: str, *, count: object) -> str:
    """A noun that agrees with its count.

    >>> plural("lead", count=1), plural("lead", count=0), plural("opportunity", count=2)
    ('lead', 'leads', 'opportunities')
    """
    if count == 1:
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def sentence(text: str) -> str:
    """A text with a capital first letter and one full stop; a token in front stays as it is.

    >>> sentence("leads fell"), sentence("{{name:a}} fell."), sentence("why?")
    ('Leads fell.', '{{name:a}} fell.', 'Why?')
    """
    stripped = text.strip()
    capital = stripped[:1].upper() + stripped[1:]
    return capital if capital.endswith((".", "?", "!")) else f"{capital}."


def paragraph(*sentences: str) -> str:
    """Sentences as one paragraph; empty ones are left out."""
    return " ".join(sentence(text) for text in sentences if text.strip())


def capitalised(text: str) -> str:
    """A heading: capital first letter, no full stop.

    >>> capitalised("nothing left its range.")
    'Nothing left its range'
    """
    stripped = text.strip().rstrip(".")
    return stripped[:1].upper() + stripped[1:]
