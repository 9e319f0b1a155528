-- Grain: one row per base currency, currency and day with a published rate, up to `as_of`.

select
    ---------- keys
    upper(base_currency) as base_currency,
    upper(currency) as currency,
    rate_day,

    ---------- measures
    rate
from {{ source('raw', 'fx_rates') }}
where rate_day <= {{ last_day() }}
