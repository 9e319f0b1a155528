"""Sentence shapes as regular expressions, with what each of their slots must be held against."""

import re
from dataclasses import dataclass

from agents.shapes.lexicon import DOWN, FACTORS, METRIC_NOUNS, UP
from agents.shapes.patterns import PARTS, SHAPES, SLOT_WORDS, Shape

_PART = re.compile(r"\{(\w+)\}")
_SLOT = re.compile(r"<(\w+)>")
_METRIC = "|".join(sorted(METRIC_NOUNS.values(), key=len, reverse=True))
_FACTOR = "|".join(words for pair in FACTORS.values() for words in pair)
_BECAME = r"became customers|were accepted by sales|became opportunities|qualified"
NAME, PERIOD = r"⟨n:([^⟩|]+)\|⟩", r"⟨p:([^⟩|]+)\|{length}⟩"
FACT = r"⟨f:([^⟩|]+\|[a-z]+)⟩"


@dataclass(frozen=True)
class Compiled:
    """A shape, its expression, and the name of each of its groups in order."""

    shape: Shape
    pattern: re.Pattern[str]
    slots: tuple[str, ...]


def compile_shape(shape: Shape) -> Compiled:
    """A shape as an expression over text whose tokens were set in angle brackets (see `reading.mark`)."""
    text = shape.text
    while _PART.search(text):
        text = _PART.sub(lambda found: PARTS[found.group(1)], text)
    slots: list[str] = []

    def slot(found: re.Match[str]) -> str:
        slots.append(found.group(1))
        return _slot_pattern(found.group(1))

    return Compiled(shape, re.compile(_SLOT.sub(slot, text)), tuple(slots))


def _slot_pattern(slot: str) -> str:
    words = {**SLOT_WORDS, "metric": _METRIC, "factor": _FACTOR, "became": _BECAME, "moved": f"{UP}|{DOWN}"}
    if slot in words:
        return f"({words[slot]})"
    if slot in ("of", "step"):
        return "([a-z][a-z -]{2,30})"
    if slot == "name":
        return NAME
    if slot in ("period", "length"):
        return PERIOD.format(length="length" if slot == "length" else "")
    return FACT


COMPILED = tuple(compile_shape(shape) for shape in SHAPES)
