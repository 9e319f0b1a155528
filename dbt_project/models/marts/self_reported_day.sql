-- Grain: one row per conversion type, day, answer to "how did you hear of us" and whether the buyer is new.
-- It stands beside attribution and is never merged with it. Money: reporting currency.

select
    ---------- keys
    conversion_type,
    report_day,
    coalesce(nullif(trim(self_reported_source), ''), 'No answer') as self_reported_source,
    is_new_customer,

    ---------- measures
    {{ whole('count(*)') }} as conversions,
    {{ money('sum(coalesce(value_reporting, 0))') }} as value_reporting
from {{ ref('fct_conversions') }}
where converted_at is not null
group by
    conversion_type,
    report_day,
    coalesce(nullif(trim(self_reported_source), ''), 'No answer'),
    is_new_customer
