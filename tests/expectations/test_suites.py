"""Suites: every landed table has one, and each planted defect is caught by the rule named after it."""

from datetime import timedelta

import pytest

from countersign.core.errors import QualityError
from countersign.core.landed import LANDED_TABLES, LandedTable
from expectations.suite import read_suite

# (table, what is wrong with one row, the rule that sets the row aside)
ROW_DEFECTS = [
    ("ad_performance", {"_bad": "spend: 'abc' is not a number"}, "cells_are_readable"),
    ("ad_performance", {"platform": None}, "platform_is_given"),
    ("ad_performance", {"account_day": None}, "account_day_is_given"),
    ("ad_performance", {"currency": None}, "currency_is_given"),
    ("ad_performance", {"currency": "USD"}, "currency_is_the_reporting_currency"),
    ("ad_performance", {"currency": "eur"}, "currency_is_the_reporting_currency"),
    ("ad_performance", {"spend": None}, "spend_is_given"),
    ("ad_performance", {"spend": "-0.000001"}, "spend_is_not_negative"),
    ("ad_performance", {"impressions": -1, "clicks": None}, "impressions_is_not_negative"),
    ("ad_performance", {"clicks": -1}, "clicks_is_not_negative"),
    ("ad_performance", {"platform_conversions": "-1"}, "platform_conversions_is_not_negative"),
    ("ad_performance", {"platform_conversion_value": "-1"}, "platform_conversion_value_is_not_negative"),
    ("ad_performance", {"clicks": 101}, "clicks_is_at_most_impressions"),
    ("ad_performance", {"account_day": "1999-12-31"}, "account_day_is_not_before_2000"),
    ("ad_performance", {"account_day": "2026-11-17"}, "account_day_is_not_in_the_future"),
    ("web_sessions", {"session_key": None}, "session_key_is_given"),
    ("web_sessions", {"started_at": "2026-11-16 00:00:00"}, "started_at_is_not_in_the_future"),
    ("web_sessions", {"started_at": "1970-01-01 00:00:00"}, "started_at_is_not_before_2000"),
    ("web_sessions", {"page_views": -1}, "page_views_is_not_negative"),
    ("web_sessions", {"conversions": -1}, "conversions_is_not_negative"),
    ("web_sessions", {"landing_page": "/demo?email=x"}, "landing_page_has_no_query_string"),
    ("crm_leads", {"lead_id": None}, "lead_id_is_given"),
    ("crm_leads", {"lead_id": " "}, "lead_id_is_not_blank"),
    ("crm_leads", {"stage": "won"}, "stage_is_known"),
    ("crm_leads", {"created_at": "2027-01-01 00:00:00"}, "created_at_is_not_in_the_future"),
    ("crm_stage_changes", {"stage": None}, "stage_is_given"),
    ("crm_stage_changes", {"stage": "it's won"}, "stage_is_known"),
    ("crm_stage_changes", {"changed_at": "1999-01-01 00:00:00"}, "changed_at_is_not_before_2000"),
    ("crm_opportunities", {"opportunity_id": None}, "opportunity_id_is_given"),
    ("crm_opportunities", {"currency": None}, "amount_has_currency"),
    ("crm_opportunities", {"currency": "USD"}, "currency_is_the_reporting_currency"),
    ("crm_opportunities", {"amount": "-5"}, "amount_is_not_negative"),
    ("crm_opportunities", {"closed_at": "2026-11-01 00:00:00"}, "created_at_is_at_most_closed_at"),
    ("crm_opportunities", {"closed_at": "2030-01-01 00:00:00"}, "closed_at_is_not_in_the_future"),
    ("crm_activities", {"activity_id": None}, "activity_id_is_given"),
    ("crm_activities", {"occurred_at": "2026-11-20 00:00:00"}, "occurred_at_is_not_in_the_future"),
    ("sales_feedback", {"verdict": "maybe"}, "verdict_is_known"),
    ("sales_feedback", {"lead_id": None}, "lead_id_is_given"),
    ("sales_feedback", {"decided_at": "1999-01-01 00:00:00"}, "decided_at_is_not_before_2000"),
]  # fmt: skip

