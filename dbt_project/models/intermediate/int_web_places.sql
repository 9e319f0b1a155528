-- Grain: one row per day, channel, utm_campaign, device and country with web traffic ('' where not known). Days that
-- have sessions, landed or made of events, are counted from those; the vendor's own daily counts fill the other days,
-- so that nothing is counted twice. Where no vendor says which sessions were engaged, a session with two pages or a
-- conversion is: Google Analytics' definition (https://support.google.com/analytics/answer/12195621) without its ten
-- seconds, which no landed session states. A table, because int_web_days and two marts read it.

{%- set tables = ['web_sessions', 'web_events', 'web_traffic_days'] %}
{%- set names = ['utm_campaign', 'device', 'country'] %}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('report_day', ['web_sessions', 'web_events', 'web_traffic_days']) }}"
) }}

with session_days as (
    select
        report_day,
        channel,
        {%- for name in names %}
        {{ plain(name) if name == 'utm_campaign' else "trim(coalesce(" ~ name ~ ", ''))" }} as {{ name }},
        {%- endfor %}
        count(*) as sessions,
        sum(
            case
                when page_views >= 2 or web_conversions >= 1 then 1
                when page_views is not null then 0
            end
        ) as engaged_sessions,
        sum(web_conversions) as web_conversions
    from {{ ref('fct_sessions') }}
    where {{ in_changed_days('report_day', tables) }}
    group by 1, 2, 3, 4, 5
),

covered_days as (
    select distinct report_day from session_days
),

traffic_days as (
    select
        traffic.traffic_day as report_day,
        traffic.channel,
        {%- for name in names %}
        {{ plain('traffic.' ~ name) if name == 'utm_campaign' else "trim(coalesce(traffic." ~ name ~ ", ''))" }} as {{ name }},
        {%- endfor %}
        sum(traffic.sessions) as sessions,
        sum(traffic.engaged_sessions) as engaged_sessions,
        sum(traffic.web_conversions) as web_conversions
    from {{ ref('stg_files__web_traffic_days') }} as traffic
    left join covered_days on traffic.traffic_day = covered_days.report_day
    where
        covered_days.report_day is null
        and {{ in_changed_days('traffic.traffic_day', tables) }}
    group by 1, 2, 3, 4, 5
)

{% for found in ['session_days', 'traffic_days'] %}
select
    report_day,
    channel,
    utm_campaign,
    device,
    country,
    {{ whole('sessions') }} as sessions,
    {{ whole('engaged_sessions') }} as engaged_sessions,
    {{ money('web_conversions') }} as web_conversions
from {{ found }}
{% if not loop.last %}union all{% endif %}
{%- endfor %}
