-- Grain: one row per cohort (month of the first win, channel and segment of that win) and month since, without
-- gaps, up to the month of the last day. A customer is an account, without one the person, without one the deal.
-- Wins without a day belong to no month and are left out. A table, because two marts read it.

{{ config(materialized='table') }}

with wins as (
    select
        coalesce('account ' || conversions.account_id, 'contact ' || conversions.contact_id, conversions.conversion_id)
            as customer,
        conversions.conversion_id,
        conversions.report_day,
        {{ month_start('conversions.report_day') }} as month_start,
        conversions.channel,
        opportunities.segment,
        coalesce(conversions.value_reporting, 0) as revenue_reporting
    from {{ ref('fct_conversions') }} as conversions
    inner join {{ ref('fct_opportunities') }} as opportunities
        on conversions.opportunity_id = opportunities.opportunity_id
    where conversions.conversion_type = 'customer' and conversions.report_day is not null
),

numbered as (
    select
        *,
        row_number() over (partition by customer order by report_day, conversion_id) as win_number
    from wins
),

customers as (
    select customer, month_start as cohort_month, channel, segment
    from numbered
    where win_number = 1
),

cohorts as (
    select cohort_month, channel, segment, count(*) as customers
    from customers
    group by cohort_month, channel, segment
),

won_months as (
    select
        customers.cohort_month,
        customers.channel,
        customers.segment,
        numbered.month_start,
        count(distinct numbered.customer) as active_customers,
        count(case when numbered.win_number = 2 then 1 end) as new_repeat_customers,
        sum(numbered.revenue_reporting) as revenue_reporting
    from numbered
    inner join customers on numbered.customer = customers.customer
    group by customers.cohort_month, customers.channel, customers.segment, numbered.month_start
),

months as (
    select cast(date_month as date) as month_start
    from (
        {{ dbt.date_spine(datepart="month", start_date="cast('1990-01-01' as date)", end_date="cast('2050-01-01' as date)") }}
    ) as spine
)

select
    ---------- keys
    cohorts.cohort_month,
    cohorts.channel,
    cohorts.segment,
    {{ whole(dbt.datediff('cohorts.cohort_month', 'months.month_start', 'month')) }} as months_since,

    ---------- time
    months.month_start,
    cast({{ dbt.dateadd('month', 1, 'months.month_start') }} as date) <= {{ last_day() }} + 1 as is_matured,

    ---------- measures
    {{ whole('cohorts.customers') }} as customers,
    {{ whole('coalesce(won_months.active_customers, 0)') }} as active_customers,
    {{ whole('coalesce(won_months.new_repeat_customers, 0)') }} as new_repeat_customers,
    {{ money('coalesce(won_months.revenue_reporting, 0)') }} as revenue_reporting
from cohorts
inner join months on cohorts.cohort_month <= months.month_start and months.month_start <= {{ last_day() }}
left join won_months
    on cohorts.cohort_month = won_months.cohort_month
    and cohorts.channel = won_months.channel
    and cohorts.segment = won_months.segment
    and months.month_start = won_months.month_start
