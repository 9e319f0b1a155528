-- Grain: one row per channel and day with web traffic.
-- A table, because int_coverage and channel_day both read it.

{%- set tables = ['web_sessions', 'web_events', 'web_traffic_days'] %}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('report_day', ['web_sessions', 'web_events', 'web_traffic_days']) }}"
) }}

select
    channel,
    report_day,
    {{ whole('sum(sessions)') }} as sessions,
    {{ whole('sum(engaged_sessions)') }} as engaged_sessions,
    {{ whole('sum(web_conversions)') }} as web_conversions
from {{ ref('int_web_places') }}
where {{ in_changed_days('report_day', tables) }}
group by channel, report_day
