"""Figures of a money proposal are computed again on the newest snapshot before it is published."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from countersign.core.contracts import Query
from countersign.core.snapshot import write_snapshot
from countersign.core.warehouse import open_warehouse
from countersign.governance import publishing
from countersign.governance.reviews import why_stale

AS_OF = datetime(2026, 3, 9, tzinfo=UTC)
# As agents ask: by keys that are none of the columns which the fact measures.
SPENT = (
    "select sum(spend_reporting) from channel_week "
    "where channel = 'Paid search' and week_start = date '2026-03-02'"
)


def take_snapshot(workspace, *, cost, as_of):
    with open_warehouse(workspace) as warehouse:
        warehouse.execute("create schema if not exists marts")
        warehouse.execute(
            "create or replace table marts.channel_week as select 'Paid search' as channel, "
            f"date '2026-03-02' as week_start, cast({cost} as decimal(18,6)) as spend_reporting"
        )
        return write_snapshot(
            warehouse,
            workspace,
            workspace.company(),
            tables=["channel_week"],
            as_of=as_of,
            metric_sql={},
            data_through={"ads": date(2026, 3, 8)},
            quality={"ads": "passed"},
            code_version="1",
            dbt_version="1",
        )


@pytest.fixture
def approved(office, desk):
    snapshot = take_snapshot(office.workspace, cost="48.10", as_of=AS_OF)
    draft = desk.make_draft()
    fact = draft.facts[0].model_copy(
        update={
            "value": Decimal("48.10"),
            "definition": Query(sql=SPENT),
            "snapshot_id": snapshot.id,
        }
    )
    proposal = office.propose(
        draft.model_copy(update={"facts": (fact,), "snapshot_id": snapshot.id}), category="budget"
    )
    office.decide(proposal)
    return proposal


@pytest.mark.parametrize(
    ("cost", "state"), [("48.10", "published"), ("48.30", "published"), ("49.00", "stale"), ("null", "stale")]
)
def test_a_figure_that_moved_beyond_tolerance_stops_publication(office, desk, approved, cost, state):
    take_snapshot(office.workspace, cost=cost, as_of=AS_OF + timedelta(days=1))
    publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)

    assert office.state(approved) == state


def test_who_approved_reads_which_figure_moved_and_by_how_much(office, desk, approved):
    newest = take_snapshot(office.workspace, cost="49.00", as_of=AS_OF + timedelta(days=1))
    publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)

    assert f"was 48.10 and is 49.000000 in snapshot {newest.id}" in why_stale(office.ledger, approved.id)


def test_the_same_snapshot_needs_no_second_look(office, desk, approved):
    publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
    assert office.state(approved) == "published"
