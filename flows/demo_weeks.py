"""The demo company goes on: its next weeks, in which the budgets that people approved are carried out."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from countersign.core.expected import Expectation
from countersign.core.settings import Settings
from countersign.core.workspace import Workspace
from countersign.governance.ledger import open_ledger
from countersign.governance.outcomes import read_open
from countersign.sources.demo.company import channel_named, read_places
from countersign.sources.demo.simulate import BudgetChange
from countersign.sources.demo.truth import read_written_world
from countersign.sources.demo.writing import DemoCompany, write_more_weeks


def write_next_weeks(root: Path, settings: Settings, *, weeks: int) -> DemoCompany:
    """Write the next weeks; approved moves of money and pauses take effect on the first new day.

    Spend becomes what the action says, a whole channel in proportion and a paused campaign nothing; what
    it brings follows the demo company's own saturating curves (`Channel.room`). Nothing else that people
    approved is carried out: nobody mends a form or calls a lead back here.

    Raises:
        SourceError: the workspace holds no demo company, or `weeks` does not fit.
    """
    known = read_written_world(root)
    workspace = Workspace(root)
    approved = _approved(workspace, settings)
    changes = build_changes(approved, made=known.budgets, start=known.until)
    return write_more_weeks(root, weeks=weeks, budgets=changes)


def build_changes(
    approved: Mapping[str, Expectation], *, made: tuple[BudgetChange, ...], start: date
) -> tuple[BudgetChange, ...]:
    """What approved actions do to campaigns' budgets, as multiples of their usual ones.

    Args:
        approved: expectations by the name of what was approved; each is carried out once.
        made: changes that were made before.
        start: the first day of the new budgets.
    """
    done = {change.decided for change in made}
    now = {change.campaign_id: change.factor for change in made}
    changes: dict[str, BudgetChange] = {}
    for decided, expectation in approved.items():
        for name, after in expectation.spend_after.items():
            before = expectation.spend_before.get(name, 0.0)
            if decided in done or before <= 0:
                continue
            for campaign_id in _campaigns_of(name):
                now[campaign_id] = now.get(campaign_id, 1.0) * after / before
                changes[campaign_id] = BudgetChange(campaign_id, now[campaign_id], start, decided)
    return tuple(changes.values())


def _approved(workspace: Workspace, settings: Settings) -> dict[str, Expectation]:
    """Expectations of approved proposals that are not judged yet, by proposal and key."""
    waiting = read_open(open_ledger(workspace, settings), time_zone=workspace.company().time_zone)
    return {
        f"{one.proposal_id} {one.expectation.key}": one.expectation
        for one in waiting
        if one.standing == "approved"
    }


def _campaigns_of(name: str) -> list[str]:
    """The paid campaigns of a channel, or the one campaign of that name."""
    paid = (place for place in read_places() if channel_named(place.channel).kind == "paid")
    return list(dict.fromkeys(place.campaign_id for place in paid if name in (place.channel, place.campaign)))
