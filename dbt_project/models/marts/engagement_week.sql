-- Grain: one row per medium, platform, channel and week. A secondary measure: engagement is no lead. What counts
-- as engaged differs by medium and is said in `basis`; rates of two media are not compared.

with parts as (
    select
        'email' as medium,
        'clicks and replies per delivery' as basis,
        platform,
        channel,
        week_start,
        deliveries as shown,
        clicks + coalesce(replies, 0) as engaged
    from {{ ref('fct_email_engagement') }}

    union all
    select
        'social' as medium,
        'reactions, comments, shares and clicks per unpaid impression' as basis,
        platform,
        {{ group('Organic Social') }} as channel,
        week_start,
        impressions as shown,
        engagements as engaged
    from {{ ref('fct_social_posts') }}

    union all
    select
        'search' as medium,
        'clicks per unpaid impression' as basis,
        site as platform,
        {{ group('Organic Search') }} as channel,
        week_start,
        impressions as shown,
        clicks as engaged
    from {{ ref('fct_search_terms') }}

    union all
    select
        'ads' as medium,
        'clicks per impression' as basis,
        platform,
        channel,
        {{ week_start('account_day') }} as week_start,
        impressions as shown,
        clicks as engaged
    from {{ ref('stg_files__ad_performance') }}

    union all
    select
        'web' as medium,
        'sessions with two pages or a form per session' as basis,
        'website' as platform,
        channel,
        {{ week_start('report_day') }} as week_start,
        1 as shown,
        case
            when page_views >= 2 or web_conversions > 0 then 1
            when page_views is not null then 0
        end as engaged
    from {{ ref('fct_sessions') }}
)

select
    ---------- keys
    medium,
    platform,
    channel,
    week_start,

    ---------- attributes
    max(basis) as basis,

    ---------- measures
    {{ whole('sum(shown)') }} as shown,
    {{ whole('sum(engaged)') }} as engaged,
    -- Only what says both counts: else one platform's silence would lower the other's rate.
    {{ share('sum(case when shown is not null then engaged end)', 'sum(case when engaged is not null then shown end)') }}
        as engagement_rate
from parts
group by medium, platform, channel, week_start
