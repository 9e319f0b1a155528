"""Where words become a draft: the offline ones, how a draft is put together, what is wrong with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from agents.asking import Ask
from agents.wording import OFFLINE, word
from countersign.core.contracts import Draft, ModelCall
from countersign.reports.figures import DraftError

WordingT = TypeVar("WordingT", bound=BaseModel)


@dataclass(frozen=True)
class Desk(Generic[WordingT]):
    """One draft in the making; what a model hands in meets the same checks wherever it comes from.

    Args:
        offline: the offline writer's words, which stand whenever a model's do not.
        plain: the draft made of them.
        material: what a model reads: facts by alias, quoted names, the offline words.
        assemble: a draft made of some words.
        find_problems: what keeps words from being used; empty when nothing does.
    """

    offline: WordingT
    plain: Draft
    material: str
    assemble: Callable[[WordingT, ModelCall], Draft]
    find_problems: Callable[[WordingT], Sequence[str]]

    def write(self, *, ask: Ask | None, instructions: str) -> Draft:
        """The draft in a model's words where they pass every check, else in the offline words."""
        if ask is None:
            return self.plain
        wording, call = word(
            self.offline,
            ask=ask,
            instructions=instructions,
            material=self.material,
            find_problems=self.find_problems,
        )
        return self.assemble(wording, call)


def in_stages(*stages: Callable[[], Sequence[str]]) -> list[str]:
    """The problems of the first stage that finds any: what does not even fit is not read for its truth.

    A wording so broken that a stage cannot read it is a problem as well, not the end of the run.
    """
    for find in stages:
        try:
            found = find()
        except DraftError as error:
            return [error.problem]
        if found:
            return list(found)
    return []


__all__ = ["OFFLINE", "Desk", "in_stages"]