WARNINGS = [
    ("ad_performance", {"channel": None}, "channel_is_usually_given"),
    ("ad_performance", {"impressions": 0, "clicks": 0}, "spend_has_impressions"),
    ("web_sessions", {"device": "toaster"}, "device_is_known"),
    ("web_sessions", {"visitor_key": None}, "visitor_key_is_usually_given"),
    ("crm_leads", {"created_at": None}, "created_at_is_usually_given"),
    ("crm_leads", {"campaign_id": "c1"}, "campaign_has_platform"),
    ("crm_stage_changes", {"from_stage": "mql"}, "stage_differs_from_the_one_left"),
    ("crm_stage_changes", {"from_stage": "cold"}, "from_stage_is_known"),
    ("crm_opportunities", {"closed_at": None}, "won_has_close_date"),
    ("crm_opportunities", {"amount": None}, "won_has_amount"),
    ("crm_activities", {"activity_type": "fax"}, "activity_type_is_known"),
    ("sales_feedback", {"reason": " "}, "rejection_has_reason"),
]


@pytest.mark.parametrize("name", LANDED_TABLES)
def test_every_landed_table_has_a_suite_with_reasons(name, company, as_of):
    suite = read_suite(LANDED_TABLES[name], company, latest=as_of)

    assert len(suite.rules) >= 6
    assert len({rule.name for rule in suite.rules}) == len(suite.rules)
    assert all(rule.reason.endswith(".") for rule in suite.rules)


@pytest.mark.parametrize("name", LANDED_TABLES)
def test_good_rows_pass_every_rule(name, land, good_rows, gate):
    result = gate(land(name, good_rows(name, 3)))

    assert [outcome.check for outcome in result.batch.outcomes if not outcome.passed] == []
    assert result.batch.quality == "passed"


@pytest.mark.parametrize(("table", "defect", "rule"), ROW_DEFECTS)
def test_a_defect_sets_aside_exactly_its_row(table, defect, rule, land, good_rows, promote, set_aside):
    rows = good_rows(table, 10)
    rows[3] = {**rows[3], **defect}

    batch = promote(land(table, rows))

    assert {row: found[0] for row, found in set_aside(batch).items()} == {4: rule}
    assert (batch.state, batch.quality) == ("promoted", "warnings")
    assert [o.check for o in batch.outcomes if not o.passed] == [rule]


@pytest.mark.parametrize(("table", "defect", "rule"), WARNINGS)
def test_a_warning_is_reported_and_its_rows_stay(table, defect, rule, land, good_rows, promote):
    rows = [{**row, **defect} for row in good_rows(table, 5)]

    batch = promote(land(table, rows))

    assert (batch.rows_promoted, batch.quality) == (5, "warnings")
    failed = [o for o in batch.outcomes if not o.passed]
    assert [(o.check, o.severity, o.rows) for o in failed] == [(rule, "warning", 5)]


def test_one_missing_value_in_ten_is_no_warning_yet(land, good_rows, gate):
    rows = good_rows("crm_leads", 10)
    rows[0]["channel"] = None

    assert gate(land("crm_leads", rows)).batch.quality == "passed"


def test_a_row_between_the_report_and_its_landing_is_not_in_the_future(land, good_rows, gate, as_of):
    rows = good_rows("crm_leads", 4, created_at="2026-11-16 08:00:00")

    assert gate(land("crm_leads", rows, landed_at=as_of + timedelta(hours=9))).batch.quality == "passed"


def test_an_ad_day_that_has_begun_in_the_furthest_zone_is_not_in_the_future(land, good_rows, gate):
    rows = good_rows("ad_performance", 4, account_day="2026-11-16")

    assert gate(land("ad_performance", rows)).batch.quality == "passed"


def test_a_table_without_a_suite_is_refused(company, as_of):
    table = LandedTable("newsletter", "One row per letter.", ("id",), (), "sent_at", "UTC")

    with pytest.raises(QualityError, match=r"no expectations/newsletter\.py"):
        read_suite(table, company, latest=as_of)
