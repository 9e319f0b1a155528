"""How many true wordings the agents' checks refuse, measured on the demo company. No model is asked."""

from datetime import datetime, time
from pathlib import Path

from agents.registry import read_cards
from countersign.analytics.analyse import analyse
from countersign.core.settings import Settings
from countersign.core.snapshot import open_granted
from countersign.core.workspace import Workspace
from countersign.governance.policy import read_policy
from countersign.sources.demo.writing import write_demo
from flows.attacking import attack_agents
from flows.pipeline import RunContext, run_pipeline

_SEED = 1
# Rates and incidents are those of the full demo company; only the visits are fewer.
_SCALE = 0.3


def count_refused(folder: Path, settings: Settings, *, wordings: int) -> tuple[int, int]:
    """(refused, tried) true paraphrases of a demo company's analysis.

    Args:
        folder: an empty directory, for the company's workspace.
        settings: of this process.
        wordings: for each agent.
    """
    until = write_demo(folder, scale=_SCALE).until
    workspace = Workspace(folder)
    company = workspace.company()
    as_of = datetime.combine(until, time(), tzinfo=company.zone)
    snapshot = run_pipeline(RunContext(workspace, company, settings, as_of), kind="daily").snapshot
    cards = read_cards(workspace)
    grants = {table: columns for card in cards.values() for table, columns in card.grants.items()}
    connection = open_granted(workspace, snapshot, grants=grants)
    try:
        analysis = analyse(connection, snapshot, company, week=None)
    finally:
        connection.close()
    result = attack_agents(
        analysis,
        snapshot,
        cards=cards,
        policy=read_policy(workspace),
        company=company.name,
        seed=_SEED,
        per_family=0,
        honest=wordings,
    )
    return len(result.refused), result.honest
