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
    session_id,
    visitor_key,

    ---------- attributes
    source,
    'events' as origin,
    {{ channel_of('utm_source', 'utm_medium', 'utm_campaign', "cast(null as " ~ dbt.type_string() ~ ")") }} as channel,
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
    {{ whole('events') }} as events,
    {{ whole('page_views') }} as page_views,
    {{ whole('web_conversions') }} as web_conversions
from from_events
