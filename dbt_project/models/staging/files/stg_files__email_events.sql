-- Grain: one row per message and event before `as_of`.

select
    ---------- keys
    event_id,
    lower({{ link_key('platform') }}) as platform,
    {{ link_key('email_campaign_id') }} as email_campaign_id,
    {{ link_key('email_key') }} as email_key,

    ---------- attributes
    _source as source,
    event_type,
    page,

    ---------- time
    occurred_at,
    {{ report_day('occurred_at') }} as report_day
from {{ source('raw', 'email_events') }}
where occurred_at < {{ as_of() }}
