-- Grain: one row per session made of raw events, on days that have no sessions landed one by one. It ends after
-- `session_timeout_minutes` of silence and at midnight of the reporting zone, so that every day stands alone.
-- Source, medium and campaign are those of its first event that has any. An event without visitor belongs to a
-- visitor of its source's session; without both it belongs to no session and is counted by a test. Only days that
-- the build redoes.

{%- set tables = ['web_sessions', 'web_events'] %}
{%- set ordered = 'partition by visitor, report_day order by occurred_at, event' %}
{%- set whole_day = ordered ~ ' rows between unbounded preceding and unbounded following' %}
{%- set so_far = ordered ~ ' rows between unbounded preceding and 1 preceding' %}

with events as (
    select
        {{ sort_key('coalesce(visitor_key, session_key)') }} as visitor,
        {{ sort_key('event_key') }} as event,
        {{ quarter_hour('occurred_at') }} as quarter_hour,
        event_key,
        visitor_key,
        source,
        utm_source,
        utm_medium,
        utm_campaign,
        has_utm,
        page,
        device,
        country,
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
    select
        quarter_hour,
        {{ report_day('min(occurred_at)') }} as report_day
    from events
    group by quarter_hour
),

quarters_without_sessions as (
    select quarters.*
    from quarters
    left join landed_days on quarters.report_day = landed_days.report_day
    where
        landed_days.report_day is null
        and {{ in_changed_days('quarters.report_day', tables) }}
),

-- One sort, of numbers only: what describes a session is fetched for its first event afterwards.
in_order as (
    select
        events.visitor,
        events.event,
        events.occurred_at,
        events.has_utm,
        quarters.report_day,
        lag(events.occurred_at) over ({{ ordered }}) as previous_at,
        lag(events.has_utm) over ({{ ordered }}) as previous_has_utm,
        count(*) over ({{ so_far }}) as events_before,
        count(case when events.is_page_view then 1 end) over ({{ so_far }}) as page_views_before,
        count(case when events.is_conversion then 1 end) over ({{ so_far }}) as conversions_before,
        count(*) over ({{ whole_day }}) as events_of_day,
        count(case when events.is_page_view then 1 end) over ({{ whole_day }}) as page_views_of_day,
        count(case when events.is_conversion then 1 end) over ({{ whole_day }}) as conversions_of_day
    from events
    inner join quarters_without_sessions as quarters on events.quarter_hour = quarters.quarter_hour
),

marked as (
    select
        *,
        coalesce(
            {{ is_later_by_minutes('occurred_at', 'previous_at', var('session_timeout_minutes')) }}, true
        ) as is_start
    from in_order
),

-- Starts, and the events that bring a source after some without: the first of these after a start that has
-- none is where the session's source is found.
kept as (
    select
        *,
        lead(is_start) over (partition by visitor, report_day order by events_before) as next_is_start,
        lead(event) over (partition by visitor, report_day order by events_before) as next_event
    from marked
    where is_start or (has_utm and not previous_has_utm)
),

measured as (
    select
        visitor,
        event,
        report_day,
        case when not has_utm and not next_is_start then next_event end as utm_event,
        lead(events_before, 1, events_of_day)
            over (partition by visitor, report_day order by events_before) - events_before as events,
        lead(page_views_before, 1, page_views_of_day)
            over (partition by visitor, report_day order by events_before) - page_views_before as page_views,
        lead(conversions_before, 1, conversions_of_day)
            over (partition by visitor, report_day order by events_before) - conversions_before as web_conversions
    from kept
    where is_start
),

with_source as (
    select
        measured.visitor,
        measured.event,
        events.utm_source,
        events.utm_medium,
        events.utm_campaign
    from events
    inner join measured on events.visitor = measured.visitor and events.event = measured.utm_event
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
from events
inner join measured on events.visitor = measured.visitor and events.event = measured.event
left join with_source on measured.visitor = with_source.visitor and measured.event = with_source.event
