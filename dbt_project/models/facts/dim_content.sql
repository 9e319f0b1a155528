-- Grain: one row per piece of content: a page that visits began on or a search showed, an e-mail, a post, a form
-- or file that leads used. No source tells versions of a piece: a changed e-mail or post is another one.

with pages as (
    select landing_page as path, report_day from {{ ref('fct_sessions') }} where landing_page is not null

    union all
    select landing_page as path, traffic_day as report_day
    from {{ ref('stg_files__web_traffic_days') }}
    where landing_page is not null

    union all
    select page as path, search_day as report_day from {{ ref('fct_search_terms') }} where page <> ''
),

pieces as (
    select
        'page ' || path as content_id,
        'page' as content_type,
        path as title,
        path,
        cast(null as {{ dbt.type_string() }}) as platform,
        cast(null as {{ dbt.type_string() }}) as repeat_key,
        report_day
    from pages

    union all
    select
        'email ' || platform || ' ' || email_campaign_id as content_id,
        'email' as content_type,
        campaign_name as title,
        null as path,
        platform,
        repeat_key,
        report_day
    from {{ ref('fct_email_engagement') }}

    union all
    select
        'post ' || platform || ' ' || post_id as content_id,
        'post' as content_type,
        link as title,
        null as path,
        platform,
        repeat_key,
        report_day
    from {{ ref('fct_social_posts') }}

    union all
    select
        'form ' || asset_id as content_id,
        'form' as content_type,
        asset_name as title,
        null as path,
        null as platform,
        null as repeat_key,
        report_day
    from {{ ref('stg_files__lead_events') }}
    where event_type in ('form_submission', 'content_download') and asset_id is not null
)

select
    ---------- keys
    content_id,

    ---------- attributes
    max(content_type) as content_type,
    coalesce(max(title), 'Not stated') as title,
    max(path) as path,
    max(platform) as platform,
    max(repeat_key) as repeat_key,
    {{ journey_stage("coalesce(max(path), max(title), '')") }} as journey_stage,

    ---------- time
    min(report_day) as first_day,
    max(report_day) as last_day
from pieces
group by content_id
