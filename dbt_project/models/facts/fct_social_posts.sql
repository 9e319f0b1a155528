-- Grain: one row per platform and post on a page of ours. Paid impressions are in fct_ad_performance, never here.

select
    ---------- keys
    platform,
    post_id,

    ---------- attributes
    source,
    page_id,
    post_type,
    link,
    repeat_key,

    ---------- time
    published_at,
    report_day,
    {{ week_start('report_day') }} as week_start,

    ---------- measures
    impressions,
    reactions,
    comments,
    shares,
    clicks,
    -- What a platform does not count adds nothing; null only where it counts nothing at all.
    case
        when coalesce(reactions, comments, shares, clicks) is not null
            then coalesce(reactions, 0) + coalesce(comments, 0) + coalesce(shares, 0) + coalesce(clicks, 0)
    end as engagements
from {{ ref('stg_files__social_posts') }}
