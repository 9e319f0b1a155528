"""Free text without the people in it: the one function for whatever text goes further than landing.

masker = read_masker(workspace)      # knows the names of the restricted store
masker.mask("Hi Anna, call +49 170 5550123")   ->  "Hi [name], call [phone]"
"""

import re
from collections.abc import Sequence

import duckdb

from countersign.sources.personal.accounts import find_accounts
from countersign.sources.personal.addresses import find_addresses
from countersign.sources.personal.names import KnownNames, find_names
from countersign.sources.personal.phones import find_phones
from countersign.sources.personal.spans import Span, without_overlaps

# Where numbers without a country code are looked for when the company says nothing.
REGIONS = ("DE", "AT", "CH", "GB", "FR", "ES", "US")
# Six digits in a row or nearly so: no phone, card or account has fewer.
_MAY_HOLD_NUMBERS = re.compile(r"\d(?:[ \u00a0()/.-]{0,3}\d){5}")
_CACHED = 50_000
_CACHED_LENGTH = 300


class Masker:
    """Finds and masks e-mails, phones, cards, bank accounts, network addresses and known names in text.

    Short texts that repeat (reasons, queries, subjects) are looked at once.
    """

    def __init__(self, names: KnownNames | None = None, *, regions: Sequence[str] = REGIONS) -> None:
        self.names = names or KnownNames()
        self.regions = tuple(regions)
        self._seen: dict[str, str] = {}

    def find(self, text: str) -> list[Span]:
        """Every finding, in order, none overlapping another."""
        found: list[Span] = []
        if "." in text or "@" in text or ":" in text or "%40" in text:
            found += find_addresses(text)
        if _MAY_HOLD_NUMBERS.search(text):
            found += find_accounts(text)
            found += find_phones(text, regions=self.regions)
        found += find_names(text, self.names)
        return without_overlaps(found)

    def mask(self, text: str) -> str:
        """The text with each finding replaced by its kind in brackets: [name], [email], ...

        >>> Masker().mask("Mail anna@example.org, card 4111 1111 1111 1111")
        'Mail [email], card [card]'
        """
        seen = self._seen.get(text)
        if seen is not None:
            return seen
        parts, at = [], 0
        for span in self.find(text):
            parts += [text[at : span.start], f"[{span.kind}]"]
            at = span.end
        masked = "".join((*parts, text[at:])) if parts else text
        if len(text) <= _CACHED_LENGTH:
            if len(self._seen) >= _CACHED:
                self._seen.clear()
            self._seen[text] = masked
        return masked

    def know(self, names: KnownNames) -> None:
        """Look for these names from now on."""
        self.names = names
        self._seen.clear()


def install_masker(connection: duckdb.DuckDBPyConnection, masker: Masker) -> None:
    """Make `free_text_sql` work on a connection."""
    connection.create_function("mask_free_text", masker.mask, ["VARCHAR"], "VARCHAR")


def free_text_sql(text_sql: str) -> str:
    """Free text, masked; what holds nothing but spaces and signs never leaves SQL."""
    holds_words = f"regexp_matches({text_sql}, '[\\pL\\pN]')"
    return f"case when {holds_words} then mask_free_text({text_sql}) else {text_sql} end"
