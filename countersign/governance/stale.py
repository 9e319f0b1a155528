"""Whether the figures behind a proposal that moves money still hold on the newest snapshot."""

from collections.abc import Iterator

from countersign.analytics.explain import recompute, tables_behind
from countersign.core.contracts import Draft, Fact
from countersign.core.errors import SnapshotError
from countersign.core.granted import read_granted
from countersign.core.snapshot import latest_snapshot
from countersign.core.workspace import Workspace
from countersign.governance.policy import Policy
from countersign.reports.outline import read_strings
from countersign.reports.token_syntax import Token, parse


def recheck_facts(workspace: Workspace, draft: Draft, policy: Policy) -> str | None:
    """Why a draft's figures no longer hold, or None when they do.

    Every figure that the prose cites is computed again on the newest snapshot; one that moved by more
    than the policy's tolerance (a share of what was approved), or that cannot be computed, is enough.
    """
    newest = latest_snapshot(workspace)
    if newest is None or newest.id == draft.snapshot_id:
        return None
    by_id = {fact.id: fact for fact in draft.facts}
    grants = tables_behind(draft.facts, newest)
    tolerance = policy.policies.recheck_tolerance
    try:
        with read_granted(workspace, newest, grants=grants, agent=draft.agent) as connection:
            for fact in _cited(draft):
                value = recompute(fact, by_id, connection=connection).value
                if _moved(fact.value, value, tolerance=tolerance):
                    return f"{fact.title} was {fact.value} and is {value} in snapshot {newest.id}"
    except SnapshotError as error:
        return f"its figures cannot be computed on snapshot {newest.id}: {error.problem}"
    return None


def _cited(draft: Draft) -> Iterator[Fact]:
    aliases = {
        piece.alias
        for spot in read_strings(draft)
        for piece in parse(spot.text)
        if isinstance(piece, Token) and piece.kind == "fact"
    }
    return (draft.fact(alias) for alias in sorted(aliases))


def _moved(approved: object, now: object, *, tolerance: float) -> bool:
    if approved is None or now is None:
        return approved is not now
    before, after = float(str(approved)), float(str(now))
    return abs(after - before) > tolerance * abs(before) + 1e-12
