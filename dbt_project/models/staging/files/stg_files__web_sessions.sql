-- Grain: one row per session that started before `as_of`.

select
    session_key,
    {{ link_key('visitor_key') }} as visitor_key,
    {{ channel_of('utm_source', 'utm_medium', 'utm_campaign', 'channel') }} as channel,
    {{ link_key('utm_campaign') }} as utm_campaign,
    started_at,
    {{ report_day('started_at') }} as report_day,
    conversions as web_conversions
from {{ source('raw', 'web_sessions') }}
where started_at < {{ as_of() }}
