"""What each mart says of a company small enough to count by hand."""

from datetime import date
from decimal import Decimal

WEEK_1, WEEK_2 = date(2026, 3, 2), date(2026, 3, 9)


def test_cost_per_lead_by_channel_and_week(tiny):
    rows = tiny("from marts.lead_cost_week order by channel, week_start")
    said = {(row.pop("channel"), row.pop("week_start")): tuple(row.values()) for row in rows}
    money = Decimal
    # spend, leads, accepted, rejected, undecided, per lead, per accepted lead, is mature
    assert said == {
        ("Paid search", WEEK_1): (
            money("150.5"), 3, 1, 1, 1, money("50.166667"), money("150.5"), False,
        ),
        ("Paid search", WEEK_2): (money(60), 1, 0, 1, 0, money(60), None, False),
        ("Paid social", WEEK_1): (money(40), 1, 0, 0, 1, money(40), None, False),
        ("Unassigned", WEEK_1): (money(0), 1, 1, 0, 0, money(0), money(0), False),
    }  # fmt: skip


def test_each_event_counts_on_its_own_day(tiny):
    rows = tiny(
        "select report_day, spend_reporting, sessions, web_conversions, leads, customers, opportunities,"
        " pipeline_reporting, revenue_reporting from marts.channel_day"
        " where channel = 'Paid search' order by report_day"
    )
    assert [tuple(row.values()) for row in rows] == [
        (date(2026, 3, 2), 100, 1, 1, 1, 1, 0, 0, 0),
        (date(2026, 3, 3), 0, 1, 0, 2, 0, 0, 0, 0),
        (date(2026, 3, 5), 0, 0, 0, 0, 0, 1, 5000, 0),
        (date(2026, 3, 6), 0, 0, 0, 0, 0, 1, 900, 0),
        (date(2026, 3, 8), Decimal("50.5"), 0, 0, 0, 0, 0, 0, 0),
        (date(2026, 3, 9), 60, 0, 0, 1, 0, 0, 0, 0),
        (date(2026, 3, 12), 0, 0, 0, 0, 0, 0, 0, 5000),
    ]


def test_a_deal_without_lead_or_opening_day_keeps_its_money_unassigned(tiny):
    rows = tiny(
        "select week_start, customers, opportunities, pipeline_reporting, revenue_reporting"
        " from marts.channel_week where channel = 'Unassigned' order by week_start"
    )
    assert [tuple(row.values()) for row in rows] == [(WEEK_1, 1, 0, 0, 0), (WEEK_2, 0, 1, 0, 700)]


def test_a_campaign_meets_its_leads_and_their_deals(tiny):
    rows = tiny(
        "select platform, campaign_id, week_start, campaign_name, channel, spend_reporting, leads,"
        " accepted_leads, rejected_leads, customers, pipeline_reporting"
        " from marts.campaign_week order by platform, week_start"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("google_ads", "c1", WEEK_1, "Brand", "Paid search", Decimal("150.5"), 1, 1, 0, 1, 5900),
        ("google_ads", "c1", WEEK_2, "Brand", "Paid search", 60, 1, 0, 1, 0, 0),
        ("meta", "c2", WEEK_1, "Faces", "Paid social", 40, 0, 0, 0, 0, 0),
    ]


def test_the_funnel_follows_the_leads_of_a_week(tiny):
    rows = tiny("from marts.funnel_week order by channel, week_start")
    # sessions, leads, mqls, accepted, sqls, opportunities, customers
    assert [tuple(row.values()) for row in rows] == [
        ("Paid search", WEEK_1, 2, 3, 2, 1, 1, 1, 1),
        ("Paid search", WEEK_2, 0, 1, 1, 0, 0, 0, 0),
        ("Paid social", WEEK_1, 0, 1, 1, 0, 0, 0, 0),
        ("Unassigned", WEEK_1, 1, 1, 1, 1, 1, 1, 1),
    ]


def test_follow_up_counts_what_came_after_creation_and_keeps_event_leads_apart(tiny):
    rows = tiny("from marts.follow_up_week order by channel, week_start")
    assert [tuple(row.values()) for row in rows] == [
        ("Paid search", WEEK_1, False, 3, 2, 1, 15),
        ("Paid search", WEEK_2, False, 1, 0, 0, None),
        ("Paid social", WEEK_1, False, 1, 1, 0, 48),
        ("Unassigned", WEEK_1, True, 1, 0, 0, None),
    ]


def test_acquisition_cost_stands_beside_how_much_of_the_cohort_has_matured(tiny):
    rows = tiny("from marts.cac_by_cohort order by channel")
    assert [tuple(row.values()) for row in rows] == [
        ("Paid search", date(2026, 3, 1), Decimal("210.5"), 4, 1, 0, 0, Decimal("210.5")),
        ("Paid social", date(2026, 3, 1), 40, 1, 0, 0, 0, None),
        ("Unassigned", date(2026, 3, 1), 0, 1, 1, 0, 0, 0),
    ]


def test_claims_of_the_platforms_stand_beside_crm_and_web(tiny):
    rows = tiny("from marts.platform_reconciliation order by platform, week_start")
    why = "claims more: view-through, modelled or repeated conversions"
    # claimed, CRM leads, web conversions, difference, per lead, why, spend, of it cut in another zone;
    # of the week: claimed, leads, double
    assert [tuple(row.values()) for row in rows] == [
        ("google_ads", "Paid search", WEEK_1, 6, 3, 1, 3, 2, why, Decimal("150.5"), 0, 11, 5, 6),
        ("google_ads", "Paid search", WEEK_2, 3, 1, 0, 2, 3, why, 60, 0, 3, 1, 2),
        ("meta", "Paid social", WEEK_1, 5, 1, 0, 4, 5, why, 40, 0, 11, 5, 6),
    ]


