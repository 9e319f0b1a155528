"""Each reconciliation catches the defect it is there for."""

import pytest

from countersign.core.errors import QualityError
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace
from flows.dbt_build import build_marts, build_vars, run_dbt
from tests.dbt_project.raw_rows import AS_OF, COMPANY, TINY, ad, write_raw

# What is done to the built marts, and the test that must object.
DEFECTS = {
    "a doubled campaign day": (
        "insert into marts.campaign_week from marts.campaign_week where platform = 'meta'",
        "spend_survives_modelling",
    ),
    "spend of one currency dropped": (
        "delete from facts.fct_ad_performance where platform = 'meta'",
        "spend_survives_modelling",
    ),
    "a lost channel week": (
        "delete from marts.lead_cost_week where channel = 'Paid social'",
        "spend_survives_modelling",
    ),
    "a lead shifted out of the data": (
        "update marts.channel_day set leads = leads - 1 where leads > 0 and channel = 'Unassigned'",
        "leads_survive_modelling",
    ),
    "an undated lead dropped": (
        "update marts.lead_source_summary set leads = 0, undated_leads = 0 where lead_source = 'Google'",
        "leads_survive_modelling",
    ),
    "a lead in two event groups": (
        "insert into marts.follow_up_week select * replace (true as is_event_lead)"
        " from marts.follow_up_week where channel = 'Paid social'",
        "leads_survive_modelling",
    ),
    "a merged deal": (
        "update marts.channel_day set revenue_reporting = 0 where channel = 'Unassigned'",
        "revenue_survives_modelling",
    ),
    "a dropped campaign": (
        "delete from marts.wasted_spend where platform = 'meta'",
        "spend_survives_modelling",
    ),
    "a campaign that lost its deals": (
        "delete from marts.pipeline_by_campaign where campaign_id = 'c1'",
        "revenue_survives_modelling",
    ),
    "a cohort month without its customers' revenue": (
        "update marts.ltv_month set revenue_reporting = 0 where months_since = 0",
        "revenue_survives_modelling",
    ),
    "a rejection without its reason": (
        "delete from marts.rejection_reasons where reason = 'Too small'",
        "sales_outcomes_add_up",
    ),
    "a deal in two channels": (
        "insert into facts.fct_conversions select * replace ('Referral' as channel)"
        " from facts.fct_conversions where conversion_id = 'customer O1'",
        "conversions_survive_modelling",
    ),
    "a person lost": (
        "delete from facts.dim_contacts where contact_id = 'L1'",
        "conversions_survive_modelling",
    ),
    "a doubled row": (
        "insert into marts.rejection_reasons from marts.rejection_reasons",
        "unique_grain_rejection_reasons_channel__week_start__reason",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_in_a_mart_is_caught_by_name(tiny_workspace, tmp_path, defect):
    workspace = _copy(tiny_workspace, tmp_path)
    spoil, guard = DEFECTS[defect]
    with open_warehouse(workspace) as connection:
        connection.execute(spoil)
    results = run_dbt(workspace, ["test", "--select", guard], variables=build_vars(COMPANY, as_of=AS_OF))
    assert [(result.node.name, str(result.status)) for result in results] == [(guard, "fail")]


def test_spend_without_a_rate_stops_the_build_and_is_named(tmp_path):
    workspace = Workspace(tmp_path / "workspace")
    rows = {**TINY, "raw.ad_performance": [ad("2026-03-02", "100"), ad("2026-03-03", "7", currency="USD")]}
    write_raw(workspace, rows)
    with pytest.raises(
        QualityError, match=r"every_amount_has_a_rate failed[^$]*currency USD, first_day 2026-03-03"
    ):
        build_marts(workspace, COMPANY, as_of=AS_OF)


def _copy(workspace: Workspace, folder) -> Workspace:
    copied = Workspace(folder / "copy")
    copied.state.mkdir(parents=True)
    copied.warehouse.write_bytes(workspace.warehouse.read_bytes())
    return copied
