-- All revenue won before `as_of` is in the cross-section, and what is dated of it in channel_day; the same
-- for pipeline. Customers are leads, so opportunities without a lead keep their money under Unassigned. What is
-- landed is held against the staged amounts currency by currency, what is staged against the marts as converted.

with landed as (
    select
        {{ currency_of('currency') }} as currency,
        sum(amount) as amount,
        sum(case when is_won and (closed_at is null or closed_at < {{ as_of() }}) then amount end) as revenue
    from {{ source('raw', 'crm_opportunities') }}
    where coalesce(created_at, closed_at) is null or coalesce(created_at, closed_at) < {{ as_of() }}
    group by 1
),

staged as (
    select currency, sum(amount) as amount, sum(case when is_won then amount end) as revenue
    from {{ ref('stg_files__crm_opportunities') }}
    group by currency
),

converted as (
    select
        sum(won_amount_reporting) as revenue,
        sum(case when won_day is not null then won_amount_reporting end) as dated_revenue,
        sum(case when opened_day is not null then amount_reporting end) as pipeline,
        count(amount_reporting) as amounts
    from {{ ref('int_opportunities__enriched') }}
),

totals as (
    select 'lead_source_summary' as place, sum(revenue_reporting) as amount, min(converted.revenue) as amount_expected
    from {{ ref('lead_source_summary') }} cross join converted

    union all
    select 'channel_day' as place, sum(revenue_reporting) as amount, min(converted.dated_revenue) as amount_expected
    from {{ ref('channel_day') }} cross join converted

    union all
    select 'channel_day, pipeline' as place, sum(pipeline_reporting) as amount, min(converted.pipeline) as amount_expected
    from {{ ref('channel_day') }} cross join converted

    union all
    -- A join that loses or doubles an opportunity would change both sides above alike.
    select 'int_opportunities__enriched' as place, min(converted.amounts) as amount, count(amount) as amount_expected
    from {{ ref('stg_files__crm_opportunities') }} cross join converted

    union all
    select 'staged, ' || landed.currency as place, staged.amount, landed.amount as amount_expected
    from landed left join staged on landed.currency = staged.currency

    union all
    select 'staged as won, ' || landed.currency as place, staged.revenue, landed.revenue as amount_expected
    from landed left join staged on landed.currency = staged.currency

    union all
    select 'pipeline_by_campaign' as place, sum(pipeline_reporting) as amount, min(converted.pipeline) as amount_expected
    from {{ ref('pipeline_by_campaign') }} cross join converted

    union all
    select 'ltv_month' as place, sum(revenue_reporting) as amount, min(converted.dated_revenue) as amount_expected
    from {{ ref('ltv_month') }} cross join converted
)

select * from totals
where coalesce(amount, 0) <> coalesce(amount_expected, 0)
