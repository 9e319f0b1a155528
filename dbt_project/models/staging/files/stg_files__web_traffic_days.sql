-- Grain: one row per property, day and dimensions that the vendor counted by, up to `as_of`.

select
    property_id,
    {{ channel_of('utm_source', 'utm_medium', 'utm_campaign', 'channel') }} as channel,
    {{ link_key('landing_page') }} as landing_page,
    {{ link_key('utm_campaign') }} as utm_campaign,
    {{ link_key('device') }} as device,
    {{ link_key('country') }} as country,
    traffic_day,
    sessions,
    engaged_sessions,
    page_views,
    conversions as web_conversions
from {{ source('raw', 'web_traffic_days') }}
where traffic_day <= {{ last_day() }}
