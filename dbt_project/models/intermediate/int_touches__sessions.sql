-- Grain: one row per session of a visitor who is linked to a contact.

select
    'session ' || sessions.session_id as touchpoint_id,
    visitors.contact_id,
    sessions.started_at as touched_at,
    sessions.report_day,
    sessions.channel,
    campaigns.platform,
    campaigns.campaign_id,
    campaigns.campaign_name,
    'session' as touch_type,
    visitors.link_rule
from {{ ref('fct_sessions') }} as sessions
inner join {{ ref('int_visitors__linked') }} as visitors
    on sessions.visitor_key = visitors.visitor_key and visitors.contact_id is not null
left join {{ ref('int_campaigns__by_utm') }} as campaigns
    on sessions.channel = campaigns.channel and lower(trim(sessions.utm_campaign)) = campaigns.utm_text
