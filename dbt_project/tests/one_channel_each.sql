-- No lead and no deal counts in two channels: whatever it came to, it came by the channel of its lead.

select 'lead' as record_type, lead_id as record_id, count(distinct channel) as channels
from {{ ref('fct_conversions') }}
where lead_id is not null
group by lead_id
having count(distinct channel) > 1

union all
select 'opportunity' as record_type, opportunity_id as record_id, count(distinct channel) as channels
from {{ ref('fct_conversions') }}
where opportunity_id is not null
group by opportunity_id
having count(distinct channel) > 1
