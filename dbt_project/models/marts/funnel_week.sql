-- Grain: one row per channel and week. Every step after the session counts leads of that week of
-- creation, whenever they took the step; a lead's opportunities count once.

with lead_weeks as (
    select
        channel,
        week_start,
        {{ count_where('is_sql') }} as sqls,
        {{ count_where('is_opportunity') }} as opportunities
    from {{ ref('int_leads__enriched') }}
    where week_start is not null
    group by channel, week_start
)

select
    ---------- keys
    weeks.channel,
    weeks.week_start,

    ---------- measures
    weeks.sessions,
    weeks.leads,
    weeks.mqls,
    weeks.accepted_leads,
    {{ whole(known('has_sqls', 'lead_weeks.sqls')) }} as sqls,
    {{ whole(known('has_customers', 'lead_weeks.opportunities')) }} as opportunities,
    weeks.customers
from {{ ref('channel_week') }} as weeks
left join lead_weeks on weeks.channel = lead_weeks.channel and weeks.week_start = lead_weeks.week_start
cross join {{ ref('int_coverage') }} as coverage
where coalesce(weeks.sessions, 0) <> 0 or coalesce(weeks.leads, 0) <> 0
