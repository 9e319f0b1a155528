-- Grain: one row per channel and month of lead creation. Money: reporting currency. Spend of the month
-- over those of its leads that became customers so far; `share_matured` says how many had the time to.

with spend as (
    select
        channel,
        {{ month_start('report_day') }} as cohort_month,
        sum(spend_reporting) as spend_reporting
    from {{ ref('channel_day') }}
    group by 1, 2
    having sum(spend_reporting) <> 0
),

leads as (
    select
        channel,
        cohort_month,
        count(*) as leads,
        {{ count_where('is_customer') }} as customers,
        {{ count_where('is_customer_mature') }} as matured_leads
    from {{ ref('int_leads__enriched') }}
    where cohort_month is not null
    group by channel, cohort_month
),

cohorts as (
    select channel, cohort_month from spend
    union
    select channel, cohort_month from leads
),

measured as (
    select
        cohorts.channel,
        cohorts.cohort_month,
        {{ money(known('has_spend', 'spend.spend_reporting')) }} as spend_reporting,
        {{ whole(known('has_leads', 'leads.leads')) }} as leads,
        {{ whole(known('has_customers', 'leads.customers')) }} as customers,
        {{ whole(known('has_leads', 'leads.matured_leads')) }} as matured_leads
    from cohorts
    left join spend on cohorts.channel = spend.channel and cohorts.cohort_month = spend.cohort_month
    left join leads on cohorts.channel = leads.channel and cohorts.cohort_month = leads.cohort_month
    cross join {{ ref('int_coverage') }} as coverage
)

select
    ---------- keys
    channel,
    cohort_month,

    ---------- measures
    spend_reporting,
    leads,
    customers,
    matured_leads,
    {{ ratio('matured_leads', 'leads') }} as share_matured,
    {{ cost_per('spend_reporting', 'customers') }} as cac_reporting
from measured
