-- Grain: one row per session made of raw events, on days that have no sessions landed one by one. It ends after
-- `session_timeout_minutes` of silence and at midnight of the reporting zone, so that every day stands alone.
-- Source, medium and campaign are those of its first event that has any. An event without visitor belongs to a
-- visitor of its source's session; without both it belongs to no session and is counted by a test. Only days that
-- the build redoes.

{%- set tables = ['web_sessions', 'web_events'] %}
{%- set ordered = 'partition by visitor order by occurred_at, event' %}
{%- set so_far = ordered ~ ' rows between unbounded preceding and 1 preceding' %}
{%- set by_position = 'partition by visitor order by events_before' %}

-- Only numbers are sorted; what describes a session is read again for its first event afterwards.
with events as (
    select
        {{ sort_key('coalesce(visitor_key, session_key)') }} as visitor,
        {{ sort_key('event_key') }} as event,
        {{ quarter_hour('occurred_at') }} as quarter_hour,
        has_utm,
        is_page_view,
        is_conversion,
        occurred_at
    from {{ ref('stg_files__web_events') }}
    where
        coalesce(visitor_key, session_key) is not null
        and {{ near_changed_days('occurred_at', tables) }}
),

landed_days as (
    select distinct report_day from {{ ref('stg_files__web_sessions') }}
    where {{ near_changed_days('started_at', tables) }}
),

quarters as (
    select {{ quarter_hour('occurred_at') }} as quarter_hour, {{ report_day('min(occurred_at)') }} as report_day
    from {{ ref('stg_files__web_events') }}
    where {{ near_changed_days('occurred_at', tables) }}
    group by {{ quarter_hour('occurred_at') }}
),

quarters_without_sessions as (
    select quarters.*
    from quarters
    left join landed_days on quarters.report_day = landed_days.report_day
    where
        landed_days.report_day is null
        and {{ in_changed_days('quarters.report_day', tables) }}
),

in_order as (
    select
        events.visitor,
        events.event,
        events.occurred_at,
        events.has_utm,
        case when events.is_page_view then 1 else 0 end as page_view,
        case when events.is_conversion then 1 else 0 end as conversion,
        quarters.report_day,
        lag(events.occurred_at) over ({{ ordered }}) as previous_at,
        lag(quarters.report_day) over ({{ ordered }}) as previous_day,
        lag(events.has_utm) over ({{ ordered }}) as previous_has_utm,
        lead(events.occurred_at) over ({{ ordered }}) as next_at,
        count(*) over ({{ so_far }}) as events_before,
        count(case when events.is_page_view then 1 end) over ({{ so_far }}) as page_views_before,
        count(case when events.is_conversion then 1 end) over ({{ so_far }}) as conversions_before
    from events
    inner join quarters_without_sessions as quarters on events.quarter_hour = quarters.quarter_hour
),

marked as (
    select
        *,
        next_at is null as is_last,
        coalesce(
            report_day <> previous_day
            or {{ is_later_by_minutes('occurred_at', 'previous_at', var('session_timeout_minutes')) }}, true
        ) as is_start
    from in_order
),

-- Starts, a visitor's last event, and the events that bring a source after some without: the first of these after
-- a start that has none is where the session's source is found.
kept as (
    select
        *,
        lead(has_utm and not is_start) over ({{ by_position }}) as next_is_late,
        lead(event) over ({{ by_position }}) as next_event
    from marked
    where is_start or is_last or (has_utm and not previous_has_utm)
),

-- Up to where each start or last event counts for the session before the next start.
measured as (
    select
        event,
        report_day,
        is_start,
        case when not has_utm and next_is_late then next_event end as utm_event,
        {%- for (own, before, measure) in [
            ('1', 'events_before', 'events'),
            ('page_view', 'page_views_before', 'page_views'),
            ('conversion', 'conversions_before', 'web_conversions'),
        ] %}
        coalesce(
            lead(case when is_start then {{ before }} else {{ before }} + {{ own }} end) over ({{ by_position }}),
            {{ before }} + {{ own }}
        ) - {{ before }} as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from kept
    where is_start or is_last
),

with_source as (
    select
        measured.event,
        events.utm_source,
        events.utm_medium,
        events.utm_campaign
    from {{ ref('stg_files__web_events') }} as events
    inner join measured on {{ sort_key('events.event_key') }} = measured.utm_event
    where measured.is_start and {{ near_changed_days('events.occurred_at', tables) }}
)

select
    ---------- keys
    events.event_key as session_id,
    events.visitor_key,

    ---------- attributes
    events.source,
    coalesce(events.utm_source, with_source.utm_source) as utm_source,
    coalesce(events.utm_medium, with_source.utm_medium) as utm_medium,
    coalesce(events.utm_campaign, with_source.utm_campaign) as utm_campaign,
    events.page as landing_page,
    events.device,
    events.country,

    ---------- time
    events.occurred_at as started_at,
    measured.report_day,

    ---------- measures
    measured.events,
    measured.page_views,
    measured.web_conversions
from {{ ref('stg_files__web_events') }} as events
inner join measured on {{ sort_key('events.event_key') }} = measured.event
left join with_source on measured.event = with_source.event
where measured.is_start and {{ near_changed_days('events.occurred_at', tables) }}
