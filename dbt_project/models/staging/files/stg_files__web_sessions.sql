-- Grain: one row per session that started before `as_of`.

select
    ---------- keys
    session_key,
    {{ link_key('visitor_key') }} as visitor_key,

    ---------- attributes
    _source as source,
    {{ channel_of('utm_source', 'utm_medium', 'utm_campaign', 'channel') }} as channel,
    {{ link_key('utm_source') }} as utm_source,
    {{ link_key('utm_medium') }} as utm_medium,
    {{ link_key('utm_campaign') }} as utm_campaign,
    landing_page,
    device,
    country,

    ---------- time
    started_at,
    {{ report_day('started_at') }} as report_day,

    ---------- measures
    page_views,
    conversions as web_conversions
from {{ source('raw', 'web_sessions') }}
where started_at < {{ as_of() }}
