-- Grain: one row per week, path of channels and path of campaigns of visitors who are linked to nobody.
-- A week is cut off from the next: browsers forget most visitors within seven days, and so each week stands alone.
-- Most journeys are one visit, whose path is a name: they are counted first and named afterwards.

with visitor_weeks as (
    select
        {{ sort_key('sessions.visitor_key') }} as visitor,
        {{ week_start('sessions.report_day') }} as week_start,
        count(*) as touches,
        min(sessions.channel) as channel,
        min(sessions.utm_campaign) as utm_campaign
    from {{ ref('fct_sessions') }} as sessions
    left join {{ ref('int_visitors__linked') }} as visitors on sessions.visitor_key = visitors.visitor_key
    where visitors.visitor_key is null and sessions.visitor_key is not null
    group by 1, 2
),

single_visits as (
    select week_start, channel, utm_campaign, count(*) as journeys
    from visitor_weeks
    where touches = 1
    group by week_start, channel, utm_campaign
),

steps as (
    select
        'one visit' as kind,
        week_start,
        cast(null as {{ dbt.type_string() }}) as visitor_key,
        cast(null as timestamp) as started_at,
        cast(null as {{ dbt.type_string() }}) as session_id,
        channel,
        utm_campaign,
        journeys
    from single_visits

    union all
    select
        'several visits' as kind,
        visitor_weeks.week_start,
        sessions.visitor_key,
        sessions.started_at,
        sessions.session_id,
        sessions.channel,
        sessions.utm_campaign,
        1 as journeys
    from {{ ref('fct_sessions') }} as sessions
    inner join visitor_weeks
        on {{ sort_key('sessions.visitor_key') }} = visitor_weeks.visitor
        and {{ week_start('sessions.report_day') }} = visitor_weeks.week_start
    where visitor_weeks.touches > 1
),

named as (
    select
        steps.*,
        {{ step_name('steps.channel') }} as channel_step,
        {{ step_name(campaign_label(
            'steps.channel', 'campaigns.platform', 'campaigns.campaign_id', 'campaigns.campaign_name'
        )) }} as campaign_step
    from steps
    left join {{ ref('int_campaigns__by_utm') }} as campaigns
        on steps.channel = campaigns.channel and lower(steps.utm_campaign) = campaigns.utm_text
),

journeys as (
    select week_start, channel_step as channel_path, campaign_step as campaign_path, 1 as touches, journeys
    from named
    where kind = 'one visit'

    union all
    select
        week_start,
        {{ joined_text('channel_step', ' > ', 'started_at, session_id') }} as channel_path,
        {{ joined_text('campaign_step', ' > ', 'started_at, session_id') }} as campaign_path,
        count(*) as touches,
        1 as journeys
    from named
    where kind = 'several visits'
    group by week_start, visitor_key
)

select
    week_start,
    channel_path,
    campaign_path,
    {{ whole('touches') }} as touches,
    {{ whole('sum(journeys)') }} as journeys
from journeys
group by week_start, channel_path, campaign_path, touches
