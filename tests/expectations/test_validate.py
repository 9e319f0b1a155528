"""The validate step: history, gate, promotion, removals and the checks across sources, in this order."""

import pytest

from countersign.core.settings import Settings
from countersign.core.warehouse import open_warehouse
from expectations.seeded.good_rows import build_good_rows
from flows.pipeline import RunContext, validate

SOURCES = """
sources:
  crm:
    description: The CRM's export.
    owner: Sales
    refresh_promise_days: 2
    tables:
      - table: crm_leads
        files: data/leads.csv
        columns: {lead_id: id}
"""


@pytest.fixture
def run(workspace, company, as_of):
    """`run(batches)`: one validate step."""
    (workspace.config / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    context = RunContext(workspace, company, Settings(), as_of)
    return lambda *batches: validate(context, list(batches))


def read(workspace, sql):
    with open_warehouse(workspace) as warehouse:
        return warehouse.execute(sql).fetchall()


def removal(record_id):
    return build_good_rows("crm_removals", 1, removal="deleted", merged_into=None, removed_at=None)[0] | {
        "record_id": record_id
    }


def test_a_removed_lead_leaves_raw_whichever_batch_came_first(run, land, good_rows, workspace):
    run(land("crm_removals", [removal("k00001")], file="removals"))

    run(land("crm_leads", good_rows("crm_leads", 3), file="leads"))

    assert read(workspace, "select lead_id from raw.crm_leads order by 1") == [("k00000",), ("k00002",)]
    assert read(workspace, "select landed_table, rows from quality.removals_applied") == [("crm_leads", 1)]


def test_a_lead_that_a_killed_run_left_is_removed_by_the_next_run_without_new_batches(
    run, land, good_rows, workspace, promote, warehouse
):
    promote(land("crm_leads", good_rows("crm_leads", 2), file="leads"))
    promote(land("crm_removals", [removal("k00001")], file="removals"))
    warehouse.close()

    assert run() == []

    assert read(workspace, "select lead_id from raw.crm_leads") == [("k00000",)]


def test_freshness_is_judged_against_the_promise_in_the_catalogue(run, land, good_rows, workspace):
    run(land("crm_leads", good_rows("crm_leads", 3)))

    found = read(workspace, "select source, passed, reason from quality.source_checks")
    [(source, passed, reason)] = found
    assert (source, passed) == ("crm", False)
    assert "ends on 2026-11-09, 7 days before" in reason


def test_each_outcome_of_a_batch_tells_volume_and_repeated_files_too(run, land, good_rows):
    [batch] = run(land("crm_leads", good_rows("crm_leads", 3)))

    assert {"volume_is_usual", "content_came_once"} <= {outcome.check for outcome in batch.outcomes}
