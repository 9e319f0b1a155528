"""Every draft says who made it: agent, version, model call, and the data with their quality."""

import pytest

from agents.recommendation.agent import write_recommendation
from agents.reporting.agent import write_report

WRITERS = {"reporting": write_report, "recommendation": write_recommendation}


@pytest.mark.parametrize("agent", list(WRITERS))
@pytest.mark.parametrize(
    ("quality", "worst"),
    [
        ({"files": "passed"}, "passed"),
        ({"files": "passed", "crm": "warnings"}, "warnings"),
        ({"crm": "failed", "files": "passed"}, "failed"),
        ({}, "not_checked"),
    ],
)
def test_a_draft_records_agent_version_model_and_data(eventful, card, made_up, agent, quality, worst):
    snapshot = eventful.snapshot.model_copy(update={"quality": quality})
    shipped = card(agent).model_copy(update={"version": "7.3"})
    draft = WRITERS[agent](eventful.analyse(), snapshot, card=shipped, company=made_up.COMPANY, ask=None)

    assert (draft.agent, draft.agent_version, draft.snapshot_id) == (agent, "7.3", snapshot.id)
    assert (draft.model_call.provider, draft.model_call.fallback) == ("offline", "")
    assert draft.model_call.model
    assert {used.quality for used in draft.datasets} == {worst}
    read = {name for fact in draft.facts for name in fact.columns}
    assert {f"{used.table}.{column}" for used in draft.datasets for column in used.columns} == read
    assert {used.table: used.rows for used in draft.datasets} == {
        used.table: snapshot.tables[used.table].rows for used in draft.datasets
    }
    assert draft.datasets
