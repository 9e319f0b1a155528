-- All revenue won before `as_of` is in the cross-section, and what is dated of it in channel_day; the same
-- for pipeline. Customers are leads, so opportunities without a lead keep their money under Unassigned.

with landed as (
    select
        sum(case when is_won and (closed_at is null or closed_at < {{ as_of() }}) then amount end) as revenue,
        sum(case when is_won and closed_at < {{ as_of() }} then amount end) as dated_revenue,
        sum(case when created_at is not null then amount end) as pipeline
    from {{ source('raw', 'crm_opportunities') }}
    where coalesce(created_at, closed_at) is null or coalesce(created_at, closed_at) < {{ as_of() }}
),

totals as (
    select 'lead_source_summary' as place, sum(revenue_reporting) as amount, min(landed.revenue) as amount_landed
    from {{ ref('lead_source_summary') }} cross join landed

    union all
    select 'channel_day' as place, sum(revenue_reporting) as amount, min(landed.dated_revenue) as amount_landed
    from {{ ref('channel_day') }} cross join landed

    union all
    select 'pipeline_by_campaign' as place, sum(pipeline_reporting) as amount, min(landed.pipeline) as amount_landed
    from {{ ref('pipeline_by_campaign') }} cross join landed

    union all
    select 'ltv_month' as place, sum(revenue_reporting) as amount, min(landed.dated_revenue) as amount_landed
    from {{ ref('ltv_month') }} cross join landed

    union all
    select 'channel_day, pipeline' as place, sum(pipeline_reporting) as amount, min(landed.pipeline) as amount_landed
    from {{ ref('channel_day') }} cross join landed
)

select * from totals
where coalesce(amount, 0) <> coalesce(amount_landed, 0)
