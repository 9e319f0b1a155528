-- Grain: one row per month of first win, channel and segment of that win, and month since. No canonical table
-- holds the day on which a contract was renewed or ended, so a customer counts as retained by buying again.

with months as (
    select
        *,
        sum(new_repeat_customers) over (
            partition by cohort_month, channel, segment order by months_since rows unbounded preceding
        ) as repeat_customers
    from {{ ref('int_customers__months') }}
)

select
    ---------- keys
    cohort_month,
    channel,
    segment,
    months_since,

    ---------- judgement
    is_matured,
    cast('repeat purchase' as {{ dbt.type_string() }}) as basis,

    ---------- measures
    customers,
    active_customers,
    {{ whole('repeat_customers') }} as repeat_customers,
    {{ share('active_customers', 'customers') }} as active_share,
    {{ share('repeat_customers', 'customers') }} as repeat_share
from months
