-- Grain: one row per month of first win, channel and segment of that win, and month since. What customers have
-- paid so far, not a forecast. Money: reporting currency; cumulated from the first win on.

with months as (
    select
        *,
        sum(revenue_reporting) over (
            partition by cohort_month, channel, segment order by months_since rows unbounded preceding
        ) as cumulative_revenue
    from {{ ref('int_customers__months') }}
)

select
    ---------- keys
    months.cohort_month,
    months.channel,
    months.segment,
    months.months_since,

    ---------- judgement
    months.is_matured,

    ---------- measures
    months.customers,
    {{ money(known('coverage.has_amounts', 'months.revenue_reporting')) }} as revenue_reporting,
    {{ money(known('coverage.has_amounts', 'months.cumulative_revenue')) }} as cumulative_revenue_reporting,
    case when coverage.has_amounts then {{ ratio('months.cumulative_revenue', 'months.customers') }} end
        as revenue_per_customer_reporting
from months
cross join {{ ref('int_coverage') }} as coverage
