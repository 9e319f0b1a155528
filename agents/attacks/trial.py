"""Puts answers before the checks that every model's answer meets, and counts what gets through."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import ValidationError

from agents.attacks.ground import Ground
from agents.attacks.outputs import Output
from agents.wording import OFFLINE
from countersign.core.contracts import Draft


@dataclass
class Tally:
    """How many answers of a family were tried and which were let through."""

    tried: int = 0
    through: list[Output] = field(default_factory=list)


def let_through(ground: Ground, output: Output) -> Draft | None:
    """The draft made of an answer, None when the answer is refused and the offline words stand."""
    try:
        wording = type(ground.desk.offline).model_validate_json(output.content)
    except ValidationError:
        return None
    if wording == ground.desk.offline or ground.desk.find_problems(wording):
        return None
    call = OFFLINE.model_copy(update={"provider": "attack", "model": output.family})
    return ground.desk.assemble(wording, call)


def count_through(ground: Ground, outputs: Iterable[Output]) -> dict[str, Tally]:
    """Each family with its answers that became a draft."""
    tallies: dict[str, Tally] = {}
    for output in outputs:
        tally = tallies.setdefault(output.family, Tally())
        tally.tried += 1
        if let_through(ground, output) is not None:
            tally.through.append(output)
    return tallies