def test_the_cross_section_holds_undated_leads_and_deals_without_a_lead(tiny):
    rows = tiny("from marts.lead_source_summary order by lead_source, channel")
    # leads, dated, undated, mqls, accepted, rejected, opportunities, customers, revenue
    assert [tuple(row.values())[1:] for row in rows] == [
        ("Google", "Paid search", 5, 4, 1, 3, 1, 2, 2, 1, 5000),
        ("Meta", "Paid social", 1, 1, 0, 1, 0, 0, 0, 0, 0),
        ("No lead", "Unassigned", 0, 0, 0, 0, 0, 0, 1, 0, 0),
        ("Not stated", "Unassigned", 1, 1, 0, 1, 1, 0, 1, 1, 700),
    ]


def test_pipeline_stands_by_campaign_and_stage_apart_from_clicks(tiny):
    rows = tiny(
        "select channel, campaign_id, week_start, stage_group, opportunities, opportunities_without_amount,"
        " pipeline_reporting, revenue_reporting, mean_age_days"
        " from marts.pipeline_by_campaign order by channel, stage_group"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("Paid search", "c1", WEEK_1, "open", 1, 0, 900, 0, 9),
        ("Paid search", "c1", WEEK_1, "won", 1, 0, 5000, 5000, 7),
        ("Unassigned", "Unassigned", WEEK_2, "open", 1, 1, 0, 0, 5),
    ]


def test_a_campaigns_return_says_its_basis(tiny):
    rows = tiny(
        "select platform, basis, spend_reporting, opportunities, value_reporting, return_per_spend, roi"
        " from marts.campaign_return where basis like '%brought' order by platform, basis"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("google_ads", "pipeline brought", Decimal("210.5"), 2, 5900, Decimal("28.028504"),
         Decimal("27.028504")),
        ("google_ads", "revenue brought", Decimal("210.5"), 1, 5000, Decimal("23.752969"),
         Decimal("22.752969")),
        ("meta", "pipeline brought", 40, 0, 0, 0, -1),
        ("meta", "revenue brought", 40, 0, 0, 0, -1),
    ]  # fmt: skip


def test_spend_is_judged_once_and_young_campaigns_are_left_alone(tiny):
    rows = tiny(
        "select platform, week_start, judged_by, rule, spend_reporting, wasted_spend_reporting, recent_leads"
        " from marts.wasted_spend order by platform, week_start"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("google_ads", WEEK_1, "campaign", "too few verdicts", Decimal("150.5"), None, 1),
        ("google_ads", WEEK_2, "campaign", "too few verdicts", 60, None, 2),
        ("meta", WEEK_1, "channel", "too few verdicts", 40, None, 1),
    ]


def test_rejections_keep_the_reason_that_sales_gave(tiny):
    rows = tiny("from marts.rejection_reasons order by week_start")
    assert [tuple(row.values()) for row in rows] == [
        ("Paid search", WEEK_1, "Not stated", 1),
        ("Paid search", WEEK_2, "Too small", 1),
    ]


def test_data_trust_says_how_far_the_data_reach(tiny):
    (row,) = tiny("from marts.data_trust")
    assert row == {
        "source": "files", "landed_table": "ad_performance", "last_batch_id": "b1",
        "data_through": WEEK_2, "set_aside_reason": None, "rows_landed": 5, "rows_promoted": 5,
        "rows_quarantined": 0, "checks_total": 9, "checks_passed": 9, "warnings_failed": 0,
        "quality": "passed", "is_fresh": False,
    }  # fmt: skip


def test_a_company_without_any_rows_gets_empty_marts(empty):
    marts = empty(
        "select table_name, estimated_size as rows from duckdb_tables() where schema_name = 'marts'"
    )
    assert len(marts) > 10
    assert {row["rows"] for row in marts} == {0}


def test_a_company_with_leads_only_has_no_zero_spend(leads_only):
    rows = leads_only(
        "select channel, spend_reporting, sessions, leads, mqls, accepted_leads, customers, opportunities,"
        " revenue_reporting from marts.channel_week order by channel"
    )
    unknown = (None,) * 5
    assert [tuple(row.values()) for row in rows] == [
        ("Referral", None, None, 1, *unknown),
        ("Unassigned", None, None, 1, *unknown),
    ]
    (cost,) = leads_only(
        "select distinct spend_reporting, undecided_leads, cost_per_lead from marts.lead_cost_week"
    )
    assert set(cost.values()) == {None}
    assert leads_only("from marts.platform_reconciliation") == []


def test_a_company_without_dates_has_a_cross_section_and_nothing_else(undated_only):
    rows = undated_only(
        "select lead_source, leads, undated_leads, customers, opportunities, revenue_reporting"
        " from marts.lead_source_summary order by lead_source"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("Google", 2, 2, 1, None, None),
        ("Not stated", 1, 1, 0, None, None),
    ]
    for mart in ("channel_day", "lead_cost_week", "funnel_week", "follow_up_week", "cac_by_cohort"):
        assert undated_only(f"from marts.{mart}") == [], mart
