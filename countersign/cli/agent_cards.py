"""How `countersign agents list` and `agents show` put a card on the terminal."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.registry import AgentCard

_WIDTH = 100
_RHYTHM = {"weekly": "in every weekly run", "daily": "in every daily run"}
_LABEL = 14


def describe_agents(cards: Sequence["AgentCard"]) -> Iterator[str]:
    """Every agent in a few lines, in the order they draft."""
    yield "In the order they draft; each draft waits for a person.\n"
    for card in cards:
        yield f"{card.name}  (version {card.version})"
        yield from _labelled("does", card.job)
        yield from _labelled("drafts", _RHYTHM[card.rhythm])
        if card.reads:
            yield from _labelled("starts from", f"this run's drafts of {_listed(card.reads)}")
        yield from _labelled("serves", _goal(card))
        yield from _labelled("decided by", _decider(card))
        yield ""
    yield "countersign agents show NAME tells what each may read; agents record NAME how it came out."


def describe_agent(card: "AgentCard") -> Iterator[str]:
    """One agent's card: what for, who, with what, and every column it may read."""
    from agents.eval_cases import read_cases
    from agents.registry import AGENTS

    limits = card.limits
    yield f"{card.name}  (version {card.version})"
    yield from _labelled("does", card.job)
    yield from _labelled("improves", card.improves)
    yield from _labelled("serves", _goal(card))
    article = "an" if card.output.startswith("a") else "a"
    yield from _labelled(
        "hands in",
        f"{article} {card.output}, {_RHYTHM[card.rhythm]}; category {card.category.replace('_', ' ')}",
    )
    if card.reads:
        yield from _labelled(
            "starts from", f"this run's drafts of {_listed(card.reads)}, and no figure beyond"
        )
    yield "\nPeople"
    for label in ("owner", "manager", "reviewer", "approver"):
        yield from _labelled(label, getattr(card, label))
    yield "\nWording"
    yield from _labelled("model", card.model or "the workspace's own, else the offline writer")
    yield from _labelled(
        "limits a run",
        f"{limits.calls} {'call' if limits.calls == 1 else 'calls'}, {limits.tokens:,} tokens,"
        f" {limits.seconds:g} seconds",
    )
    yield from _labelled("prompt", f"agents/{card.name}/{card.prompt}")
    passed = [case.name for case in read_cases(AGENTS / card.name)]
    yield from _labelled("eval cases", f"{len(passed)} passed at this version: {'; '.join(passed)}")
    yield f"\nMay read {len(card.grants)} tables of a snapshot, these columns and nothing else"
    for table, columns in card.grants.items():
        yield from _wrapped(f"{table}: {', '.join(columns)}", indent=2, hang=6)


def _decider(card: "AgentCard") -> str:
    if card.owner == card.approver:
        return f"{card.approver}, who also answers for the agent"
    return f"{card.approver}; {card.owner} answers for the agent"


def _goal(card: "AgentCard") -> str:
    goal = card.served
    if goal is None:
        return card.goal
    metric = goal.metric.replace("_", " ")
    target = "" if goal.target is None else f", target {goal.target:g}"
    return f"{goal.title} ({metric} {goal.direction}{target}; {goal.owner} owns it)"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)


def _labelled(label: str, text: str) -> Iterator[str]:
    yield from _wrapped(f"{label:<{_LABEL}}{text}", indent=2, hang=2 + _LABEL)


def _wrapped(text: str, *, indent: int, hang: int) -> Iterator[str]:
    yield from textwrap.wrap(
        text, _WIDTH, initial_indent=" " * indent, subsequent_indent=" " * hang, break_long_words=False,
        break_on_hyphens=False, drop_whitespace=True,
    )  # fmt: skip
