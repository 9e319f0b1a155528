-- Grain: one row per site, day, query, page, country and device, up to `as_of`. The day is the search
-- engine's own; `query` is '' where the engine withholds it.

select
    ---------- keys
    site,
    search_day,
    query,
    page,
    country,
    device,

    ---------- attributes
    _source as source,

    ---------- measures
    impressions,
    clicks,
    position
from {{ source('raw', 'search_terms') }}
where search_day <= {{ last_day() }}
