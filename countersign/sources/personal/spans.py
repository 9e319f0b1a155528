"""A piece of text that says something about a person, and what kind of thing it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["email", "phone", "card", "account", "ip", "name"]
KINDS: tuple[Kind, ...] = ("email", "card", "account", "ip", "phone", "name")


@dataclass(frozen=True)
class Span:
    """Half-open character positions [start, end) of one finding."""

    start: int
    end: int
    kind: Kind


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The spans in order of position; where two overlap, the one found first (of the surer kind) stays."""
    kept: list[Span] = []
    for span in spans:
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)
