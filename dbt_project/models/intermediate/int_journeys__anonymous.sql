-- Grain: one row per week, path of channels and path of campaigns of visitors who are linked to nobody.
-- A week is cut off from the next: browsers forget most visitors within seven days, and so each week stands alone.

with sessions as (
    select * from {{ ref('fct_sessions') }}
),

steps as (
    select
        sessions.visitor_key,
        {{ week_start('sessions.report_day') }} as week_start,
        sessions.started_at,
        sessions.session_id,
        {{ step_name('sessions.channel') }} as channel,
        {{ step_name(campaign_label(
            'sessions.channel', 'campaigns.platform', 'campaigns.campaign_id', 'campaigns.campaign_name'
        )) }} as campaign
    from sessions
    left join {{ ref('int_visitors__linked') }} as visitors on sessions.visitor_key = visitors.visitor_key
    left join {{ ref('int_campaigns__by_utm') }} as campaigns
        on sessions.channel = campaigns.channel and lower(sessions.utm_campaign) = campaigns.utm_text
    where visitors.visitor_key is null and sessions.visitor_key is not null
),

journeys as (
    select
        week_start,
        count(*) as touches,
        {{ joined_text('channel', ' > ', 'started_at, session_id') }} as channel_path,
        {{ joined_text('campaign', ' > ', 'started_at, session_id') }} as campaign_path
    from steps
    group by week_start, visitor_key
)

select
    week_start,
    channel_path,
    campaign_path,
    {{ whole('touches') }} as touches,
    {{ whole('count(*)') }} as journeys
from journeys
group by week_start, channel_path, campaign_path, touches
