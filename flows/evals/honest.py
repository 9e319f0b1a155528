"""How many true wordings the agents' checks refuse, measured on the demo company. No model is asked."""

from pathlib import Path

from agents.registry import read_cards
from countersign.analytics.analyse import analyse
from countersign.core.settings import Settings
from countersign.core.snapshot import open_granted
from countersign.governance.policy import read_policy
from flows.attacking import attack_agents, granted_to
from flows.evals.demo import snapshot_demo

_SEED = 1
# Rates are those of the full demo company; only the visits are fewer.
_SCALE = 0.3


def count_refused(folder: Path, settings: Settings, *, wordings: int) -> tuple[int, int]:
    """(refused, tried) true paraphrases of a demo company's analysis.

    Args:
        folder: an empty directory, for the company's workspace.
        settings: of this process.
        wordings: for each agent.
    """
    run, snapshot = snapshot_demo(folder, settings, scale=_SCALE)
    cards = read_cards(run.workspace)
    connection = open_granted(run.workspace, snapshot, grants=granted_to(cards))
    try:
        analysis = analyse(connection, snapshot, run.company, week=None)
    finally:
        connection.close()
    result = attack_agents(
        analysis,
        snapshot,
        cards=cards,
        policy=read_policy(run.workspace),
        company=run.company.name,
        seed=_SEED,
        per_family=0,
        honest=wordings,
    )
    return len(result.refused), result.honest
