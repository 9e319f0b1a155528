-- Every visit is in the marts by channel exactly once: those known one by one, and on the other days those that
-- the vendor counted. The sum over channels is the total.

with known_days as (
    select distinct report_day from {{ ref('fct_sessions') }}
),

counted as (
    select sum(traffic.sessions) as sessions
    from {{ ref('stg_files__web_traffic_days') }} as traffic
    left join known_days on traffic.traffic_day = known_days.report_day
    where known_days.report_day is null
),

one_by_one as (
    select count(*) as sessions from {{ ref('fct_sessions') }}
),

landed as (
    select one_by_one.sessions + coalesce(counted.sessions, 0) as sessions
    from one_by_one
    cross join counted
),

totals as (
    select 'channel_day' as place, sum(sessions) as sessions from {{ ref('channel_day') }}

    {%- for mart in ['channel_week', 'campaign_day', 'segment_day'] %}

    union all
    select '{{ mart }}' as place, sum(sessions) as sessions from {{ ref(mart) }}
    {%- endfor %}
)

select totals.place, totals.sessions, landed.sessions as sessions_landed
from totals
cross join landed
where coalesce(totals.sessions, 0) <> landed.sessions
