-- A lead is accepted, rejected or undecided, never two of them; every rejection has its reason row.

select 'lead_cost_week' as place, channel, week_start
from {{ ref('lead_cost_week') }}
where undecided_leads < 0

union all
select 'rejection_reasons' as place, marts.channel, marts.week_start
from {{ ref('lead_cost_week') }} as marts
left join (
    select channel, week_start, sum(rejected_leads) as rejected_leads
    from {{ ref('rejection_reasons') }}
    group by channel, week_start
) as reasons
    on marts.channel = reasons.channel and marts.week_start = reasons.week_start
where coalesce(marts.rejected_leads, 0) <> coalesce(reasons.rejected_leads, 0)
