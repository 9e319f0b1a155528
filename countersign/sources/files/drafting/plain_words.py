"""Headers and values as they are compared: words without case, accents and marks."""

import re
import unicodedata

# Words that say where a header is from or how it is told, and nothing of what it holds.
NOISE = frozenset({"metrics", "segments", "utc", "properties", "micros"})

_CURRENCY = re.compile(r"[(\[]\s*([A-Z]{3})\s*[)\]]")


def plain_words(text: str) -> str:
    """A header or value as words: lower case, without accents, marks, and words that say nothing.

    >>> plain_words("metrics.cost_micros"), plain_words("Währung"), plain_words("costInLocalCurrency")
    ('cost', 'wahrung', 'cost in local currency')
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", _CURRENCY.sub(" ", text)).replace("ß", "ss")
    bare = "".join(one for one in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(one))
    words = re.sub(r"[^a-z0-9]+", " ", bare.lower()).split()
    return " ".join([word for word in words if word not in NOISE] or words)


def currency_in(header: str) -> str | None:
    """The currency that a header names in brackets.

    >>> currency_in("Amount spent (EUR)")
    'EUR'
    """
    found = _CURRENCY.search(header)
    return found[1] if found and found[1] != "UTC" else None
