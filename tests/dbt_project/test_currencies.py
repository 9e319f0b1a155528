"""Money in several currencies: one rate a day, carried and crossed, never a lost row; days of other zones."""

from datetime import date
from decimal import Decimal

import pytest

from countersign.core.errors import QualityError
from countersign.core.warehouse import open_warehouse, read_rows
from countersign.core.workspace import Workspace
from flows.dbt_build import build_marts, build_vars
from tests.dbt_project.raw_rows import AS_OF, COMPANY, ad, write_raw


def rate(day, currency, units, base="EUR"):
    return {"base_currency": base, "currency": currency, "rate_day": day, "rate": units}


def deal(name, **other):
    return {"opportunity_id": name, "amount": "100", "currency": "USD", **other}


ROWS = {
    "raw.ad_performance": [
        ad("2026-03-06", "10", campaign_id="home", account_time_zone="Europe/Berlin"),
        ad("2026-03-06", "10", campaign_id="friday", currency="usd", account_time_zone="America/New_York"),
        ad("2026-03-08", "10", campaign_id="sunday", currency="USD", account_time_zone="America/New_York"),
        ad("2026-03-06", "10", campaign_id="pounds", currency="GBP", platform_conversion_value="4"),
    ],
    "raw.crm_opportunities": [
        deal("won", created_at="2026-03-06 12:00:00", closed_at="2026-03-10 12:00:00", is_won=True),
        deal("closed only", closed_at="2026-03-10 12:00:00", is_won=True),
        deal("undated", is_won=True),
        deal("own", currency=None, created_at="2026-03-06 12:00:00"),
    ],
    "raw.fx_rates": [
        rate("2026-03-06", "USD", "1.25"),
        rate("2026-03-06", "USD", "2", base="GBP"),
        rate("2026-03-10", "USD", "1.6"),
    ],
}


def build(folder, rows, company=COMPANY):
    workspace = Workspace(folder)
    write_raw(workspace, rows)
    build_marts(workspace, company, as_of=AS_OF)

    def read(sql):
        with open_warehouse(workspace) as connection:
            return [tuple(row.values()) for row in read_rows(connection, sql)]

    return read


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    return build(tmp_path_factory.mktemp("currencies"), ROWS)


def test_spend_takes_the_rate_of_its_day_weekends_that_of_friday_and_pounds_the_way_over_dollars(read):
    assert read("select campaign_id, spend_reporting from facts.fct_ad_performance order by 1") == [
        ("friday", Decimal("8")),
        ("home", Decimal("10")),
        ("pounds", Decimal("16")),
        ("sunday", Decimal("8")),
    ]
    claimed = "select platform_conversion_value_reporting from facts.fct_ad_performance"
    assert read(f"{claimed} where campaign_id = 'pounds'") == [(Decimal("6.4"),)]


def test_pipeline_is_worth_what_it_was_when_opened_and_revenue_when_won(read):
    days = read("""
        select report_day, pipeline_reporting, revenue_reporting from marts.channel_day
        where pipeline_reporting <> 0 or revenue_reporting <> 0 order by 1
    """)
    assert days == [(date(2026, 3, 6), Decimal("180"), 0), (date(2026, 3, 10), 0, Decimal("125"))]
    # 100 dollars each: two on the day they were won, one undated at the last rate.
    assert read("select sum(revenue_reporting) from marts.lead_source_summary") == [(Decimal("187.5"),)]


def test_spend_of_days_that_another_zone_cut_is_shown_beside_all_spend(read):
    assert read("""
        select sum(spend_reporting), sum(spend_cut_in_another_zone_reporting)
        from marts.platform_reconciliation
    """) == [(Decimal("42"), Decimal("16"))]
    assert read("""
        select is_cut_in_another_zone, count(*) from facts.fct_ad_performance group by 1 order by 1 nulls last
    """) == [(False, 1), (True, 2), (None, 1)]


def test_a_rate_older_than_the_company_allows_is_missing(tmp_path):
    impatient = COMPANY.model_copy(update={"fx_carry_days": 1})
    assert build_vars(impatient, as_of=AS_OF)["fx_carry_days"] == 1
    with pytest.raises(QualityError, match="currency USD, first_day 2026-03-08") as error:
        build(tmp_path, ROWS, company=impatient)
    assert "every_amount_has_a_rate" in str(error.value)
