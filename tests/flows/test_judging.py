"""The drafting step judges what is due first, so that the agent's record stands in its next draft."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from agents.registry import AGENTS
from countersign.core.contracts import Recorded
from countersign.core.expected import Expectation, Forecast
from countersign.core.settings import Settings
from countersign.governance.ledger import open_ledger
from countersign.governance.outcomes import read_judged
from countersign.governance.reviews import expire_due
from flows.judging import judge_expectations
from flows.pipeline import RunContext, draft, propose_drafts
from tests.agents.budget_company import budget_books
from tests.agents.conftest import GOAL, books

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A company with sixty weeks in a real snapshot, and what proposing needs."""
    root = tmp_path_factory.mktemp("company")
    (root / "config").mkdir()
    for name in ("policies", "brand"):
        shutil.copy(CONFIG / f"{name}.yaml", root / "config")
    company = "name: Acme\nreporting_currency: EUR\ntime_zone: UTC\n"
    (root / "config" / "company.yaml").write_text(company, encoding="utf-8")
    keys = {yaml.safe_load(path.read_text())["goal"] for path in AGENTS.glob("*/card.yaml")}
    goals = yaml.safe_dump([{"key": key, "active": True, **GOAL} for key in sorted(keys)])
    (root / "config" / "goals.yaml").write_text(goals, encoding="utf-8")
    opened = books.open_snapshot(root, budget_books(follows_demand=False))
    (root / "config" / "agents.yaml").write_text(yaml.safe_dump(_narrowed(opened.snapshot)), encoding="utf-8")
    yield RunContext(opened.workspace, opened.workspace.company(), Settings(), books.AS_OF), opened.snapshot
    opened.connection.close()


def _narrowed(snapshot):
    """Grants of columns that the made-up marts have: these are fewer than a real company's."""
    agents = {}
    for path in AGENTS.glob("*/card.yaml"):
        granted = yaml.safe_load(path.read_text())["grants"]
        held = {
            table: [name for name in names if name in snapshot.tables[table].columns]
            for table, names in granted.items()
            if table in snapshot.tables
        }
        agents[path.parent.name] = {"grants": {table: names for table, names in held.items() if names}}
    return {"agents": agents}


def test_an_expired_recommendation_is_judged_and_counted_in_the_next_draft(run):
    context, snapshot = run
    ledger = open_ledger(context.workspace, context.settings)
    found = next(one for one in draft(context, snapshot).drafted if one.agent == "recommendation")
    assert all(not isinstance(fact.definition, Recorded) for fact in found.draft.facts)
    earlier = found.draft.model_copy(update={"expectations": (_long_ago(),), "title": "Move money"})
    proposal = propose_drafts(context, [type(found)(found.agent, found.category, earlier)])[0]
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("update proposals set created_at = '2026-08-03T07:00:00.000000+00:00'")
    expire_due(ledger, at=proposal.expires_at + timedelta(days=1))

    # The deadline has just passed: nothing after it is in the snapshot yet, so nothing may be said.
    assert judge_expectations(*_where(context), taken=snapshot, at=datetime.now(UTC)) == 0
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("update proposals set expires_at = '2026-08-03T09:00:00.000000+00:00'")
    again = next(one for one in draft(context, snapshot).drafted if one.agent == "recommendation")

    judged = read_judged(ledger)
    assert [(one.judgement.outcome, one.judgement.standing) for one in judged] == [("held", "declined")]
    assert judged[0].snapshot_id == snapshot.id
    counted = [fact for fact in again.draft.facts if isinstance(fact.definition, Recorded)]
    assert {fact.value for fact in counted} == {1}
    assert {entry for fact in counted for entry in fact.definition.entries} == {judged[0].entry}


def _where(context):
    return context.workspace, context.company, context.settings


def _long_ago():
    """No change was expected of Paid search in August: about as many accepted leads as it always brings."""
    return Expectation(
        key="budget",
        metric="accepted_leads",
        channels=("Paid search",),
        spend_before={},
        spend_after={},
        no_change=Forecast(expected=30, low=15, high=45),
        effect=Forecast(expected=5, low=2, high=8),
        made_on=datetime(2026, 8, 3, tzinfo=UTC).date(),
        settle_weeks=2,
        judged_weeks=4,
        judge_on=datetime(2026, 10, 12, tzinfo=UTC).date(),
    )
