"""What facts rest on: those they were worked out from, and so on down to what was read."""

from collections.abc import Iterable

from countersign.core.contracts import Derived, Fact


def facts_behind(ids: Iterable[str], facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts of these ids and all that they were derived from, in the order of `facts`.

    Args:
        ids: of facts that are shown.
        facts: all that are held.

    Raises:
        KeyError: a fact that is shown, or one that it was derived from, is not held.
    """
    ordered = tuple(facts)
    held = {fact.id: fact for fact in ordered}
    waiting, found = list(ids), set[str]()
    while waiting:
        key = waiting.pop()
        if key not in found:
            definition = held[key].definition
            found.add(key)
            waiting += definition.inputs if isinstance(definition, Derived) else ()
    return tuple(fact for fact in ordered if fact.id in found)
