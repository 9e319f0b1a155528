-- Grain: one row per channel and day with web traffic. Days that have sessions, landed or made of events, are
-- counted from those; the vendor's own daily counts fill the other days, so that nothing is counted twice.
-- A table, because int_coverage and channel_day both read it.

{%- set tables = ['web_sessions', 'web_events', 'web_traffic_days'] %}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('report_day', ['web_sessions', 'web_events', 'web_traffic_days']) }}"
) }}

with session_days as (
    select
        channel,
        report_day,
        count(*) as sessions,
        sum(web_conversions) as web_conversions
    from {{ ref('fct_sessions') }}
    where {{ in_changed_days('report_day', tables) }}
    group by channel, report_day
),

covered_days as (
    select distinct report_day from session_days
),

traffic_days as (
    select
        traffic.channel,
        traffic.traffic_day as report_day,
        sum(traffic.sessions) as sessions,
        sum(traffic.web_conversions) as web_conversions
    from {{ ref('stg_files__web_traffic_days') }} as traffic
    left join covered_days on traffic.traffic_day = covered_days.report_day
    where
        covered_days.report_day is null
        and {{ in_changed_days('traffic.traffic_day', tables) }}
    group by traffic.channel, traffic.traffic_day
)

select channel, report_day, {{ whole('sessions') }} as sessions, {{ whole('web_conversions') }} as web_conversions
from session_days
union all
select channel, report_day, {{ whole('sessions') }} as sessions, {{ whole('web_conversions') }} as web_conversions
from traffic_days
