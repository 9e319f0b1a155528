"""After each snapshot: hold what agents expected against what came, before anybody drafts anew."""

from datetime import datetime

from countersign.core.contracts import Snapshot
from countersign.core.settings import Settings
from countersign.core.track_record import TrackRecord
from countersign.core.workspace import Company, Workspace

# What a verdict may read: sums by channel, nothing finer.
COLUMNS = (
    "channel",
    "report_day",
    "spend_reporting",
    "leads",
    "accepted_leads",
    "rejected_leads",
    "sessions",
)
TABLE = "channel_day"


def judge_expectations(
    workspace: Workspace, company: Company, settings: Settings, *, taken: Snapshot, at: datetime
) -> int:
    """Record every verdict that the snapshot allows; returns how many rest on it."""
    from countersign.analytics.response.reading import read_channel_weeks
    from countersign.core.granted import read_granted
    from countersign.core.periods import day_of
    from countersign.governance.ledger import open_ledger
    from countersign.governance.outcomes import judge_due, read_open

    ledger = open_ledger(workspace, settings)
    if TABLE not in taken.tables or not read_open(ledger, time_zone=company.time_zone):
        return 0
    with read_granted(workspace, taken, grants={TABLE: COLUMNS}, agent="judging") as connection:
        weeks = read_channel_weeks(connection, as_of=day_of(taken.as_of, time_zone=company.time_zone))
    found = judge_due(ledger, weeks, snapshot_id=taken.id, time_zone=company.time_zone, at=at)
    return len(found)


def read_record(workspace: Workspace, company: Company, settings: Settings, *, agent: str) -> TrackRecord:
    """An agent's track record as the ledger has it now."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.track_record import read_track_record

    return read_track_record(open_ledger(workspace, settings), agent=agent, time_zone=company.time_zone)
