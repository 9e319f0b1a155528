-- Grain: one row per channel, week of the verdict, verdict and reason ('None' for acceptances). Only the
-- verdict that stands counts, so that a lead is judged once.

select
    ---------- keys
    channel,
    {{ week_start('report_day') }} as week_start,
    verdict,
    coalesce(rejection_reason, 'None') as reason,

    ---------- measures
    {{ whole('count(*)') }} as leads,
    {{ six_places(median('hours_to_verdict')) }} as median_hours_to_verdict
from {{ ref('fct_sales_feedback') }}
where is_latest
group by channel, {{ week_start('report_day') }}, verdict, coalesce(rejection_reason, 'None')
