-- Grain: one row per channel, week of lead creation and reason that sales gave.

select
    channel,
    week_start,
    rejection_reason as reason,
    {{ whole('count(*)') }} as rejected_leads
from {{ ref('int_leads__enriched') }}
where is_rejected and week_start is not null
group by channel, week_start, rejection_reason
