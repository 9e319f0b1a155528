-- Grain: one row per thing a lead did before `as_of`.

select
    ---------- keys
    event_id,
    {{ link_key('lead_id') }} as lead_id,
    {{ link_key('email_key') }} as email_key,
    {{ link_key('visitor_key') }} as visitor_key,

    ---------- attributes
    _source as source,
    event_type,
    {{ link_key('asset_id') }} as asset_id,
    asset_name,

    ---------- time
    occurred_at,
    {{ report_day('occurred_at') }} as report_day
from {{ source('raw', 'lead_events') }}
where occurred_at < {{ as_of() }}
