"""Lets hostile and honest answers of a made-up model meet every check between a model and `pending`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from agents.attacks.ground import Ground, read_ground
from agents.attacks.honest import make_honest
from agents.attacks.outputs import Output, make_outputs
from agents.attacks.trial import let_through
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
) -> Attacked:
    """Try hostile and honest answers on every agent that words an analysis.

    A hostile answer escapes when its words become a draft and no check of the policy blocks that draft:
    then it would be `pending`. An honest one is refused when the offline words would stand instead.

    Args:
        cards: the agents by name; those without a desk (`prepare`) are left out.
        per_family: hostile answers of each family, for each agent.
        honest: honest wordings for each agent.
    """
    grounds = _grounds(analysis, snapshot, cards)
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
            draft = let_through(ground, output)
            if draft is not None and is_pending(draft, policy, company=company):
                result.escaped.setdefault(output.family, []).append(f"{name}: {output.content}")
        for output in make_honest(ground, seed=seed, count=honest):
            _count_honest(result, ground, output, policy=policy, company=company)
    return result


def _count_honest(result: Attacked, ground: Ground, output: Output, *, policy: Policy, company: str) -> None:
    wording = type(ground.desk.offline).model_validate_json(output.content)
    if wording == ground.desk.offline:
        return
    result.honest += 1
    if problems := ground.desk.find_problems(wording):
        result.refused.append(problems[0])
    elif result.honest % 25 == 0:
        draft = let_through(ground, output)
        if draft is not None and not is_pending(draft, policy, company=company):
            result.refused.append("a check of the policy blocks it")


def is_pending(draft: Draft, policy: Policy, *, company: str) -> bool:
    """Whether a draft would wait for a person: no check of the policy blocks what would be published."""
    rendered = Rendered(draft, html=render_html(draft, company=company), markdown=render_markdown(draft))
    return not is_blocked(run_checks(rendered, policy=policy))


def _grounds(analysis: Analysis, snapshot: Snapshot, cards: Mapping[str, AgentCard]) -> dict[str, Ground]:
    grounds = {}
    for name, card in cards.items():
        agent: Any = import_module(f"agents.{name}.agent")
        if hasattr(agent, "prepare"):
            grounds[name] = read_ground(agent.prepare(analysis, snapshot, card=card), analysis)
    return grounds
