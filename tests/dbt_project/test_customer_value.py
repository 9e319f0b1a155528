"""Customer value and retention: 23,570 real customers, held against SQL over their purchases."""

from datetime import UTC, datetime

import pytest

from countersign.core.warehouse import open_warehouse, quote_text
from countersign.core.workspace import Workspace
from expectations.promotion import create_raw_tables
from flows.dbt_build import build_vars, run_dbt
from tests.dbt_project.conftest import reader
from tests.dbt_project.raw_rows import COMPANY

# Twenty years later than they were made: CDNOW's customers first bought from January to March 1997.
PURCHASES = """
    create table purchases as
    select 'c' || column0 as customer, cast(strptime(column1, '%Y%m%d') as date) + interval 20 year as day,
        cast(column3 as decimal(18, 6)) as amount, row_number() over () as number
    from (
        select regexp_split_to_array(trim(line), '\\s+') as parts,
            parts[1] as column0, parts[2] as column1, parts[4] as column3
        from read_csv({path}, columns = {{'line': 'varchar'}}, delim = '\\t', header = true)
    )
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory, test_data):
    """CDNOW's purchases as won opportunities of one account per customer."""
    path = test_data / "cdnow_ltv" / "CDNOW_master.txt"
    workspace = Workspace(tmp_path_factory.mktemp("shop"))
    with open_warehouse(workspace) as connection:
        create_raw_tables(connection)
        connection.execute(PURCHASES.format(path=quote_text(str(path))))
        connection.execute(
            "insert into raw.crm_opportunities"
            " (opportunity_id, account_id, created_at, closed_at, is_won, amount, currency,"
            " _source, _batch_id, _row)"
            " select number, customer, day + interval 12 hour, day + interval 12 hour, true, amount, 'EUR',"
            " 'shop', 'b1', number"
            " from purchases"
        )
    variables = build_vars(COMPANY, as_of=datetime(2018, 7, 14, 22, tzinfo=UTC))
    run_dbt(workspace, ["run", "--select", "+ltv_month", "+retention_cohorts"], variables=variables)
    return reader(workspace)


def test_what_a_cohort_has_paid_is_what_its_customers_paid(shop):
    by_hand = """
        with firsts as (select customer, date_trunc('month', min(day)) as cohort from purchases group by 1),
        paid as (
            select cohort, cast(date_diff('month', cohort, day) as bigint) as months_since,
                sum(amount) as revenue
            from purchases join firsts using (customer) group by 1, 2
        )
        select cast(cohort as date) as cohort_month, months_since, customers, revenue,
            sum(revenue) over (partition by cohort order by months_since) as cumulative
        from paid join (select cohort, count(*) as customers from firsts group by 1) using (cohort)
    """
    different = shop(
        f"with theirs as ({by_hand}) select * from marts.ltv_month as ours"
        " full join theirs using (cohort_month, months_since)"
        " where coalesce(ours.is_matured, true) and (ours.customers is distinct from theirs.customers"
        " or ours.revenue_reporting is distinct from theirs.revenue"
        " or ours.cumulative_revenue_reporting is distinct from theirs.cumulative)"
    )
    assert different == []
    (totals,) = shop(
        "select count(*) as rows, sum(revenue_reporting) as revenue,"
        " sum(customers) filter (months_since = 0) as customers from marts.ltv_month"
    )
    (made,) = shop("select sum(amount) as revenue, count(distinct customer) as customers from purchases")
    # Purchases end in June; the data in July.
    assert totals == {"rows": 19 + 18 + 17, **made}
    assert totals["customers"] == 23570


def test_who_came_back_is_who_bought_on_a_second_occasion(shop):
    by_hand = """
        with firsts as (select customer, date_trunc('month', min(day)) as cohort from purchases group by 1),
        numbered as (
            select *, row_number() over (partition by customer order by day, number) as position
            from purchases
        )
        select cast(cohort as date) as cohort_month, months_since,
            count(distinct customer) filter (date_trunc('month', day) = cohort + to_months(months_since))
                as active,
            count(distinct customer) filter (position = 2 and day < cohort + to_months(months_since + 1))
                as repeats
        from numbered join firsts using (customer), range(19) as months(months_since)
        group by 1, 2
    """
    different = shop(
        f"with theirs as ({by_hand}) select * from marts.retention_cohorts as ours"
        " left join theirs using (cohort_month, months_since)"
        " where ours.active_customers is distinct from theirs.active"
        " or ours.repeat_customers is distinct from theirs.repeats"
    )
    assert different == []
    (march,) = shop(
        "select is_matured, active_share, basis from marts.retention_cohorts"
        " where cohort_month = date '2017-03-01' and months_since = 0"
    )
    assert march == {"is_matured": True, "active_share": 1.0, "basis": "repeat purchase"}


def test_the_month_that_the_data_end_in_is_not_matured(shop):
    rows = shop("select distinct months_since from marts.ltv_month where not is_matured order by 1")
    assert [row["months_since"] for row in rows] == [16, 17, 18]
