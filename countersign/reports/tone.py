"""Good or bad is not up or down: the colour and the hidden word of a change."""

from dataclasses import dataclass
from typing import Literal

from countersign.core.contracts import Direction, Fact
from countersign.reports.figures import as_decimal


@dataclass(frozen=True)
class Tone:
    """`css`: g good, r bad, z grey. `word` says the same to who sees no colour. `arrow`: ↑, ↓ or none."""

    css: Literal["g", "r", "z"]
    word: str
    arrow: Literal["↑", "↓", ""]


def tone_of(fact: Fact, *, good_direction: Direction, in_normal_range: bool | None = None) -> Tone:
    """How a change feels: grey inside the normal range, when neutral, when zero or not known.

    Without a known range (None) the direction alone decides.
    """
    value = as_decimal(fact)
    if value is None:
        return Tone("z", "not known", "")
    if value == 0:
        return Tone("z", "no change", "")
    arrow: Literal["↑", "↓"] = "↑" if value > 0 else "↓"
    if in_normal_range:
        return Tone("z", "in normal range", arrow)
    if good_direction == "neutral":
        return Tone("z", "neutral", arrow)
    is_better = (value > 0) == (good_direction == "up")
    return Tone("g", "better", arrow) if is_better else Tone("r", "worse", arrow)
