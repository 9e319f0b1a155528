"""Hands agents what the ledger knows of their earlier drafts; they never open it themselves."""

from collections.abc import Sequence

from countersign.core.memory import Remembered
from countersign.core.settings import Settings
from countersign.core.workspace import Workspace


def read_past(workspace: Workspace, settings: Settings, *, agents: Sequence[str]) -> tuple[Remembered, ...]:
    """What became of the latest drafts of some agents, newest first."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.memory import read_memory

    return read_memory(open_ledger(workspace, settings), agents=agents)
