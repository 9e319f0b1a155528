-- Grain: one row per platform and post published before `as_of`. The totals are those of the last load.

select
    ---------- keys
    lower({{ link_key('platform') }}) as platform,
    post_id,

    ---------- attributes
    _source as source,
    page_id,
    nullif(trim(post_type), '') as post_type,
    link,
    {{ repeat_key('text') }} as repeat_key,

    ---------- time
    published_at,
    {{ report_day('published_at') }} as report_day,

    ---------- measures
    impressions,
    reactions,
    comments,
    shares,
    clicks
from {{ source('raw', 'social_posts') }}
where published_at < {{ as_of() }}
