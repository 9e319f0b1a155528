-- Grain: one row per raw web or app event before `as_of`.

select
    ---------- keys
    event_key,
    -- A pseudonym is never blank; trimming ten million of them costs as much as reading them.
    visitor_key,
    {{ link_key('session_key') }} as session_key,

    ---------- attributes
    _source as source,
    event_name,
    {{ link_key('utm_source') }} as utm_source,
    {{ link_key('utm_medium') }} as utm_medium,
    {{ link_key('utm_campaign') }} as utm_campaign,
    coalesce(utm_source <> '' or utm_medium <> '' or utm_campaign <> '', false) as has_utm,
    page,
    device,
    country,
    lower(event_name) in ('page_view', 'pageview', 'screen_view') as is_page_view,
    coalesce(is_conversion, false) as is_conversion,

    ---------- time
    occurred_at,
    {{ report_day('occurred_at') }} as report_day
from {{ source('raw', 'web_events') }}
where occurred_at < {{ as_of() }}
