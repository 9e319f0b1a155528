"""Each reconciliation catches the defect it is there for, by name; the table of both is printed with -s."""

from pathlib import Path

import pytest

from countersign.core.errors import QualityError
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace
from flows.dbt_build import build_marts, build_vars, run_dbt, target_dir
from tests.dbt_project.raw_rows import AS_OF, COMPANY, TINY, ad, write_raw

# What is done to the raw rows or to the built tables, and the test that must object.
DEFECTS = {
    "a batch came in twice": (
        "insert into raw.ad_performance from raw.ad_performance",
        "landed_is_promoted_or_set_aside",
    ),
    "a merged deal stayed": (
        "insert into raw.crm_removals by name select 'opportunity' as record_type, 'O4' as record_id,"
        " 'merged' as removal, 'O1' as merged_into, 'files' as _source, 'b1' as _batch_id, 1 as _row",
        "removed_records_are_gone",
    ),
    "days were cut in another zone": (
        "update marts.channel_day set report_day = report_day + 1",
        "days_are_the_companys",
    ),
    "a campaign was dropped": (
        "delete from marts.campaign_week where campaign_id = 'c2'",
        "spend_survives_modelling",
    ),
    "a campaign's day was doubled": (
        "insert into marts.campaign_week from marts.campaign_week where platform = 'meta'",
        "spend_survives_modelling",
    ),
    "a channel's week was lost": (
        "delete from marts.lead_cost_week where channel = 'Paid social'",
        "spend_survives_modelling",
    ),
    "a single ad was dropped": (
        "delete from marts.ad_week where ad_id = 'd1'",
        "single_ads_survive_modelling",
    ),
    "a single ad's day was doubled": (
        "insert into facts.fct_single_ad_performance from facts.fct_single_ad_performance",
        "single_ads_survive_modelling",
    ),
    "an account changed its zone": (
        "update raw.ad_performance set account_time_zone = cast(account_day as varchar)",
        "accounts_keep_their_zone_and_currency",
    ),
    "a visit was lost": (
        "update marts.channel_day set sessions = 0 where channel = 'Unassigned'",
        "sessions_survive_modelling",
    ),
    "a lead was shifted out of the data": (
        "update marts.channel_day set leads = leads - 1 where leads > 0 and channel = 'Unassigned'",
        "leads_survive_modelling",
    ),
    "an undated lead was dropped": (
        "update marts.lead_source_summary set leads = 0, undated_leads = 0 where lead_source = 'Google'",
        "leads_survive_modelling",
    ),
    "a lead was in two event groups": (
        "insert into marts.follow_up_week select * replace (true as is_event_lead)"
        " from marts.follow_up_week where channel = 'Paid social'",
        "leads_survive_modelling",
    ),
    "a deal was in two channels": (
        "update facts.fct_conversions set channel = 'Webinars' where conversion_type = 'customer'",
        "one_channel_each",
    ),
    "a deal's money was lost": (
        "update marts.channel_day set revenue_reporting = 0 where channel = 'Unassigned'",
        "revenue_survives_modelling",
    ),
    "a rejection lost its reason": (
        "delete from marts.rejection_reasons where reason = 'Too small'",
        "sales_outcomes_add_up",
    ),
    "spend of one currency was dropped": (
        "delete from facts.fct_ad_performance where platform = 'meta'",
        "spend_survives_modelling",
    ),
    "a rate is missing": (
        "insert into intermediate.int_fx__daily_rates by name"
        " select 'USD' as currency, date '2026-03-03' as amount_day, null as reporting_per_unit",
        "every_amount_has_a_rate",
    ),
    "a campaign lost its deals": (
        "delete from marts.pipeline_by_campaign where campaign_id = 'c1'",
        "revenue_survives_modelling",
    ),
    "a cohort lost its revenue": (
        "update marts.ltv_month set revenue_reporting = 0 where months_since = 0",
        "revenue_survives_modelling",
    ),
    "a deal counted twice": (
        "insert into facts.fct_conversions select * replace ('Referral' as channel)"
        " from facts.fct_conversions where conversion_id = 'customer O1'",
        "conversions_survive_modelling",
    ),
    "a person was lost": (
        "delete from facts.dim_contacts where contact_id = 'L1'",
        "conversions_survive_modelling",
    ),
    "a campaign's day lost a lead": (
        "update marts.segment_day set leads = 0",
        "days_of_campaigns_are_days_of_channels",
    ),
    "credit was lost": (
        "update marts.attribution_day set credit = credit * 0.9",
        "credits_survive_attribution",
    ),
}


def _reconciliations(workspace: Workspace) -> dict[str, str]:
    """The compiled SQL of every reconciliation, by name: it gives the rows that it objects to."""
    folder = target_dir(workspace) / "compiled" / "countersign" / "tests"
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}


def _caught_by(tiny: Workspace, folder: Path, spoil: str) -> list[str]:
    workspace = _copy(tiny, folder)
    with open_warehouse(workspace) as connection:
        connection.execute(spoil)
        return [
            name
            for name, sql in _reconciliations(tiny).items()
            if connection.execute(f"select 1 from ({sql}) as objected limit 1").fetchone()
        ]


def test_nothing_is_objected_to_without_a_defect(tiny_workspace, tmp_path):
    assert _caught_by(tiny_workspace, tmp_path, "select 1") == []


def test_each_defect_is_caught_by_the_test_named_for_it(tiny_workspace, tmp_path):
    """The table of defects: with -s it is printed, defect by test."""
    caught = {
        defect: _caught_by(tiny_workspace, tmp_path / str(number), spoil)
        for number, (defect, (spoil, _)) in enumerate(DEFECTS.items())
    }
    print()  # noqa: T201 the table is for a person
    for defect, names in caught.items():
        print(f"{defect:38} {', '.join(names)}")  # noqa: T201
    missed = {defect: guard for defect, (_, guard) in DEFECTS.items() if guard not in caught[defect]}
    assert missed == {}


def test_every_reconciliation_has_caught_something(tiny_workspace):
    guards = {guard for _, guard in DEFECTS.values()}
    assert set(_reconciliations(tiny_workspace)) - guards == set()


def test_dbt_names_the_doubled_row(tiny_workspace, tmp_path):
    workspace = _copy(tiny_workspace, tmp_path)
    with open_warehouse(workspace) as connection:
        connection.execute("insert into marts.rejection_reasons from marts.rejection_reasons")
    guard = "unique_grain_rejection_reasons_channel__week_start__reason"
    results = run_dbt(workspace, ["test", "--select", guard], variables=build_vars(COMPANY, as_of=AS_OF))
    assert [(result.node.name, str(result.status)) for result in results] == [(guard, "fail")]


def test_a_batch_that_came_in_twice_stops_the_build(tmp_path):
    workspace = Workspace(tmp_path / "workspace")
    rows = {**TINY, "raw.ad_performance": [ad(f"2026-03-{day:02}", "1") for day in range(2, 9)]}
    write_raw(workspace, rows)
    with pytest.raises(QualityError, match="landed_is_promoted_or_set_aside"):
        build_marts(workspace, COMPANY, as_of=AS_OF)


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
