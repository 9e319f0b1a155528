-- Grain: one row per piece of content and week. A measure that a type of content does not have is null. E-mails
-- and posts count in the week they went out, with their totals so far; visits and forms in the week they came.

with session_days as (
    select distinct report_day from {{ ref('fct_sessions') }}
),

sessions as (
    select
        'page ' || landing_page as content_id,
        report_day,
        1 as sessions,
        page_views,
        web_conversions
    from {{ ref('fct_sessions') }}
    where landing_page is not null

    union all
    -- The vendor's own counts fill days without sessions one by one, as in int_web_days.
    select
        'page ' || traffic.landing_page as content_id,
        traffic.traffic_day as report_day,
        traffic.sessions,
        traffic.page_views,
        {{ whole('traffic.web_conversions') }} as web_conversions
    from {{ ref('stg_files__web_traffic_days') }} as traffic
    left join session_days on traffic.traffic_day = session_days.report_day
    where traffic.landing_page is not null and session_days.report_day is null
),

touches as (
    select
        touchpoint_id,
        report_day,
        platform,
        campaign_id,
        touch_type,
        row_number() over (partition by contact_id order by touched_at, touchpoint_id) as position
    from {{ ref('fct_touchpoints') }}
),

first_touches as (
    select 'page ' || sessions.landing_page as content_id, touches.report_day
    from touches
    inner join {{ ref('fct_sessions') }} as sessions on touches.touchpoint_id = 'session ' || sessions.session_id
    where touches.position = 1 and sessions.landing_page is not null

    union all
    select 'email ' || platform || ' ' || campaign_id as content_id, report_day
    from touches
    where position = 1 and touch_type = 'email_click' and platform is not null and campaign_id is not null
),

{%- set measures = ['sessions', 'page_views', 'web_conversions', 'first_touches', 'shown', 'clicks', 'engagements', 'submissions'] %}

measured as (
    select
        content_id, report_day, sessions, page_views, web_conversions, 0 as first_touches,
        cast(null as bigint) as shown, cast(null as bigint) as clicks, cast(null as bigint) as engagements,
        cast(null as bigint) as submissions
    from sessions

    union all
    select content_id, report_day, null, null, null, 1, null, null, null, null
    from first_touches

    union all
    select 'page ' || page, search_day, null, null, null, null, impressions, clicks, null, null
    from {{ ref('fct_search_terms') }}
    where page <> ''

    union all
    select
        'email ' || platform || ' ' || email_campaign_id, report_day, null, null, null, 0, deliveries, clicks,
        clicks + coalesce(replies, 0), null
    from {{ ref('fct_email_engagement') }}

    union all
    select 'post ' || platform || ' ' || post_id, report_day, null, null, null, null, impressions, clicks, engagements, null
    from {{ ref('fct_social_posts') }}

    union all
    select 'form ' || asset_id, report_day, null, null, null, null, null, null, null, 1
    from {{ ref('stg_files__lead_events') }}
    where event_type in ('form_submission', 'content_download') and asset_id is not null
),

weeks as (
    select
        content_id,
        {{ week_start('report_day') }} as week_start
        {%- for measure in measures %},
        {{ whole('sum(' ~ measure ~ ')') }} as {{ measure }}
        {%- endfor %}
    from measured
    where report_day is not null
    group by 1, 2
)

select
    ---------- keys
    weeks.content_id,
    weeks.week_start,

    ---------- attributes
    content.content_type,
    content.title,
    content.repeat_key,
    content.journey_stage,

    ---------- measures
    {%- for measure in measures %}
    weeks.{{ measure }},
    {%- endfor %}
    case
        when content.content_type = 'page' then {{ share('weeks.web_conversions', 'weeks.sessions') }}
        when content.content_type in ('email', 'post') then {{ share('weeks.engagements', 'weeks.shown') }}
    end as engagement_rate
from weeks
inner join {{ ref('dim_content') }} as content on weeks.content_id = content.content_id
