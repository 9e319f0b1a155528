-- Grain: one row per platform and e-mail campaign. Totals are those of the latest export, whatever `as_of` is;
-- one sent at or after `as_of` is still a draft.

select
    ---------- keys
    lower({{ link_key('platform') }}) as platform,
    {{ link_key('email_campaign_id') }} as email_campaign_id,

    ---------- attributes
    _source as source,
    campaign_name,
    {{ repeat_key("coalesce(nullif(trim(subject), ''), campaign_name)") }} as repeat_key,
    coalesce({{ named_channel("nullif(trim(channel), '')") }}, {{ group('Email') }}) as channel,

    ---------- time
    case when sent_at < {{ as_of() }} then sent_at end as sent_at,
    case when sent_at < {{ as_of() }} then {{ report_day('sent_at') }} end as sent_day,

    ---------- measures
    sends,
    deliveries,
    opens,
    clicks,
    replies,
    bounces,
    unsubscribes
from {{ source('raw', 'email_campaigns') }}
