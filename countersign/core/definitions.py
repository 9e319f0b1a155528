"""How a number comes about: read, derived, fitted, or put on record by people."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from countersign.core.records import Number, Record


class Query(Record):
    """A number that is one cell: SQL that returns one row with one column on the snapshot."""

    kind: Literal["query"] = "query"
    sql: str


class Derived(Record):
    """A number computed from other facts by a named, versioned function of `analytics`."""

    kind: Literal["derived"] = "derived"
    function: str
    version: int
    inputs: tuple[str, ...]
    arguments: dict[str, str] = Field(default_factory=dict)


class Fitted(Record):
    """A number that a named, versioned model gives when it is fitted to the snapshot anew."""

    kind: Literal["fitted"] = "fitted"
    function: str
    version: int
    arguments: dict[str, str] = Field(default_factory=dict)


class Recorded(Record):
    """A count of ledger entries, by their hashes: `explain` looks them up, `audit verify` holds the chain."""

    kind: Literal["recorded"] = "recorded"
    entries: tuple[str, ...]


class Elapsed(Record):
    """Whole days from one day to another that people recorded in the ledger; `entries` hold these days.

    Where something is still open, `end` is the day up to which it was counted.
    """

    kind: Literal["elapsed"] = "elapsed"
    entries: tuple[str, ...]
    start: date
    end: date


class Agreed(Record):
    """A figure that people agreed on and wrote into a file of config, under `key`; nothing computed it."""

    kind: Literal["agreed"] = "agreed"
    file: str
    key: str
    value: Number


Definition = Annotated[
    Query | Derived | Fitted | Recorded | Elapsed | Agreed,
    Field(discriminator="kind"),
]
