"""What facts rest on: those they were worked out from, and so on down to what was read."""

from collections.abc import Iterable

from countersign.core.contracts import Derived, Fact


def facts_behind(ids: Iterable[str], facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts of these ids and all that they were derived from, in the order of `facts`.

    Args:
        ids: of facts that are shown; one that is not held is left out.
        facts: all that are held.
    """
    ordered = tuple(facts)
    held = {fact.id: fact for fact in ordered}
    waiting, found = list(ids), set[str]()
    while waiting:
        key = waiting.pop()
        if key in found or key not in held:
            continue
        found.add(key)
        definition = held[key].definition
        waiting += definition.inputs if isinstance(definition, Derived) else ()
    return tuple(fact for fact in ordered if fact.id in found)
