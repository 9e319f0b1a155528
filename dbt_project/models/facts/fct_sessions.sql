-- Grain: one row per web session. A day's sessions are those landed one by one; a day without any has those
-- made of its raw events; what the vendor only counted by day is in int_web_days.

{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('report_day', ['web_sessions', 'web_events']) }}"
) }}

with landed as (
    select * from {{ ref('stg_files__web_sessions') }}
    where
        {{ near_changed_days('started_at', ['web_sessions', 'web_events']) }}
        and {{ in_changed_days('report_day', ['web_sessions', 'web_events']) }}
),

from_events as (
    select * from {{ ref('int_sessions__from_events') }}
),

-- The rules cost more than all else about a session, and few combinations of texts come again and again.
combinations as (
    select distinct utm_source, utm_medium, utm_campaign
    from {{ ref('stg_files__web_events') }}
    where {{ near_changed_days('occurred_at', ['web_sessions', 'web_events']) }}
),

channels as (
    select
        coalesce(utm_source, '') as utm_source,
        coalesce(utm_medium, '') as utm_medium,
        coalesce(utm_campaign, '') as utm_campaign,
        {{ channel_of('utm_source', 'utm_medium', 'utm_campaign', "cast(null as " ~ dbt.type_string() ~ ")") }} as channel
    from combinations
)

select
    ---------- keys
    session_key as session_id,
    visitor_key,

    ---------- attributes
    source,
    'sessions' as origin,
    channel,
    utm_source,
    utm_medium,
    utm_campaign,
    landing_page,
    device,
    country,

    ---------- time
    started_at,
    report_day,

    ---------- measures
    cast(null as bigint) as events,
    page_views,
    {{ whole('web_conversions') }} as web_conversions
from landed

union all

select
    ---------- keys
    from_events.session_id,
    from_events.visitor_key,

    ---------- attributes
    from_events.source,
    'events' as origin,
    channels.channel,
    from_events.utm_source,
    from_events.utm_medium,
    from_events.utm_campaign,
    from_events.landing_page,
    from_events.device,
    from_events.country,

    ---------- time
    from_events.started_at,
    from_events.report_day,

    ---------- measures
    {{ whole('from_events.events') }} as events,
    {{ whole('from_events.page_views') }} as page_views,
    {{ whole('from_events.web_conversions') }} as web_conversions
from from_events
left join channels
    on coalesce(from_events.utm_source, '') = channels.utm_source
    and coalesce(from_events.utm_medium, '') = channels.utm_medium
    and coalesce(from_events.utm_campaign, '') = channels.utm_campaign
