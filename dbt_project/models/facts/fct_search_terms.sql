-- Grain: one row per site, day, query, page, country and device on which the site was shown in a search.

select
    ---------- keys
    site,
    search_day,
    query,
    page,
    country,
    device,

    ---------- attributes
    source,
    {{ week_start('search_day') }} as week_start,

    ---------- measures
    impressions,
    clicks,
    position,
    {{ share('clicks', 'impressions') }} as click_rate
from {{ ref('stg_files__search_terms') }}
