-- Grain: one row per channel that anything happened in, `Unassigned` among them.

with days as (
    select channel, report_day, coalesce(spend_reporting, 0) <> 0 as has_spend from {{ ref('channel_day') }}

    union all
    select channel, report_day, false as has_spend from {{ ref('fct_touchpoints') }}
),

platforms as (
    select channel, count(distinct platform) as platforms
    from {{ ref('stg_files__ad_performance') }}
    group by channel
)

select
    ---------- keys
    days.channel,

    ---------- attributes
    max(case when days.has_spend then 1 else 0 end) = 1 as is_paid,
    days.channel = 'Unassigned' as is_unassigned,
    {{ whole('coalesce(max(platforms.platforms), 0)') }} as ad_platforms,

    ---------- time
    min(days.report_day) as first_day,
    max(days.report_day) as last_day
from days
left join platforms on days.channel = platforms.channel
group by days.channel
