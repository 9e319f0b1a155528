-- Grain: one row per lead created before `as_of`; undated leads stay, without a day.

select
    ---------- keys
    lead_id,
    {{ link_key('email_key') }} as email_key,
    {{ link_key('visitor_key') }} as visitor_key,
    {{ link_key('account_id') }} as account_id,

    ---------- attributes
    _source as source,
    {{ channel_name('channel') }} as channel,
    coalesce(nullif(trim(lead_source), ''), 'Not stated') as lead_source,
    nullif(trim(self_reported_source), '') as self_reported_source,
    lower({{ link_key('platform') }}) as platform,
    {{ link_key('campaign_id') }} as campaign_id,
    campaign_name,
    stage as current_stage,
    coalesce(is_event_lead, false) as is_event_lead,
    nullif(trim(country), '') as country,
    nullif(trim(segment), '') as segment,
    lower(nullif(trim(consent), '')) as consent,
    consent_at,

    ---------- time
    created_at,
    {{ report_day('created_at') }} as report_day
from {{ source('raw', 'crm_leads') }}
where created_at is null or created_at < {{ as_of() }}
