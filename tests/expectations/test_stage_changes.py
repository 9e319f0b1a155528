"""Stage changes: one that config/lead_stages.yaml does not allow is set aside with both stages named."""

import duckdb
import pytest

from countersign.core.lead_stages import LeadStages, Stage
from countersign.core.workspace import Company
from expectations.gate import check_batch
from tests.expectations.conftest import AS_OF

RULE = "stage_change_is_allowed"
NOT_ALLOWED = "config/lead_stages.yaml does not allow it."


def moves(good_rows, *pairs):
    """Twenty good changes, the first of them replaced by (from_stage, stage)."""
    rows = good_rows("crm_stage_changes", 20)
    for row, (from_stage, stage) in zip(rows, pairs, strict=False):
        row |= {"from_stage": from_stage, "stage": stage}
    return rows


def test_an_illegal_change_stands_in_quarantine_with_its_row_and_both_stages(
    land, good_rows, promote, set_aside, warehouse
):
    batch = promote(land("crm_stage_changes", moves(good_rows, ("customer", "lead"), ("mql", "lead"))))

    assert set_aside(batch) == {
        1: (
            RULE,
            "A lead may not go from customer (Customer) to lead (New):"
            " config/lead_stages.yaml does not allow it.",
        )
    }
    [(row,)] = warehouse.execute("select row_json from quality.quarantined_rows").fetchall()
    assert '"from_stage":"customer"' in row.replace(": ", ":")
    moved = warehouse.execute("select from_stage from raw.crm_stage_changes where stage = 'lead'").fetchall()
    assert moved == [("mql",)]


def test_an_unknown_stage_left_is_a_warning_and_a_missing_one_is_nothing(land, good_rows, gate):
    result = gate(land("crm_stage_changes", moves(good_rows, ("cold", "customer"), (None, "customer"))))

    assert result.batch.rows_quarantined == 0
    assert [one.check for one in result.batch.outcomes if not one.passed] == ["from_stage_is_known"]


def test_many_illegal_changes_do_not_condemn_the_legal_ones(land, good_rows, gate):
    result = gate(land("crm_stage_changes", moves(good_rows, *[("customer", "mql")] * 15)))

    assert not result.is_quarantined
    assert (result.batch.rows_promoted, result.batch.rows_quarantined) == (5, 15)


@pytest.mark.parametrize(
    ("stages", "aside"),
    [
        (LeadStages(), []),
        (
            LeadStages(stages={"lead": Stage(label="It's new"), "mql": Stage(label="M")}),
            ["The company does not use the stage customer."],
        ),
        (
            LeadStages(
                stages={
                    "lead": Stage(label="It's new", next=("mql",)),
                    "mql": Stage(label="M", next=()),
                    "customer": Stage(label="C"),
                }
            ),
            ["A lead may not go from lead (It's new) to customer (C): " + NOT_ALLOWED],
        ),
    ],
)
def test_each_company_has_its_own_stages(workspace, land, good_rows, stages, aside):
    company = Company(name="Acme", reporting_currency="EUR", time_zone="UTC", lead_stages=stages)
    batch = land("crm_stage_changes", moves(good_rows, ("lead", "customer")))

    result = check_batch(workspace, company, batch, as_of=AS_OF)

    assert read_reasons(result) == aside


def read_reasons(result) -> list[str]:
    found = duckdb.execute("select reason from read_parquet(?)", [str(result.set_aside)]).fetchall()
    return [reason for (reason,) in found]
