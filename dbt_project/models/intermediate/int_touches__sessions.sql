-- Grain: one row per session of a visitor who is linked to a contact.

select
    'session ' || sessions.session_id as touchpoint_id,
    visitors.contact_id,
    sessions.started_at as touched_at,
    sessions.report_day,
    sessions.channel,
    -- What the visit says of its campaign; fct_touchpoints looks up what it means.
    lower(trim(sessions.utm_campaign)) as utm_text,
    visitors.link_rule
from {{ ref('fct_sessions') }} as sessions
inner join {{ ref('int_visitors__linked') }} as visitors
    on sessions.visitor_key = visitors.visitor_key and visitors.contact_id is not null
