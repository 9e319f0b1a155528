"""What one agent's draft hands to another of the same run: facts, gaps, actions, and where they come from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from agents.language import listed
from agents.sheet import Sheet, cite
from countersign.core.contracts import Action, Agreed, Derived, Draft, Fact, FedBy, Prose
from countersign.core.errors import AgentError, SettingsError
from countersign.core.hashing import digest_of
from countersign.reports.token_syntax import Token, parse

Grants = Mapping[str, Sequence[str]]
ThingT = TypeVar("ThingT")


@dataclass(frozen=True)
class Fed:
    """A draft that feeds another agent, and who decides on it."""

    draft: Draft
    approver: str

    @property
    def source(self) -> FedBy:
        """The record of it that the other draft keeps."""
        return FedBy(
            agent=self.draft.agent, agent_version=self.draft.agent_version, digest=digest_of(self.draft)
        )

    @property
    def actions(self) -> tuple[Action, ...]:
        """What it proposes."""
        return tuple(block for block in self.draft.blocks if isinstance(block, Action))

    @property
    def not_known(self) -> tuple[str, ...]:
        """The gaps that it admits, as prose in its own aliases."""
        blocks = (block for block in self.draft.blocks if isinstance(block, Prose))
        return tuple(block.text for block in blocks if block.label == "not_known")


def find_fed(
    name: str, fed: Sequence[Fed], *, reads: Sequence[str], unfed: Sequence[str] = ()
) -> dict[str, Fed]:
    """The drafts an agent reads, by agent; those of `unfed` could not be drafted and are left out.

    Raises:
        AgentError: one of them was not drafted in this run, or none could be.
    """
    found = {one.draft.agent: one for one in fed}
    missing = [other for other in reads if other not in found and (other not in unfed or not found)]
    if missing:
        raise AgentError(
            "An agent has nothing to start from.",
            found=f"{name} reads the draft of {listed(missing)}, which this run does not have",
            fix="look at why it was not drafted, or run the pipeline as a whole",
        )
    return {other: found[other] for other in reads if other in found}


def in_reading_order(
    things: Mapping[str, ThingT], reads: Callable[[ThingT], Sequence[str]]
) -> dict[str, ThingT]:
    """Agents so that each stands behind those whose drafts it reads, else in their own order.

    Raises:
        SettingsError: an agent reads one that does not exist, or, by whatever way, itself.
    """
    ordered: dict[str, ThingT] = {}

    def place(name: str, *, asked_by: tuple[str, ...]) -> None:
        if name in ordered:
            return
        if name in asked_by or name not in things:
            raise SettingsError(
                "An agent's card is refused.",
                found=f"{asked_by[-1]}: it reads the draft of {name!r}, "
                + ("which reads its own" if name in asked_by else "and there is no such agent"),
                fix="under `reads`, name agents that draft before it",
            )
        for other in reads(things[name]):
            place(other, asked_by=(*asked_by, name))
        ordered[name] = things[name]

    for name in things:
        place(name, asked_by=())
    return ordered


def read_fed_facts(fed: Sequence[Fed], *, grants: Grants) -> dict[str, Fact]:
    """The facts of the drafts that the reading agent's own card would let it see, by id."""
    facts = {fact.id: fact for one in fed for fact in one.draft.facts}
    return {key: fact for key, fact in facts.items() if _is_granted(fact, grants=grants)}


def _is_granted(fact: Fact, *, grants: Grants) -> bool:
    if isinstance(fact.definition, Agreed):
        return True  # read from the company's own file, not from a mart
    read = (name.partition(".") for name in fact.columns)
    return all(column in grants.get(table, ()) for table, _, column in read)


def is_fed(fact: Fact, facts: Mapping[str, Fact]) -> bool:
    """Whether a fact stands in a draft that was handed over, or is worked out from such facts alone."""
    if fact.id in facts:
        return True
    inputs = fact.definition.inputs if isinstance(fact.definition, Derived) else ()
    return bool(inputs) and {*inputs} <= facts.keys()


def carry_over(text: str, draft: Draft, *, sheet: Sheet, facts: Mapping[str, Fact]) -> str:
    """Another draft's prose in the aliases of a sheet; empty when it cites a fact that was not handed over.

    Args:
        text: prose with tokens of `draft`.
        draft: whose prose it is.
        sheet: of the draft in the making.
        facts: from `read_fed_facts`.
    """
    pieces = []
    for piece in parse(text):
        if not isinstance(piece, Token):
            pieces.append(piece.text)
            continue
        if piece.kind == "name":
            pieces.append(sheet.name(draft.names[piece.alias], kind=piece.alias.rpartition("_")[0] or "name"))
            continue
        if piece.kind == "period":
            token = sheet.period(draft.periods[piece.alias], piece.alias)
            pieces.append(token.replace("}}", "|length}}") if piece.is_length else token)
            continue
        fact = facts.get(draft.bindings[piece.alias])
        if fact is None:
            return ""
        pieces.append(cite(_hold(fact, piece.alias, sheet=sheet, facts=facts), style=piece.style))
    return "".join(pieces)


def _hold(fact: Fact, alias: str, *, sheet: Sheet, facts: Mapping[str, Fact]) -> str:
    """The alias of a fact; one that the other agent derived is held with all that it was derived from."""
    waiting, keeping = [fact], []
    while waiting:
        needed = waiting.pop()
        if not sheet.holds(needed.id):
            keeping.append(needed)
            inputs = needed.definition.inputs if isinstance(needed.definition, Derived) else ()
            waiting += [facts[key] for key in inputs if key in facts]
    for needed in keeping:
        sheet.keep(needed)
    return sheet.fact(fact.id, alias)
