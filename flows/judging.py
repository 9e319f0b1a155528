"""After each snapshot: hold what agents expected against what came, before anybody drafts anew."""

from datetime import datetime

from countersign.core.contracts import Snapshot
from countersign.core.settings import Settings
from countersign.core.track_record import TrackRecord
from countersign.core.workspace import Company, Workspace

# What a verdict may read: sums by channel and day, and spend by campaign.
COLUMNS: tuple[str, ...] = (
    "channel",
    "report_day",
    "spend_reporting",
    "leads",
    "accepted_leads",
    "rejected_leads",
    "sessions",
)
TABLE = "channel_day"
# For actions on a campaign: whether its spend went where they said.
CAMPAIGN_COLUMNS = ("campaign_name", "week_start", "spend_reporting")
CAMPAIGN_TABLE = "campaign_week"


def judge_expectations(
    workspace: Workspace, company: Company, settings: Settings, *, taken: Snapshot, at: datetime
) -> int:
    """Record every verdict that the snapshot allows; returns how many rest on it."""
    from countersign.analytics.response.reading import read_campaign_spend, read_channel_weeks
    from countersign.core.granted import read_granted
    from countersign.core.periods import day_of
    from countersign.governance.ledger import open_ledger
    from countersign.governance.outcomes import judge_due, read_open

    ledger = open_ledger(workspace, settings)
    waiting = read_open(ledger, time_zone=company.time_zone)
    if TABLE not in taken.tables or not waiting:
        return 0
    grants = {TABLE: COLUMNS}
    if _has_campaigns(taken):
        grants[CAMPAIGN_TABLE] = CAMPAIGN_COLUMNS
    spends = {name for one in waiting for name in one.expectation.spend_after}
    campaigns = {}
    with read_granted(workspace, taken, grants=grants, agent="judging") as connection:
        weeks = read_channel_weeks(
            connection, as_of=day_of(taken.as_of, time_zone=company.time_zone), table=TABLE
        )
        if CAMPAIGN_TABLE in grants:
            campaigns = read_campaign_spend(connection, weeks, names=sorted(spends))
    found = judge_due(
        ledger, weeks, snapshot_id=taken.id, time_zone=company.time_zone, at=at, campaigns=campaigns
    )
    return len(found)


def _has_campaigns(taken: Snapshot) -> bool:
    table = taken.tables.get(CAMPAIGN_TABLE)
    return table is not None and set(CAMPAIGN_COLUMNS) <= set(table.columns)


def read_record(workspace: Workspace, company: Company, settings: Settings, *, agent: str) -> TrackRecord:
    """An agent's track record as the ledger has it now."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.track_record import read_track_record

    return read_track_record(open_ledger(workspace, settings), agent=agent, time_zone=company.time_zone)
