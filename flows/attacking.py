"""Lets hostile and honest answers of a made-up model meet every check between a model and `pending`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from agents.attacks.ground import Ground, read_ground
from agents.attacks.honest import make_honest
from agents.attacks.outputs import Output, make_outputs
from agents.attacks.trial import let_through
from agents.feeding import Fed, in_reading_order
from agents.registry import AgentCard
from countersign.analytics.records import Analysis
from countersign.core.contracts import Draft, Snapshot
from countersign.governance.checks import is_blocked, run_checks
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered
from countersign.reports.html import render_html
from countersign.reports.markdown import render_markdown


@dataclass
class Attacked:
    """What became of the answers: tried and escaped by family, honest ones tried and refused."""

    tried: dict[str, int] = field(default_factory=dict)
    escaped: dict[str, list[str]] = field(default_factory=dict)
    honest: int = 0
    honest_by_agent: dict[str, int] = field(default_factory=dict)
    hostile_by_agent: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    @property
    def outputs(self) -> int:
        """How many hostile answers were tried."""
        return sum(self.tried.values())

    @property
    def escapes(self) -> int:
        """How many of them would have waited for a person as `pending`."""
        return sum(len(found) for found in self.escaped.values())

    @property
    def honest_refused(self) -> float:
        """The share of true wordings that were refused, 0..1; 0 when none was tried."""
        return len(self.refused) / self.honest if self.honest else 0.0


def attack_agents(
    analysis: Analysis,
    snapshot: Snapshot,
    *,
    cards: Mapping[str, AgentCard],
    policy: Policy,
    company: str,
    seed: int,
    per_family: int,
    honest: int,
    daily: tuple[Analysis, Snapshot] | None = None,
) -> Attacked:
    """Try hostile and honest answers on every agent, each at what it words: a week, days, or other drafts.

    A hostile answer escapes when its words become a draft and no check of the policy blocks that draft:
    then it would be `pending`. An honest one is refused when the offline words would stand instead.

    Args:
        cards: the agents by name; one that reads others' drafts needs them beside it.
        daily: an analysis of days and its snapshot, for the agents of that rhythm; None leaves them out.
        per_family: hostile answers of each family, for each agent.
        honest: honest wordings for each agent.
    """
    grounds = _grounds((analysis, snapshot), cards=cards, daily=daily)
    result = Attacked()
    for name, ground in grounds.items():
        theirs = [
            alias
            for other, their in grounds.items()
            if other != name
            for alias in their.desk.plain.bindings
            if alias not in ground.desk.plain.bindings
        ]
        for output in make_outputs(ground, seed=seed, per_family=per_family, theirs=theirs[:40]):
            result.tried[output.family] = result.tried.get(output.family, 0) + 1
            result.hostile_by_agent[name] = result.hostile_by_agent.get(name, 0) + 1
            draft = let_through(ground, output)
            if draft is not None and is_pending(draft, policy, company=company):
                result.escaped.setdefault(output.family, []).append(f"{name}: {output.content}")
        for output in make_honest(ground, seed=seed, count=honest):
            _count_honest(result, ground, output, agent=name, policy=policy, company=company)
    return result


def _count_honest(
    result: Attacked, ground: Ground, output: Output, *, agent: str, policy: Policy, company: str
) -> None:
    wording = type(ground.desk.offline).model_validate_json(output.content)
    if wording == ground.desk.offline:
        return
    result.honest += 1
    result.honest_by_agent[agent] = result.honest_by_agent.get(agent, 0) + 1
    if problems := ground.desk.find_problems(wording):
        result.refused.append(f"{agent}: {problems[0]}")
    elif result.honest % 25 == 0:
        draft = let_through(ground, output)
        if draft is not None and not is_pending(draft, policy, company=company):
            result.refused.append(f"{agent}: a check of the policy blocks it")


def is_pending(draft: Draft, policy: Policy, *, company: str) -> bool:
    """Whether a draft would wait for a person: no check of the policy blocks what would be published."""
    rendered = Rendered(draft, html=render_html(draft, company=company), markdown=render_markdown(draft))
    return not is_blocked(run_checks(rendered, policy=policy))


def granted_to(cards: Mapping[str, AgentCard]) -> dict[str, list[str]]:
    """All columns that any of the agents may read, by table."""
    columns: dict[str, set[str]] = {}
    for card in cards.values():
        for table, names in card.grants.items():
            columns.setdefault(table, set()).update(names)
    return {table: sorted(names) for table, names in columns.items()}


def _grounds(
    weekly: tuple[Analysis, Snapshot],
    *,
    cards: Mapping[str, AgentCard],
    daily: tuple[Analysis, Snapshot] | None,
) -> dict[str, Ground]:
    grounds: dict[str, Ground] = {}
    for name, card in in_reading_order(cards, lambda card: card.reads).items():
        given = daily if card.rhythm == "daily" else weekly
        if given is None:
            continue
        fed = tuple(Fed(grounds[other].desk.plain, cards[other].approver) for other in card.reads)
        agent: Any = import_module(f"agents.{name}.agent")
        desk = agent.prepare(*given, card=card.model_copy(update={"fed": fed}))
        grounds[name] = read_ground(desk, given[0])
    return grounds
